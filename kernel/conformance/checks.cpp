#include "kernel/conformance/check.hpp"

namespace tawara::conformance {

std::span<const Check> checks() {
  static const std::vector<Check> all = [] {
    std::vector<Check> list;
    add_general_checks(list);
    add_ionic_checks(list);
    add_cell_checks(list);
    add_anatomy_checks(list);
    add_propagation_checks(list);
    add_ecg_checks(list);
    add_sampler_checks(list);
    add_recordings_checks(list);
    add_learner_checks(list);
    return list;
  }();
  return all;
}

}  // namespace tawara::conformance
