#pragma once
#include <string>
#include <vector>

#include "kernel/plugins/manifest.hpp"

namespace tawara {

/// What is wrong with a plugin's descriptors, in words, each beginning with the place: "ionic.torord, parameter G_Kr:
/// ...". Empty when all is well. Asked at build time, so that a user never meets such a plugin.
[[nodiscard]] std::vector<std::string> mistakes_in(const Manifest& manifest);

}  // namespace tawara
