#include "kernel/graph/cache.hpp"

#include <cstdlib>
#include <filesystem>

#include "kernel/results/hdf5.hpp"

namespace tawara {
namespace {

namespace fs = std::filesystem;

fs::path cache_folder() {
  if (const char* chosen = std::getenv("TAWARA_CACHE")) return std::string_view(chosen) == "off" ? "" : chosen;
  if (const char* xdg = std::getenv("XDG_CACHE_HOME"); xdg && *xdg) return fs::path(xdg) / "tawara";
  if (const char* home = std::getenv("HOME"); home && *home) return fs::path(home) / ".cache" / "tawara";
  return "";
}

}  // namespace

bool load_cached(const std::string& key, const Descriptor& d, Constants& constants) {
  const fs::path folder = cache_folder();
  if (folder.empty()) return false;
  const fs::path file = folder / (key + ".h5");
  std::error_code error;
  if (!fs::exists(file, error)) return false;
  try {
    const Hdf5Reader in(file);
    Constants found = constants;
    for (std::size_t o = 0; o < d.outputs.size(); ++o) {
      if (!d.outputs[o].constant) continue;
      if (d.outputs[o].table)
        found.tables[o] = in.table(d.outputs[o].name);
      else
        found.arrays[o] = in.array(d.outputs[o].name);
      found.present[o] = true;
    }
    constants = std::move(found);
    return true;
  } catch (const Error&) {
    return false;
  }
}

void store_cached(const std::string& key, const Descriptor& d, const Constants& constants, RunServices& services) {
  const fs::path folder = cache_folder();
  if (folder.empty()) return;
  try {
    fs::create_directories(folder);
    Hdf5Writer out(folder / (key + ".h5"));
    for (std::size_t o = 0; o < d.outputs.size(); ++o) {
      if (!constants.present[o]) continue;
      if (d.outputs[o].table)
        out.table(d.outputs[o].name, constants.tables[o]);
      else
        out.array(d.outputs[o].name, constants.arrays[o], d.outputs[o].unit);
    }
    out.finish();
  } catch (const std::exception& e) {
    services.log(Host::Level::info, "", std::string("not cached: ") + e.what());
  }
}

}  // namespace tawara
