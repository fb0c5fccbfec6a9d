#pragma once
#include <string>

#include "kernel/graph/graph.hpp"

namespace tawara {

/// The disk cache of prepared constants: one HDF5 file per key in $TAWARA_CACHE, else $XDG_CACHE_HOME/tawara, else
/// ~/.cache/tawara; TAWARA_CACHE=off switches it off. A file that does not read back whole is as good as none.
[[nodiscard]] bool load_cached(const std::string& key, const Descriptor& descriptor, Constants& constants);
/// Failing to store is a note in the log, nothing more.
void store_cached(const std::string& key, const Descriptor& descriptor, const Constants& constants,
                  RunServices& services);

}  // namespace tawara
