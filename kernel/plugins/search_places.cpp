#include "kernel/plugins/search_places.hpp"

#include <algorithm>
#include <cstdlib>

namespace tawara {

namespace fs = std::filesystem;

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

void add_plugin_path(std::vector<Place>& places) {
  const std::string variable = environment("TAWARA_PLUGIN_PATH");
  int entry = 0;
  for (std::size_t begin = 0; begin < variable.size();) {
    const std::size_t end = std::min(variable.find(':', begin), variable.size());
    ++entry;
    if (end > begin)  // an empty entry means the current directory elsewhere, here nothing
      places.push_back({variable.substr(begin, end - begin), "TAWARA_PLUGIN_PATH, entry " + std::to_string(entry)});
    begin = end + 1;
  }
}

void add_user_folder(std::vector<Place>& places) {
  fs::path data = environment("XDG_DATA_HOME");
  if (data.is_relative())
    data = environment("HOME").empty() ? fs::path() : fs::path(environment("HOME")) / ".local/share";
  if (data.is_absolute()) places.push_back({data / "tawara/plugins", "the user's plugin folder"});
}

void add_installation(std::vector<Place>& places) {
  std::error_code none;
  const fs::path executable = fs::read_symlink("/proc/self/exe", none);
  if (none) return;
  // Relative to the executable, so that a build tree or installation may be moved.
  const fs::path prefix = executable.parent_path().parent_path();
  places.push_back({prefix / "plugins", "the folder next to the executable"});
  places.push_back({prefix / "lib/tawara/plugins", "the installation"});
}

}  // namespace

std::vector<Place> search_places(const DiscoveryOptions& options) {
  std::vector<Place> places;
  for (const fs::path& path : options.explicit_paths)
    places.push_back({fs::absolute(path).lexically_normal(), "--plugin", true});
  for (const fs::path& path : options.scenario_paths)
    places.push_back({fs::absolute(path).lexically_normal(), "the scenario", true});
  if (options.standard_places) {
    add_plugin_path(places);
    add_user_folder(places);
    add_installation(places);
  }
  return places;
}

std::vector<fs::path> libraries_in(const fs::path& folder, std::string& refusal) {
  std::vector<fs::path> libraries;
  if (folder.is_relative()) {
    refusal = "it is relative to the current directory, which is never searched; write the whole path";
    return libraries;
  }
  std::error_code error;
  const auto permissions = fs::status(folder, error).permissions();
  if (!error && (permissions & fs::perms::others_write) != fs::perms::none) {
    refusal = "anybody may write into it, so its plugins cannot be trusted; run: chmod o-w " + folder.string();
    return libraries;
  }
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error))
    if (entry->path().extension() == ".so") libraries.push_back(entry->path());
  if (error) refusal = "it cannot be read: " + error.message();
  std::sort(libraries.begin(), libraries.end());
  return libraries;
}

}  // namespace tawara
