#include "my_component.hpp"

#include <algorithm>
#include <cmath>

namespace my_component {

double outside(double value, double low, double high) {
  return std::max({0.0, low - value, value - high}) / (0.5 * (high - low));
}

namespace {

class PreparedRange final : public tawara::Prepared {
 public:
  PreparedRange(double low, double high) : low_(low), high_(high) {}

  void evaluate(int, tawara::Row& row) const override {
    // Asking for an input computes it. It may fail in this row; then there is nothing left to do here.
    const double APD90 = row.input("simulated", "APD90").number();
    if (!row.active()) return;
    // No answer is no number: a failed row is counted and left out, others go on.
    if (!std::isfinite(APD90)) return row.fail("no_APD90", "the last beat does not repolarise");
    row.set("discrepancy", outside(APD90, low_, high_));
  }

 private:
  double low_, high_;
};

}  // namespace

tawara::Descriptor MyComponent::describe() {
  tawara::Descriptor d("discrepancy.my_component", "How far APD90 is outside an observed range");
  d.doc = "0 where low <= APD90 <= high, else the distance from that range over half its width.";
  d.number("low", "ms", 250).above(0).usual(150, 400).says("Lowest APD90 observed.");
  d.number("high", "ms", 350).above(0).usual(200, 500).says("Highest APD90 observed.");
  // Slots go by outputs: whatever has an APD90 in ms fits, an experiment of yours as well.
  d.slot("simulated", "").needs("APD90", "ms").says("What is compared, e.g. experiment.single_cell.");
  // Samplers ask for an output of this name and unit.
  d.output("discrepancy", "1").summary_as("discrepancy").says("0 inside the range, 1 half a width outside it.");
  return d;
}

MyComponent::MyComponent(const tawara::Settings& settings)
    : low_(settings.number("low")), high_(settings.number("high")) {
  if (!(low_ < high_)) throw tawara::ScenarioError("low", "the range is empty; `low` has to be below `high` (ms)");
}

std::unique_ptr<const tawara::Prepared> MyComponent::prepare(tawara::PrepareContext&) const {
  return std::make_unique<PreparedRange>(low_, high_);
}

}  // namespace my_component
