#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <elf.h>

#include "tawara/error.hpp"

namespace tawara {

/// Why a file is not the shared library it should be.
class ElfError : public PluginError {
 public:
  enum class Kind {
    unreadable,     ///< the system says no
    not_a_library,  ///< something else altogether, or for another machine
    damaged,        ///< begins like a library, but offsets lead outside the file
  };
  ElfError(Kind kind, const std::string& text) : PluginError(text), kind_(kind) {}
  [[nodiscard]] Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

/// A 64-bit ELF shared library read as a plain file: nothing in it runs, nothing is mapped, and every offset is
/// checked against the file's size before it is followed. Reads what is asked for only, so that large libraries cost
/// little. All functions throw ElfError.
class ElfFile {
 public:
  explicit ElfFile(const std::filesystem::path& path);
  ElfFile(const ElfFile&) = delete;
  ElfFile& operator=(const ElfFile&) = delete;
  ~ElfFile();

  /// Contents of a section; nothing when there is none of that name.
  [[nodiscard]] std::optional<std::string> section(std::string_view name) const;

  /// XXH3-128 of all that the loader looks at: file header, program headers and loadable segments, each with its
  /// address. The header's fields about the section table count as zero, because adding a section changes them.
  [[nodiscard]] std::string digest() const;

  /// The bytes of this file with a section (not loaded) added at its end, or replaced if it is there already.
  [[nodiscard]] std::string with_section(std::string_view name, std::string_view contents) const;

 private:
  [[nodiscard]] std::string read(std::uint64_t offset, std::uint64_t size, std::string_view what) const;
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  Elf64_Ehdr header_{};
  std::vector<Elf64_Phdr> segments_;
  std::vector<Elf64_Shdr> sections_;
  std::string names_;  // section names, each ended by a zero byte
};

/// Write the whole file anew under a temporary name in the same folder, then rename: readers see the old or the new
/// file.
void replace_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace tawara
