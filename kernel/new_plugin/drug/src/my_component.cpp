#include "my_component.hpp"

#include <vector>

#include "tawara/drug.hpp"

namespace my_component {

double remaining(double C, double EC50, double E_max) { return 1 - E_max * C / (C + EC50); }

namespace {

class PreparedBlock final : public tawara::Prepared, public tawara::Drug {
 public:
  PreparedBlock(std::string current, double EC50, double E_max)
      : current_(std::move(current)), EC50_(EC50), E_max_(E_max) {}

  // Experiments ask for the ability "drug".
  [[nodiscard]] const void* ability(std::string_view name) const override {
    return name == Drug::ability_name ? static_cast<const Drug*>(this) : nullptr;
  }

  // `arguments` are the evaluate parameters in their order in describe(): here the concentration alone. Each target is
  // a parameter of the cell model and the factor on it; what the cell has no multiplier for is said to be idle.
  [[nodiscard]] std::vector<Target> targets(std::span<const double> arguments) const override {
    return {{"scale_" + current_, remaining(arguments[0], EC50_, E_max_)}};
  }

  // The same as a result of its own, so that a user sees what was applied.
  void evaluate(int, tawara::Row& row) const override {
    row.set("remaining", remaining(row.number("concentration"), EC50_, E_max_));
  }

 private:
  std::string current_;
  double EC50_, E_max_;
};

}  // namespace

tawara::Descriptor MyComponent::describe() {
  tawara::Descriptor d("drug.my_component", "Partial block of one current");
  d.doc =
      "What is left of the current is 1 - E_max C/(C + EC50), C the free concentration; it multiplies the cell model's "
      "`scale_<current>`. Steady state: no binding kinetics, no dependence on voltage or rate.";
  d.citations = {"DOI of where the numbers come from"};
  d.text("current", "I_Kr").says("Which: the cell model has a parameter scale_<current>.");
  d.number("EC50", "nmol/L", 100).above(0).usual(1, 1e5).log().says("Free concentration of half the largest block.");
  d.number("E_max", "1", 0.8).allowed(0, 1).says("Largest block.");
  // .evaluate(): may differ from row to row, so a sweep or a sampler need not prepare the drug anew.
  d.number("concentration", "nmol/L", 0).evaluate().at_least(0).usual(0, 1e5).says("Free concentration.");
  d.output("remaining", "1").summary_as("remaining").says("What is left of the current.");
  return d;
}

MyComponent::MyComponent(const tawara::Settings& settings)
    : current_(settings.text("current")), EC50_(settings.number("EC50")), E_max_(settings.number("E_max")) {}

std::unique_ptr<const tawara::Prepared> MyComponent::prepare(tawara::PrepareContext&) const {
  return std::make_unique<PreparedBlock>(current_, EC50_, E_max_);
}

}  // namespace my_component
