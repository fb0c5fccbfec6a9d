#include "experiments/beating.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <random>
#include <vector>

#include "../../message_of.hpp"
#include "experiments/beating_cells.hpp"
#include "kernik_cells.hpp"
#include "tawara/error.hpp"

using namespace tawara;
using namespace tawara::experiments;

namespace {

struct Trace {
  std::vector<double> t, V;
  explicit Trace(const std::function<double(double)>& V_m, double every = 2, double until = 30000) {
    for (double at = 0; at <= until; at += every) {
      t.push_back(at);
      V.push_back(V_m(at));
    }
  }
  [[nodiscard]] Beating label() const { return beating_of(t, V); }
  /// The early verdict and when.
  [[nodiscard]] std::pair<Beating, double> early() const {
    BeatingJudge judge;
    for (std::size_t i = 0; i < t.size(); ++i) {
      judge.add(t[i], V[i]);
      if (judge.verdict()) return {*judge.verdict(), t[i]};
    }
    FAIL("no verdict");
    return {};
  }
};

/// An action potential of 300 ms from -70 to 30 mV, t since its upstroke.
double action_potential(double t, double peak = 30) {
  if (t < 0 || t > 300) return -70;
  return t < 10 ? -70 + (peak + 70) * t / 10 : peak - (peak + 70) * (t - 10) / 290;
}
/// The same with a rise of 20 mV on its way down.
double with_EAD(double t) {
  const double bump = t > 150 && t < 220 ? 40 * std::sin(std::numbers::pi * (t - 150) / 70) : 0;
  return action_potential(t) + bump;
}
double regular(double t, double interval) { return action_potential(std::fmod(t, interval)); }

}  // namespace

TEST_CASE("a cell that beats at equal intervals is beating, fast or slow, and known as such after a few") {
  for (const double interval : {400.0, 1000.0, 5000.0}) {
    CAPTURE(interval);
    const Trace trace([&](double t) { return regular(t, interval); });
    CHECK(trace.label() == Beating::beating);
    const auto [label, at] = trace.early();
    CHECK(label == Beating::beating);
    CHECK(at >= 4 * interval);
    CHECK(at < 6 * interval);
  }
}

TEST_CASE("a cell at rest is quiescent, at whatever voltage, and known as such after some seconds") {
  for (const double V : {-75.0, -20.0}) {
    const Trace trace([&](double t) { return V + 30 * std::exp(-t / 300); });
    CHECK(trace.label() == Beating::quiescent);
    const auto [label, at] = trace.early();
    CHECK(label == Beating::quiescent);
    CHECK(at < 12000);
  }
}

TEST_CASE("a cell that beats at first and then rests is quiescent, and no early verdict says otherwise") {
  const Trace trace([](double t) { return t < 2500 ? regular(t, 1000) : -70; });
  CHECK(trace.label() == Beating::quiescent);
  CHECK(trace.early().first == Beating::quiescent);
}

TEST_CASE("a cell that swings above -50 mV fails to repolarise") {
  const Trace trace([](double t) { return t < 10 ? -70 + 5 * t : -20 + 15 * std::sin(t / 50); });
  CHECK(trace.label() == Beating::repolarisation_failure);
  CHECK(trace.early().first == Beating::repolarisation_failure);
}

TEST_CASE("a cell that swings below -50 mV, or crosses it without passing -20 mV, is subthreshold") {
  const Trace below([](double t) { return -65 + 5 * std::sin(t / 100); });
  CHECK(below.label() == Beating::subthreshold);
  CHECK(below.early().first == Beating::subthreshold);
  const Trace low([](double t) { return action_potential(std::fmod(t, 1000), -25); });
  CHECK(low.label() == Beating::subthreshold);
  CHECK(low.early().first == Beating::subthreshold);
}

TEST_CASE("irregular: alternating intervals, a late stop, EADs, a single beat") {
  const Trace alternating(
      [](double t) { return regular(std::fmod(t, 1800) < 800 ? std::fmod(t, 1800) : std::fmod(t, 1800) - 800, 1800); });
  CHECK(alternating.label() == Beating::irregular);
  CHECK(alternating.early().first == Beating::irregular);
  const Trace stops([](double t) { return t < 25000 ? regular(t, 1000 + t / 100) : -70; });
  CHECK(stops.label() == Beating::irregular);
  const Trace EADs([](double t) { return with_EAD(std::fmod(t, 1000)); });
  CHECK(EADs.label() == Beating::irregular);
  CHECK(EADs.early().first == Beating::irregular);
  const Trace once([](double t) { return action_potential(t - 20000); });
  CHECK(once.label() == Beating::irregular);
}

