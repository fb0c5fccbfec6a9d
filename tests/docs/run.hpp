#pragma once
#include <filesystem>
#include <ostream>
#include <string>

namespace tawara::documents {

/// Where a document is run.
struct Workplace {
  std::filesystem::path folder;  ///< made anew; what blocks write stays there for inspection
  std::filesystem::path prefix;  ///< of an installed Tawara: first on PATH, and CMAKE_PREFIX_PATH
  std::filesystem::path source;  ///< the checkout: excerpts may be of files in it, and messages name documents from it
  std::string before;            ///< commands to begin with, as a reader would have run them already
};

/// Runs the blocks of a document in order and says what is wrong as "FILE:LINE: words".
/// @returns the number of problems; after a command that ended otherwise than it should, no more blocks are run
int run_document(const std::filesystem::path& file, const Workplace& workplace, std::ostream& out);

/// What of `expected` is not in `output`: its lines have to occur in order, "..." stands for anything.
/// @returns the first line that does not, "" when all do
[[nodiscard]] std::string missing_line(const std::string& expected, const std::string& output);

}  // namespace tawara::documents
