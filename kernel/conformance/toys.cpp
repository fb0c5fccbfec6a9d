#include "kernel/conformance/toys.hpp"

#include <array>
#include <system_error>

namespace tawara::conformance {

namespace fs = std::filesystem;

std::optional<fs::path> toys_plugin() {
  std::error_code none;
  const fs::path executable = fs::read_symlink("/proc/self/exe", none);
  if (none) return std::nullopt;
  // Relative to the executable, as plugins are found: the build tree (whose tests are in a folder beside bin) and the
  // installation may be moved.
  const fs::path prefix = executable.parent_path().parent_path();
  for (const fs::path& folder : std::array{prefix / "conformance", prefix / "lib/tawara/conformance"}) {
    fs::path file = folder / "tawara_toys.so";
    if (fs::is_regular_file(file, none)) return file;
  }
  return std::nullopt;
}

}  // namespace tawara::conformance
