#pragma once
#include <string>
#include <vector>

namespace tawara {

/// A component that this build has no plugin for, because a library was missing.
struct LeftOut {
  std::string component;  ///< "learner.mlp"
  std::string why;        ///< "LibTorch was not found when this was built"
  std::string remedy;     ///< "install libtorch-dev ..."
};

/// Of this build, as cmake/LeftOut.cmake noted them.
[[nodiscard]] const std::vector<LeftOut>& left_out();

}  // namespace tawara
