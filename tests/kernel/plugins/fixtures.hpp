#pragma once
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include "kernel/plugins/elf.hpp"
#include "kernel/plugins/manifest.hpp"

namespace fixtures {

namespace fs = std::filesystem;

inline fs::path library(const std::string& name) { return fs::path(TAWARA_FIXTURES) / name / (name + ".so"); }

inline std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write(const fs::path& path, const std::string& bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

/// A folder that goes when the test ends.
struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "tawara-plugins-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    path = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code none;
    fs::remove_all(path, none);
  }
  fs::path path;
};

/// Set for the life of the object; nullptr unsets.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    value ? ::setenv(name, value, 1) : ::unsetenv(name);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { old_ ? ::setenv(name_, old_->c_str(), 1) : ::unsetenv(name_); }

 private:
  const char* name_;
  std::optional<std::string> old_;
};

/// A copy of good.so whose manifest says something else, consistently signed.
inline fs::path forged(const fs::path& to, const std::function<void(tawara::Manifest&)>& edit) {
  const tawara::ElfFile file(library("good"));
  const auto head = tawara::read_manifest_head(file.section(tawara::manifest_section).value());
  tawara::Manifest manifest = head.manifest;
  manifest.components = tawara::components_of(head);
  edit(manifest);
  write(to, file.with_section(tawara::manifest_section, tawara::manifest_text(manifest)));
  return to;
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace fixtures
