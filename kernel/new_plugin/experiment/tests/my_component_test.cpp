#include "../src/my_component.hpp"
#include "check.hpp"

// A membrane that leaks: I = g (V_m - E), with g its only parameter.
class Leak final : public tawara::IonicModel {
 public:
  [[nodiscard]] std::span<const State> states() const override { return states_; }
  [[nodiscard]] std::span<const Observable> observables() const override { return observables_; }
  [[nodiscard]] Stimulus default_stimulus() const override { return {-20, 1}; }
  void rates(const tawara::CellBlock& cell, double* dydt) const override {
    dydt[0] = -(cell.parameter(0, 0) * (cell.state[0] + 80) + cell.I_stim[0]);
  }
  void observe(const tawara::CellBlock& cell, double* out) const override { out[0] = cell.state[0]; }

 private:
  std::vector<State> states_ = {{"V_m", "mV", -80}};
  std::vector<Observable> observables_ = {{"V_m", "mV"}};
};

int main() {
  const double g[] = {0.5};
  const double V_m[] = {-95, -85, -70, 0};
  const auto I = my_component::instantaneous_current(Leak(), g, V_m);
  check("inward below E", I[0], -7.5, 1e-12);
  check("outward above E", I[3], 40, 1e-12);
  check("none at E", my_component::reversal(V_m, I), -80, 1e-12);
  return verdict();
}
