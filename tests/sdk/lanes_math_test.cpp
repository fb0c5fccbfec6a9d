#include <doctest/doctest.h>
#include <hwy/targets.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "lanes_math_equations.hpp"
#include "tawara/model/prepared_cell.hpp"

TAWARA_HAS_LANES(lanes_math, Equations)

using namespace tawara;

namespace {

constexpr std::size_t n = lanes_math::Equations::n_observables;
constexpr std::array<const char*, n> names = {"exp",          "expm1",   "log",    "pow",     "tanh",     "sqrt",
                                              "x_over_expm1", "sigmoid", "select", "power 5", "2/y - x/2"};

using Cell = model::PreparedCell<lanes_math::Equations>;

Cell make_cell() {
  std::vector<IonicModel::Observable> observables;
  for (const char* name : names) observables.push_back({name, "1"});
  return Cell({}, {{"x", "mV", 0}, {"y", "1", 1}, {"g", "1", 0}}, std::move(observables), {-1, 1});
}

/// Those this CPU has, best first, each under the name it must go by.
std::vector<std::pair<std::int64_t, std::string>> instruction_sets() {
  std::vector<std::pair<std::int64_t, std::string>> list;
#if HWY_ARCH_X86
  hwy::SetSupportedTargetsForTest(0);
  const auto supported = hwy::SupportedTargets();
  if (supported & HWY_AVX3) list.emplace_back(HWY_AVX3, "avx512");
  if (supported & HWY_AVX2) list.emplace_back(HWY_AVX2, "avx2");
  if (supported & HWY_SSE4) list.emplace_back(HWY_SSE4, "sse4");
#endif
  list.emplace_back(HWY_EMU128, "baseline");
  return list;
}

template <class T>
using Values = std::array<T, (n + 1) * lane_count>;

template <class T>
Values<T> in_lanes(const Cell& cell, const T* x, const T* y) {
  std::array<T, 3 * lane_count> state{};
  std::copy(x, x + lane_count, state.begin());
  std::copy(y, y + lane_count, state.begin() + lane_count);
  const std::array<T, lane_count> none{};
  Values<T> out;
  if constexpr (std::is_same_v<T, float>)
    cell.float_lanes().observe(state.data(), none.data(), out.data());
  else
    cell.double_lanes().observe(state.data(), none.data(), out.data());
  return out;
}

/// The text in plain double.
std::array<double, n> expected(double x, double y) {
  const lanes_math::Equations equations;
  std::array<double, n> out;
  equations.observe({}, lanes_math::Equations::State<double>{x, y, 0}, out.data());
  return out;
}

template <class T>
void check_accuracy(double x_range) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> wide(-x_range, x_range), narrow(-1, 1), scale(-20, 8);
  for (const auto& [target, isa] : instruction_sets()) {
    CAPTURE(isa);
    hwy::SetSupportedTargetsForTest(target);
    const Cell cell = make_cell();
    REQUIRE(cell.isa() == isa);
    for (int round = 0; round < 500; ++round) {
      T x[lane_count], y[lane_count];
      for (std::size_t l = 0; l < lane_count; ++l) {
        x[l] = static_cast<T>(round % 2 ? wide(random) : narrow(random) * std::pow(10, scale(random) / 5));
        y[l] = static_cast<T>(round % 3 ? std::exp(scale(random)) : 1 + 0.1 * narrow(random));
      }
      const auto out = in_lanes<T>(cell, x, y);
      for (std::size_t l = 0; l < lane_count; ++l) {
        const auto right = expected(x[l], y[l]);
        for (std::size_t f = 0; f < n; ++f) {
          // Conditioning: pow multiplies the error of a logarithm by its exponent's size; 2/y - x/2 cancels.
          const double condition = f == 3    ? 1 + 1.7 * std::fabs(std::log(y[l]))
                                   : f == 10 ? (std::fabs(2 / y[l]) + std::fabs(x[l])) / std::fabs(right[f])
                                   : f == 2  ? 1 + 0.5 / std::fabs(right[f])
                                             : 1;
          const double error = std::fabs(static_cast<double>(out[f * lane_count + l]) - right[f]);
          const double allowed = 4 * std::numeric_limits<T>::epsilon() * condition * std::fabs(right[f]) +
                                 4 * std::numeric_limits<T>::denorm_min();
          if (error <= allowed) continue;
          FAIL_CHECK(std::string(names[f]), " at x = ", x[l], ", y = ", y[l], ": ", out[f * lane_count + l],
                     " instead of ", right[f]);
        }
      }
    }
  }
  hwy::SetSupportedTargetsForTest(0);
}

}  // namespace

