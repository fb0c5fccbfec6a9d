#pragma once
#include <doctest/doctest.h>

#include <map>

#include "../../tawara_command.hpp"

/// The built command on the fixture plugin's scenarios, and what its runs leave.

namespace cluster {

namespace fs = std::filesystem;

inline const std::string header = "[tawara]\ntitle = \"Shared work\"\n";
inline const std::string level = header + "[level]\nuse = \"discrepancy.level\"\nx = 2\n";
inline const std::string numbers = header + "[numbers]\nuse = \"experiment.numbers\"\nrows = 11\nshard = 2\n";
inline const std::string walk =
    level +
    "[walk]\nuse = \"sampler.walk\"\ndiscrepancy = \"level\"\nparameters = [{ path = \"level.x\", uniform = [-9, 9] "
    "}]\n";

inline fs::path write(const fs::path& file, const std::string& text) {
  std::ofstream(file) << text;
  return file;
}

/// Arguments of `tawara`.
inline std::string run(const fs::path& scenario, const fs::path& out, const std::string& more = "") {
  return "run '" + scenario.string() + "' --output '" + out.string() + "' --plugin '" + TAWARA_CLUSTER_FIXTURE + "' " +
         more;
}

/// All results below a folder, by path: what is not a log, a time or a script.
inline std::map<std::string, std::string> results_in(const fs::path& folder) {
  std::map<std::string, std::string> results;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename().string(), path = fs::relative(entry.path(), folder).string();
    if (!entry.is_regular_file() || name.starts_with("log.") || name == "provenance.json" || path.starts_with("slurm/"))
      continue;
    // The report of one run ends with its provenance; that of a sweep is a result.
    if (name == "report.html" && fs::exists(entry.path().parent_path() / "provenance.json")) continue;
    results[path] = contents(entry.path());
  }
  return results;
}

inline void check_same_results(const fs::path& expected, const fs::path& found) {
  const auto a = results_in(expected), b = results_in(found);
  CHECK(a.size() > 1);
  for (const auto& [path, bytes] : a) CHECK_MESSAGE((b.contains(path) && b.at(path) == bytes), path);
  for (const auto& [path, bytes] : b) CHECK_MESSAGE(a.contains(path), path);
}

}  // namespace cluster
