#pragma once
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

/// A file that lives as long as this object, in a folder of the test's own.
struct TextFile {
  std::filesystem::path path;

  explicit TextFile(std::string_view content, const std::string& name = "file.csv") {
    static int count = 0;
    const auto folder = std::filesystem::temp_directory_path() /
                        ("tawara-ecg-test-" + std::to_string(getpid()) + "-" + std::to_string(count++));
    std::filesystem::create_directories(folder);
    path = folder / name;
    write(name, content);
  }
  ~TextFile() { std::filesystem::remove_all(path.parent_path()); }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;

  /// A further file beside the first.
  void write(const std::string& name, std::string_view content) const {
    std::ofstream(path.parent_path() / name, std::ios::binary) << content;
  }
};
