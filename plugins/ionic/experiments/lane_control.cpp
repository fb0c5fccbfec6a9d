#include "experiments/lane_control.hpp"

namespace tawara::experiments {

void describe_lane_control(Descriptor& d) {
  d.choice("precision", "double", {{"double", "64 bits"}, {"float", "32 bits, faster; see plugins/ionic/lanes"}})
      .says("Of the lanes.");
  d.number("tolerance", "1", 1)
      .above(0)
      .at_most(100)
      .usual(0.1, 4)
      .log()
      .says("Of the lanes: 1 keeps APD90 within 0.1 ms and V_m within 0.15 mV (rms); larger is coarser and faster.");
}

void read_lane_control(const Settings& settings, lanes::StepControl& control) {
  control.precision = settings.text("precision") == "float" ? lanes::Precision::f32 : lanes::Precision::f64;
  control.tolerance = settings.number("tolerance");
}

}  // namespace tawara::experiments
