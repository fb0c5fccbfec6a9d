#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// One entry of an object file's debug information (DWARF): a class, a member, a function.
struct Entry {
  std::string tag;                                ///< "structure_type", without DW_TAG_
  std::map<std::string, std::string> attributes;  ///< without DW_AT_; references as the other's address in hexadecimal
  std::size_t parent = 0;
  std::vector<std::size_t> children;

  [[nodiscard]] bool has(const std::string& name) const { return attributes.contains(name); }
  [[nodiscard]] std::string get(const std::string& name) const {
    const auto found = attributes.find(name);
    return found == attributes.end() ? std::string() : found->second;
  }
};

/// Debug information as a tree; entry 0 stands above all others.
struct Dwarf {
  std::vector<Entry> entries;
  std::map<std::string, std::size_t> at;  ///< by address

  /// The entry that an attribute refers to; 0 when there is none.
  [[nodiscard]] std::size_t referred(std::size_t entry, const std::string& attribute = "type") const;
};

/// Read what `readelf --debug-dump=info` printed.
[[nodiscard]] Dwarf read_dwarf(std::string_view text);
