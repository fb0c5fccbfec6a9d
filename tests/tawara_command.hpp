#pragma once
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

/// Runs the built `tawara` as a user would.
struct CommandResult {
  int code;
  std::string out, err;
};

inline std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

/// A fresh, empty folder under the build tree.
inline std::filesystem::path fresh_folder(const std::string& name) {
  const std::filesystem::path folder = std::filesystem::path(TAWARA_BUILD) / "tests" / "out" / name;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

/// @param arguments  as in a shell. The disk cache is one of the build tree's, so that the user's is neither needed nor
/// touched.
inline CommandResult tawara_command(const std::string& arguments) {
  static int count = 0;
  const auto base = std::filesystem::path(TAWARA_BUILD) / "tests" / "out";
  std::filesystem::create_directories(base);
  const std::string stem = (base / ("command" + std::to_string(getpid()) + "_" + std::to_string(count++))).string();
  const std::string line = "TAWARA_CACHE='" + (base / "cache").string() + "' '" + TAWARA_BUILD + "/bin/tawara' " +
                           arguments + " >'" + stem + ".out' 2>'" + stem + ".err' </dev/null";
  const int status = std::system(line.c_str());
  CommandResult result{WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), contents(stem + ".out"),
                       contents(stem + ".err")};
  std::filesystem::remove(stem + ".out");
  std::filesystem::remove(stem + ".err");
  return result;
}

inline nlohmann::json summary_of(const std::filesystem::path& run_folder) {
  return nlohmann::json::parse(contents(run_folder / "summary.json"));
}