TEST_CASE("intervals that drift by little from beat to beat are regular") {
  double begin = 0, interval = 800;
  const Trace trace([&](double t) {
    if (t >= begin + interval) {
      begin += interval;
      interval *= 1.03;
    }
    return action_potential(t - begin);
  });
  CHECK(trace.label() == Beating::beating);
}

TEST_CASE("the label does not depend on how densely straight lines are sampled") {
  const auto V = [](double t) { return regular(t, 730); };
  CHECK(Trace(V, 1).label() == Trace(V, 10).label());
  CHECK(Trace(V, 1).early().second == doctest::Approx(Trace(V, 10).early().second).epsilon(0.01));
}

TEST_CASE("not a number is no beat") {
  const Trace trace(
      [](double t) { return t < 12000 ? with_EAD(std::fmod(t, 1000)) : std::numeric_limits<double>::quiet_NaN(); });
  CHECK(trace.label() == Beating::not_finite);
  CHECK(trace.early().first == Beating::not_finite);
}

TEST_CASE("every label has a name") {
  CHECK(name_of(Beating::not_finite) == "not finite");
  CHECK(name_of(Beating::quiescent) == "quiescent");
  CHECK(name_of(Beating::repolarisation_failure) == "repolarisation failure");
  CHECK(name_of(Beating::subthreshold) == "subthreshold");
  CHECK(name_of(Beating::beating) == "beating");
  CHECK(name_of(Beating::irregular) == "irregular");
}

TEST_CASE("runs that cannot be judged are refused in words") {
  CHECK(message_of([] {
          BeatingCriteria criteria;
          criteria.duration = 1000;
          BeatingJudge judge(criteria);
        }) ==
        "a cell left alone for 1000 ms cannot be judged on its last 15000 ms; expected a window above 0 and a run at "
        "least as long");
  const Trace trace([](double) { return -70; }, 2, 20000);
  CHECK(message_of([&] { (void)trace.label(); }) ==
        "a trace of 10001 times and 10001 voltages up to 20000 ms; expected as many of both, up to 30000 ms");
}

TEST_CASE("candidates in lanes get the label of their whole run on CVODE, but for one that stops late, in any order") {
  const Cell baseline = kernik_cell();
  const auto& model = baseline.model();
  const auto& batched = *static_cast<const BatchedModel*>(baseline.prepared->ability("batched"));
  const std::size_t n = baseline.parameters.size(), cells = 20;
  std::mt19937_64 generator(7);
  std::vector<double> rows;
  for (std::size_t c = 0; c < cells; ++c)
    for (const double p : baseline.parameters)
      rows.push_back(c == 0 ? p : p * (0.6 + 0.8 * static_cast<double>(generator() >> 11) * 0x1p-53));
  const auto found = leave_alone(model, batched, rows, cells);
  CHECK(found[0].label == Beating::beating);
  CHECK(found[0].decided_at < 7000);
  // Cell 17 beats 46 times alike, then fails to repolarise after 29 s.
  const std::size_t stops_late = 17;
  int quiescent = 0;
  for (std::size_t c = 0; c < cells; ++c) {
    CAPTURE(c);
    BeatingCriteria whole;
    whole.early = false;
    const auto alone = leave_alone(model, "cell", std::span(rows).subspan(c * n, n), whole);
    CHECK(alone.decided_at == whole.duration);
    CHECK(found[c].label == (c == stops_late ? Beating::beating : alone.label));
    if (c == stops_late) CHECK(alone.label == Beating::irregular);
    quiescent += alone.label == Beating::quiescent;
  }
  CHECK(quiescent > 0);
  // Reversed: the same cells in other lanes.
  std::vector<double> reversed;
  for (std::size_t c = cells; c-- > 0;)
    reversed.insert(reversed.end(), rows.begin() + static_cast<long>(c * n),
                    rows.begin() + static_cast<long>((c + 1) * n));
  const auto again = leave_alone(model, batched, reversed, cells);
  for (std::size_t c = 0; c < cells; ++c) {
    CHECK(again[cells - 1 - c].label == found[c].label);
    CHECK(again[cells - 1 - c].decided_at == found[c].decided_at);
  }
}

TEST_CASE("a cell that cannot be followed says why and does not stop the others") {
  const Cell baseline = kernik_cell();
  const auto& batched = *static_cast<const BatchedModel*>(baseline.prepared->ability("batched"));
  std::vector<double> rows;
  for (int c = 0; c < 3; ++c) rows.insert(rows.end(), baseline.parameters.begin(), baseline.parameters.end());
  rows[baseline.parameters.size() + kernik::scale_I_Na] = std::numeric_limits<double>::quiet_NaN();
  const auto found = leave_alone(baseline.model(), batched, rows, 3);
  CHECK(found[0].label == Beating::beating);
  CHECK(found[1].label == Beating::not_finite);
  CHECK_FALSE(found[1].failure.empty());
  CHECK(found[2].label == Beating::beating);
}
