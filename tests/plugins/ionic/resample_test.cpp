#include "recordings/resample.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "../../message_of.hpp"

using tawara::recordings::resample;

namespace {

struct Recorded {
  std::vector<double> t;
  std::vector<float> I;
};

/// n samples of a straight line every `step` ms.
Recorded line(std::size_t n, double step, double from = 0) {
  Recorded recorded;
  for (std::size_t i = 0; i < n; ++i) {
    recorded.t.push_back(from + static_cast<double>(i) * step);
    recorded.I.push_back(static_cast<float>(3 - 0.5 * recorded.t.back()));
  }
  return recorded;
}

std::string refusal(const Recorded& r, const std::vector<double>& wanted) {
  return message_of([&] { (void)resample(r.t, r.I, wanted); });
}

}  // namespace

TEST_CASE("a straight line stays one at other times") {
  const Recorded r = line(101, 0.1);
  const std::vector<double> wanted = {0, 0.5, 1.07, 3.333, 9.9, 10};
  const auto found = resample(r.t, r.I, wanted);
  REQUIRE(found.size() == wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == doctest::Approx(3 - 0.5 * wanted[i]).epsilon(1e-6));
}

TEST_CASE("a sample on a wanted time is taken as it is, though times are decimal") {
  Recorded r = line(11, 0.1);
  r.I[3] = 100;
  CHECK(resample(r.t, r.I, std::vector<double>{0.3})[0] == 100);  // 3 * 0.1 is another double than 0.3
  CHECK(resample(r.t, r.I, std::vector<double>{0.25})[0] == doctest::Approx((100 + 2.9) / 2));
  CHECK(resample(r.t, r.I, r.t) == r.I);
}

TEST_CASE("what lies outside a recording is not made up") {
  const Recorded r = line(11, 1, 5);
  CHECK(refusal(r, {4, 6}) ==
        "a sample at 4 ms is wanted, but the recording is from 5 to 15 ms; record the whole command, or check where it "
        "begins in the file");
  CHECK(refusal(r, {6, 16.5}).find("a sample at 16.5 ms is wanted") == 0);
  // Eleven samples of a millisecond each are eleven milliseconds.
  CHECK(resample(r.t, r.I, std::vector<double>{5, 16})[1] == r.I.back());
}

TEST_CASE("a recording that is too coarse for where samples are close together is refused with the rate it needs") {
  const Recorded coarse = line(101, 1), fine = line(1001, 0.1);
  const std::vector<double> wanted = {0, 10, 20, 20.1, 20.2, 30};
  CHECK(refusal(coarse, wanted) ==
        "the recording is too coarse: around 20.1 ms its samples are 1 ms apart, and 0.1 ms are needed there (10 kHz); "
        "record at 10 kHz or more, or learn with fewer samples");
  CHECK(resample(fine.t, fine.I, wanted).size() == 6);
  CHECK(resample(coarse.t, coarse.I, std::vector<double>{0.5, 10.5, 20.5}).size() == 3);
}
