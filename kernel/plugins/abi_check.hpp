#pragma once
#include <optional>
#include <string>
#include <vector>

#include "tawara/abi.hpp"

namespace tawara {

/// Why two builds must not meet, and what helps.
struct Incompatibility {
  std::string reason;
  std::string remedy;
};

/// As this program was built, and with the address sanitiser also when its runtime was put in by LD_PRELOAD.
[[nodiscard]] AbiTag abi_of_this_process();

/// May a plugin with this tag be opened by a kernel with that one? Nothing when it may.
/// Exact agreement of the SDK while its major number is 0; from 1.0 on the same major and no newer minor. The rules are
/// those of sdk/COMPATIBILITY.md.
[[nodiscard]] std::optional<Incompatibility> incompatibility(const AbiTag& plugin, const AbiTag& kernel);

/// Harmless differences worth knowing: another compiler, fast-math, no optimisation.
[[nodiscard]] std::vector<std::string> abi_notes(const AbiTag& plugin, const AbiTag& kernel);

/// "Tawara SDK 0.1, libstdc++ cxx11, gcc 12.2.0"
[[nodiscard]] std::string describe(const AbiTag& tag);

}  // namespace tawara
