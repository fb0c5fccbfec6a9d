#include "my_component.hpp"

#include "equations.hpp"
#include "tawara/model/prepared_cell.hpp"

// src/lanes.cpp holds the same equations compiled for SIMD. Without this line, and tawara_model_lanes in
// CMakeLists.txt, the model still runs, one cell at a time.
TAWARA_HAS_LANES(my_component, Equations)

namespace my_component {

// What users read, what scenarios are checked against, what priors and populations may vary.
tawara::Descriptor MyComponent::describe() {
  tawara::Descriptor d("ionic.my_component", "A cell of two currents");
  d.doc =
      "dV_m/dt = -(I_in + I_K + I_stim); I_in = g_in m_inf(V_m) h (V_m - E_in), I_K = g_K (V_m - E_K). "
      "No calcium: biomarkers of the calcium transient are NaN. Say here what your model leaves out.";
  d.citations = {"DOI of your paper"};

  // Each says unit, default, what is possible, what is usual, and what it is. First those of `enum Parameter`, in its
  // order, each with .evaluate(): they can be varied as `cell.g_in`.
  d.number("g_in", "mS/uF", 0.4).evaluate().at_least(0).usual(0.2, 0.8).says("Conductance of the inward current.");
  d.number("g_K", "mS/uF", 0.05).evaluate().above(0).usual(0.03, 0.1).says("Conductance of the outward current.");
  d.number("tau_open", "ms", 120).evaluate().above(0).usual(60, 200).says("Recovery of h at rest.");
  d.number("tau_close", "ms", 100).evaluate().above(0).usual(50, 200).says("Closing of h: the longer, the longer APD.");
  d.number("scale_I_in", "1", 1).evaluate().at_least(0).usual(0.5, 2).log().says("Multiplier of I_in.");
  d.number("scale_I_K", "1", 1).evaluate().at_least(0).usual(0.5, 2).log().says("Multiplier of I_K.");
  // Then constants of the instance.
  d.number("E_in", "mV", 50).usual(40, 70).says("Reversal potential of the inward current.");
  d.number("E_K", "mV", -85).usual(-95, -80).says("Reversal potential of the outward current.");
  return d;
}

// `settings` are complete, in the units above and within their limits.
MyComponent::MyComponent(const tawara::Settings& settings)
    : E_in_(settings.number("E_in")), E_K_(settings.number("E_K")) {
  // What no single limit can say is said here. The key named first is where the scenario is pointed at.
  if (!(E_in_ > E_K_))
    throw tawara::ScenarioError("E_in", "E_in has to be above E_K, or the inward current is none; it is usually 50 mV");
}

std::unique_ptr<const tawara::Prepared> MyComponent::prepare(tawara::PrepareContext&) const {
  // Initial values: a cell at rest. Names and order are those of `State` and of observe().
  std::vector<tawara::IonicModel::State> states = {{"V_m", "mV", E_K_}, {"h", "1", 1}};
  std::vector<tawara::IonicModel::Observable> observables = {
      {"V_m", "mV"}, {"I_in", "uA/uF"}, {"I_K", "uA/uF"}, {"h", "1"}};
  // What excites a resting cell reliably; negative depolarises. Scenarios may say otherwise.
  const tawara::IonicModel::Stimulus stimulus{.amplitude = -40, .duration = 1};
  return std::make_unique<tawara::model::PreparedCell<Equations>>(Equations{E_in_, E_K_}, std::move(states),
                                                                  std::move(observables), stimulus);
}

}  // namespace my_component
