#include "kernel/docs/write_site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>

#include "kernel/cli/run.hpp"
#include "kernel/results/files.hpp"

namespace tawara::docs {
namespace {

namespace fs = std::filesystem;

/// Anything a user may have put there stays theirs.
void check_replaceable(const fs::path& folder) {
  const std::string remedy = "; choose another folder, or move it away";
  if (!fs::exists(folder)) return;
  if (!fs::is_directory(folder)) throw CommandLineError(folder.string() + " is a file" + remedy);
  if (fs::is_empty(folder)) return;
  if (!fs::exists(folder / marker))
    throw CommandLineError(folder.string() + " is not empty and was not made by 'tawara docs'" + remedy);
  std::set<std::string> ours{marker};
  std::istringstream lines(read_whole(folder / marker));
  for (std::string line; std::getline(lines, line);) ours.insert(line);
  std::vector<std::string> theirs;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_directory() || !ours.contains(entry.path().filename().string()))
      theirs.push_back(entry.path().filename().string());
  if (!theirs.empty())
    throw CommandLineError(
        fmt::format("{} also holds '{}', which 'tawara docs' did not write; move it away, or choose "
                    "another folder",
                    folder.string(), *std::min_element(theirs.begin(), theirs.end())));
}

/// A folder that goes unless it was renamed.
struct Temporary {
  fs::path path;
  ~Temporary() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

fs::path beside(const fs::path& folder, const char* what) {
  fs::path path;
  for (int n = 0; path.empty() || fs::exists(path); ++n)
    path = folder.parent_path() / fmt::format(".{}.{}{}", folder.filename().string(), what, n);
  return path;
}

}  // namespace

void write_site(const fs::path& wish, const std::vector<SiteFile>& files) {
  fs::path folder = fs::weakly_canonical(fs::absolute(wish));
  if (!folder.has_filename()) folder = folder.parent_path();
  check_replaceable(folder);
  try {
    fs::create_directories(folder.parent_path());
    const Temporary whole{beside(folder, "part")};
    fs::create_directory(whole.path);
    std::string names;
    for (const SiteFile& file : files) {
      write_whole(whole.path / file.name, file.bytes);
      names += file.name + '\n';
    }
    write_whole(whole.path / marker, names);
    if (!fs::exists(folder) || fs::is_empty(folder)) {
      fs::rename(whole.path, folder);
      return;
    }
    const Temporary old{beside(folder, "old")};
    fs::rename(folder, old.path);
    std::error_code error;
    fs::rename(whole.path, folder, error);
    if (!error) return;
    fs::rename(old.path, folder);
    throw fs::filesystem_error("rename", whole.path, folder, error);
  } catch (const fs::filesystem_error& e) {
    throw Error(fmt::format("cannot write {}: {}", folder.string(), e.code().message()));
  }
}

}  // namespace tawara::docs