TEST_CASE("functions of lanes in double agree with the standard library to a few units in the last place") {
  check_accuracy<double>(600);
}

TEST_CASE("functions of lanes in float agree with the standard library to a few units in the last place") {
  check_accuracy<float>(80);
}

TEST_CASE("functions of lanes end where the standard library's do") {
  const double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  for (const auto& [target, isa] : instruction_sets()) {
    CAPTURE(isa);
    hwy::SetSupportedTargetsForTest(target);
    const Cell cell = make_cell();
    double x[lane_count] = {1e4, -1e4, inf, -inf, nan, 0, 0, 0, -1, -800, 800, -745, 0, 0, 0, 0};
    double y[lane_count] = {1, 1, 1, 1, 1, 0, -1, nan, inf, 1, 1, 1, 1, 1, 1, 1};
    const auto out = in_lanes<double>(cell, x, y);
    const auto at = [&](std::size_t f, std::size_t l) { return out[f * lane_count + l]; };
    CHECK(at(0, 0) == inf);
    CHECK(at(0, 1) == 0);
    CHECK(at(0, 2) == inf);
    CHECK(at(0, 3) == 0);
    CHECK(std::isnan(at(0, 4)));
    CHECK(at(7, 0) == 1);
    CHECK(at(7, 1) == 0);
    CHECK(at(1, 1) == -1);
    CHECK(at(1, 0) > 1e300);
    CHECK(std::isnan(at(1, 4)));
    CHECK(std::isnan(at(4, 4)));
    CHECK(at(2, 5) == -inf);
    CHECK(std::isnan(at(2, 6)));
    CHECK(std::isnan(at(2, 7)));
    CHECK(at(2, 8) == inf);
    CHECK(at(3, 5) == 0);
    CHECK(std::isnan(at(3, 6)));
    CHECK(at(6, 5) == 1);
    CHECK(at(4, 0) == doctest::Approx(1).epsilon(1e-15));
    CHECK(at(4, 1) == -1);
    CHECK(at(0, 9) == 0);
    CHECK(at(0, 10) == inf);
    CHECK(at(0, 12) == 1);
    CHECK(at(1, 12) == 0);
    CHECK(at(2, 12) == 0);
  }
  hwy::SetSupportedTargetsForTest(0);
}

TEST_CASE("functions of lanes have the same bytes on AVX2 and AVX-512") {
  const auto sets = instruction_sets();
  if (sets[0].second != "avx512") {
    MESSAGE("skipped: this CPU has not both");
    return;
  }
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> x_of(-100, 60), y_of(0, 3);
  for (int round = 0; round < 200; ++round) {
    double x[lane_count], y[lane_count];
    float xf[lane_count], yf[lane_count];
    for (std::size_t l = 0; l < lane_count; ++l) {
      xf[l] = static_cast<float>(x[l] = x_of(random));
      yf[l] = static_cast<float>(y[l] = y_of(random));
    }
    hwy::SetSupportedTargetsForTest(sets[0].first);
    const Cell wide = make_cell();
    hwy::SetSupportedTargetsForTest(sets[1].first);
    const Cell narrow = make_cell();
    const auto a = in_lanes<double>(wide, x, y), b = in_lanes<double>(narrow, x, y);
    const auto af = in_lanes<float>(wide, xf, yf), bf = in_lanes<float>(narrow, xf, yf);
    for (std::size_t i = 0; i < n * lane_count; ++i) {
      REQUIRE(std::bit_cast<std::uint64_t>(a[i]) == std::bit_cast<std::uint64_t>(b[i]));
      REQUIRE(std::bit_cast<std::uint32_t>(af[i]) == std::bit_cast<std::uint32_t>(bf[i]));
    }
  }
  hwy::SetSupportedTargetsForTest(0);
}
