#pragma once
#include <string>
#include <vector>

#include "kernel/plugins/catalogue.hpp"
#include "tawara/plugin.hpp"

namespace tawara {

/// Open a usable plugin's library and let it register; a second call returns what the first one made. Libraries stay
/// open to the end of the process: unloading under living objects, thread-locals and GNU-unique symbols is not worth
/// designing for.
/// @param warnings  gets a line when the library changed the floating-point environment (it is restored)
/// @throws PluginError with the whole story
[[nodiscard]] const Plugin& open_library(const PluginFile& file, std::vector<std::string>& warnings);

}  // namespace tawara
