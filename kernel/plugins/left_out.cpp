#include "kernel/plugins/left_out.hpp"

namespace tawara {

const std::vector<LeftOut>& left_out() {
  static const std::vector<LeftOut> all = {
#include "left_out.inc"
  };
  return all;
}

}  // namespace tawara
