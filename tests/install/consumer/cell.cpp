#include "equations.hpp"
#include "tawara/model/prepared_cell.hpp"
#include "tawara/plugin.hpp"

TAWARA_HAS_LANES(leaky, Equations)

namespace leaky {

class Leaky final : public tawara::Component {
 public:
  static tawara::Descriptor describe() {
    tawara::Descriptor d("ionic.leaky", "A membrane that only leaks");
    d.doc = "dV_m/dt = -((g + g_gated w) (V_m - E) + I_stim), dw/dt = (w_inf(V_m) - w)/tau.";
    d.number("g", "1/ms", 0.05).evaluate().above(0).usual(0.01, 0.1).says("Leak conductance over capacitance.");
    d.number("g_gated", "1/ms", 0).evaluate().at_least(0).usual(0, 0.1).says("The same of the gated channel, open.");
    d.number("E", "mV", -80).usual(-95, -60).says("Where it rests.");
    return d;
  }
  explicit Leaky(const tawara::Settings& settings) : E_(settings.number("E")) {}
  [[nodiscard]] std::unique_ptr<const tawara::Prepared> prepare(tawara::PrepareContext&) const override {
    return std::make_unique<tawara::model::PreparedCell<Equations>>(
        Equations{E_}, std::vector<tawara::IonicModel::State>{{"V_m", "mV", E_}, {"w", "1", 0}},
        std::vector<tawara::IonicModel::Observable>{{"V_m", "mV"}, {"w", "1"}},
        tawara::IonicModel::Stimulus{.amplitude = -20, .duration = 5});
  }

 private:
  double E_;
};

}  // namespace leaky

TAWARA_PLUGIN("leaky-cell", "0.1.0", "A membrane that only leaks") { plugin.add<leaky::Leaky>(); }
