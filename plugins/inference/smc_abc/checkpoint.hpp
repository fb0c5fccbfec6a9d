#pragma once
#include <string>
#include <string_view>

#include "smc_abc.hpp"
#include "space.hpp"

namespace tawara::smc_abc {

/// A run as text, but for Run::stop, which follows from the rest: every number in its shortest form that reads back to
/// the same bits.
[[nodiscard]] std::string written(const Run& run, const Space& space);

/// @throws DataError  damaged, of another version, or of a run over other parameters
[[nodiscard]] Run read_run(std::string_view text, const Space& space);

}  // namespace tawara::smc_abc
