#include "kernel/conformance/check.hpp"

namespace tawara::conformance {

std::span<const Check> checks() {
  static const std::vector<Check> all = [] {
    std::vector<Check> list;
    add_general_checks(list);
    return list;
  }();
  return all;
}

}  // namespace tawara::conformance
