#pragma once
#include <string>

namespace tawara {

/// Use this instruction set in all SIMD code of the process: "scalar", "sse4", "avx2", "avx512"; "" takes the best
/// there is.
/// @throws Error when it is unknown or this CPU lacks it
void choose_isa(const std::string& name);

/// The best that Highway uses here, after choose_isa.
[[nodiscard]] std::string chosen_isa();

}  // namespace tawara
