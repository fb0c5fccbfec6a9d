#pragma once
#include <memory>
#include <string>

#include "kernel/host/host.hpp"

namespace tawara {

/// A bar with an ETA where standard error is a terminal, a line now and then (every tenth, at most one in five seconds)
/// elsewhere. @param visible false draws nothing
[[nodiscard]] std::unique_ptr<Progress> make_progress(RunServices& services, std::string title, bool visible);

}  // namespace tawara
