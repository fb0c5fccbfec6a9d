#pragma once
#include <filesystem>
#include <string>
#include <vector>

/// A process watched while it runs.
struct ChildResult {
  int code = -1;      ///< as its own exit; -1 when a signal ended it
  int signal = 0;     ///< what ended it
  bool late = false;  ///< it was over its time and was asked to stop (SIGINT)
  bool hung = false;  ///< it did not stop when it was asked, and was killed
  std::string out, err;
};

/// Runs a program with no input and bounded memory, its output kept in `folder`.
/// @param limit  seconds until it is asked to stop; it then has as long again
ChildResult run_child(const std::vector<std::string>& words, const std::filesystem::path& folder, int limit);
