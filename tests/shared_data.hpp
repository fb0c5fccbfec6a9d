#pragma once
#include <cstdio>
#include <filesystem>
#include <string>

/// Reference data kept outside the repository. A test that needs it begins with
///   auto data = shared_data("reference/eikonal"); if (!data) return;
/// and has a sibling on data we make ourselves.
struct SharedData {
  std::filesystem::path path;
  explicit operator bool() const { return !path.empty(); }
};

inline SharedData shared_data(const std::string& what) {
  const std::filesystem::path path = std::filesystem::path(TAWARA_SHARED) / what;
  if (std::filesystem::exists(path)) return {path};
  std::printf("skipped: no %s (reference data beside the checkout)\n", what.c_str());
  return {};
}
