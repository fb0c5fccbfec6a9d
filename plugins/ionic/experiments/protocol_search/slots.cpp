#include "experiments/protocol_search/slots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tawara/error.hpp"

namespace tawara::experiments {
namespace {

/// How many times `part` goes into `whole`; nothing where it does not go evenly.
std::optional<std::size_t> times_in(double whole, double part) {
  const double n = std::round(whole / part);
  if (std::fabs(n * part - whole) > 1e-9 * std::fmax(part, whole)) return std::nullopt;
  return static_cast<std::size_t>(n);
}

/// V of the first slot.
double first_of(const SlotPlan& plan) { return plan.fixed[0].value_or(plan.candidates[0]); }

}  // namespace

SlotPlan SlotPlan::read(const Settings& settings) {
  SlotPlan plan{settings.number("slot"), {}, {}};
  const double duration = settings.number("duration");
  const auto n = times_in(duration, plan.slot);
  if (!n || *n == 0)
    throw ScenarioError("duration", fmt::format("{:g} ms are no whole number of slots of {:g} ms; take a multiple",
                                                duration, plan.slot));
  plan.fixed.resize(*n);
  for (const Value& record : settings.list("fixed")) {
    const double t = record.find("t")->number(), V = record.find("V")->number();
    if (t >= duration) continue;
    const auto at = times_in(t, plan.slot);
    if (!at)
      throw ScenarioError("fixed",
                          fmt::format("no slot begins at {:g} ms; slots begin at multiples of {:g} ms", t, plan.slot));
    if (plan.fixed[*at])
      throw ScenarioError("fixed", fmt::format("the slot at {:g} ms is fixed twice; keep one of them", t));
    plan.fixed[*at] = V;
  }
  const double low = settings.number("V_low"), high = settings.number("V_high"), step = settings.number("V_step");
  if (high < low) throw ScenarioError("V_high", fmt::format("V_high ({:g} mV) is below V_low ({:g} mV)", high, low));
  for (int i = 0; low + i * step <= high + 1e-9 * step; ++i) plan.candidates.push_back(low + i * step);
  return plan;
}

std::vector<double> SlotPlan::tried(std::size_t at) const {
  return fixed[at] ? std::vector<double>{*fixed[at]} : candidates;
}

std::size_t best_candidate(std::span<const double> V, std::span<const double> mse, double V_before) {
  std::size_t best = 0;
  for (std::size_t k = 1; k < V.size(); ++k) {
    const double nearer = std::fabs(V[k] - V_before) - std::fabs(V[best] - V_before);
    if (mse[k] < mse[best] || (mse[k] == mse[best] && nearer < 0)) best = k;
  }
  return best;
}

std::vector<Segment> staircase(const SlotPlan& plan) {
  std::vector<Segment> segments{{first_of(plan), plan.slot}};
  const std::size_t n = plan.candidates.size(), period = n > 1 ? 2 * (n - 1) : 1;
  for (std::size_t s = 1; s < plan.fixed.size(); ++s) {
    const std::size_t at = (s - 1) % period;
    segments.push_back({plan.candidates[at < n ? at : period - at], plan.slot});
  }
  return segments;
}

std::vector<Segment> ramp(const SlotPlan& plan, double step) {
  std::vector<Segment> segments{{first_of(plan), plan.slot}};
  const double low = plan.candidates.front(), high = plan.candidates.back(), end = plan.duration() - plan.slot;
  for (int i = 0; i * step < end * (1 - 1e-12); ++i) {
    const double t = i * step, duration = std::min(step, end - t), middle = t + duration / 2;
    segments.push_back({high - (high - low) * std::fabs(2 * middle / end - 1), duration});
  }
  return segments;
}

std::vector<Segment> random_slots(const SlotPlan& plan, Random random) {
  std::vector<Segment> segments{{first_of(plan), plan.slot}};
  for (std::size_t s = 1; s < plan.fixed.size(); ++s)
    segments.push_back({plan.candidates[random.below(plan.candidates.size())], plan.slot});
  return segments;
}

}  // namespace tawara::experiments
