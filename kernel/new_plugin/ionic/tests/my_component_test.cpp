#include "../src/equations.hpp"
#include "check.hpp"

// The equations at states where the answer is known. Yours: a state and its currents from the paper's own code.
int main() {
  using namespace my_component;
  const Equations cell{.E_in = 50, .E_K = -85};
  double p[n_parameters_];
  p[g_in] = 0.4;
  p[g_K] = 0.05;
  p[tau_open] = 120;
  p[tau_close] = 100;
  p[scale_I_in] = 1;
  p[scale_I_K] = 1;

  // Half of m is open at -50 mV: 0.4 * 0.5 * 1 * (-50 - 50) and 0.05 * (-50 + 85).
  Equations::State<double> y{-50, 1};
  auto v = cell.voltage_terms(y.V_m, p);
  auto f = cell.flows(v, y, p);
  check("I_in at -50 mV", f.I_in, -20, 1e-12);
  check("I_K at -50 mV", f.I_K, 1.75, 1e-12);
  Equations::State<double> dydt{};
  cell.rates(v, f, y, p, -40.0, dydt);
  check("dV_m/dt under a stimulus of -40 uA/uF", dydt.V_m, 58.25, 1e-12);

  // At rest h is open and recovers with tau_open, on the plateau it closes with tau_close.
  v = cell.voltage_terms(-85.0, p);
  check("h at rest", v.gates.h.steady, 1, 1e-3);
  check("tau_h at rest", v.gates.h.tau, 120, 0.1);
  v = cell.voltage_terms(20.0, p);
  check("h on the plateau", v.gates.h.steady, 0, 1e-3);
  check("tau_h on the plateau", v.gates.h.tau, 100, 0.1);
  return verdict();
}
