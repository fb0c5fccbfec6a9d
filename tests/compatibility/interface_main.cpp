// sdk_interface compare|record READELF NM OBJECT LIBRARY HEADERS RECORD
//
// Compares what the SDK is with what is recorded of it, or records it anew; see sdk/COMPATIBILITY.md.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "command_output.hpp"
#include "interface.hpp"
#include "tawara/version.hpp"

namespace {

namespace fs = std::filesystem;

std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) throw std::runtime_error("cannot read " + file.string());
  return text.str();
}

int run(const std::string& what, const std::string& readelf, const std::string& nm, const std::string& object,
        const std::string& library, const fs::path& headers, const fs::path& file) {
  Record now{tawara::sdk_major, tawara::sdk_minor, TAWARA_COMPILER, {}};
  now.interface = interface_of(output_of(readelf + " --debug-dump=info '" + object + "'"),
                               output_of(nm + " --dynamic --defined-only '" + library + "'"));
  for (const auto& header : fs::directory_iterator(headers))
    if (header.path().extension() == ".hpp") add_agreed_names(now.interface, contents(header.path()));

  const bool there = fs::exists(file);
  const Record before = there ? record_from(contents(file)) : now;
  const std::string refused = refusal(before, now);
  if (what == "record") {
    if (!refused.empty()) {
      std::fprintf(stderr,
                   "Not recorded: %s\nRaise sdk_minor (or sdk_major) in sdk/include/tawara/version.hpp first.\n"
                   "If %s is not committed yet, restore the record before (git checkout %s) and record again.\n",
                   refused.c_str(), now.version().c_str(), file.c_str());
      return 1;
    }
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << to_text(now);
    std::printf("SDK %s recorded in %s: %zu names\n", now.version().c_str(), file.c_str(), now.interface.size());
    return 0;
  }
  if (!there) {
    std::printf("SKIPPED: nothing is recorded for this platform (%s)\n", file.c_str());
    return 0;
  }
  if (before.compiler != now.compiler) {
    std::printf("SKIPPED: recorded with %s, whose words are not those of %s\n", before.compiler.c_str(),
                now.compiler.c_str());
    return 0;
  }
  const std::string again = "cmake --build " TAWARA_BUILD " --target record_sdk_interface";
  if (!refused.empty()) {
    std::printf(
        "%s\nIf this was not meant, undo it. If it was:\n"
        "  1. raise sdk_minor (or sdk_major) in sdk/include/tawara/version.hpp: sdk/COMPATIBILITY.md says which\n"
        "  2. %s\n"
        "  3. commit %s together with the change\n",
        refused.c_str(), again.c_str(), file.c_str());
    return 1;
  }
  if (before.version() != now.version()) {
    std::printf("the SDK calls itself %s, and what is recorded is %s.\n\n%s\nRecord it, and commit %s:\n  %s\n",
                now.version().c_str(), before.version().c_str(),
                difference(before.interface, now.interface).text.c_str(), file.c_str(), again.c_str());
    return 1;
  }
  std::printf("SDK %s is as recorded: %zu names\n", now.version().c_str(), now.interface.size());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 8) {
    std::fprintf(stderr, "usage: sdk_interface compare|record READELF NM OBJECT LIBRARY HEADERS RECORD\n");
    return 2;
  }
  try {
    return run(argv[1], argv[2], argv[3], argv[4], argv[5], argv[6], argv[7]);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "sdk_interface: %s\n", e.what());
    return 1;
  }
}
