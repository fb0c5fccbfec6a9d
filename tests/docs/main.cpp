#include <cstring>
#include <iostream>

#include "run.hpp"

// run_document FILE.md --prefix INSTALLED [--work FOLDER] [--source CHECKOUT] [--before COMMANDS]
int main(int argc, char** argv) {
  tawara::documents::Workplace workplace{"document-work", "", ".", ""};
  std::string file;
  bool understood = true;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool valued = word.starts_with("--") && i + 1 < argc;
    if (word == "--prefix" && valued)
      workplace.prefix = argv[++i];
    else if (word == "--work" && valued)
      workplace.folder = argv[++i];
    else if (word == "--source" && valued)
      workplace.source = argv[++i];
    else if (word == "--before" && valued)
      workplace.before = argv[++i];
    else if (!word.starts_with("--") && file.empty())
      file = word;
    else
      understood = false;
  }
  if (!understood || file.empty() || workplace.prefix.empty()) {
    std::cerr << "usage: run_document FILE.md --prefix INSTALLED_TAWARA [--work FOLDER] [--source CHECKOUT] "
                 "[--before COMMANDS]\nFOLDER (document-work) is made anew.\n";
    return 2;
  }
  return tawara::documents::run_document(file, workplace, std::cout) == 0 ? 0 : 1;
}
