#include "dwarf.hpp"

#include <algorithm>
#include <cstdlib>

namespace {

/// The text between two marks; empty when they are not there.
std::string_view between(std::string_view line, std::string_view left, std::string_view right) {
  const auto begin = line.find(left);
  if (begin == std::string_view::npos) return {};
  const auto end = line.find(right, begin + left.size());
  if (end == std::string_view::npos) return {};
  return line.substr(begin + left.size(), end - begin - left.size());
}

/// The value as readelf shows it: "(indirect string, offset: 0x12): name", "<0x24cad>", "2 byte block: 10 3
/// (DW_OP_constu: 3)" or a plain one.
std::string value_of(std::string_view shown) {
  if (shown.starts_with("(") && shown.find("): ") != shown.npos)
    return std::string(shown.substr(shown.find("): ") + 3));
  if (shown.starts_with("<0x")) return std::string(between(shown, "<0x", ">"));
  if (const auto constant = between(shown, "DW_OP_constu: ", ")"); !constant.empty()) return std::string(constant);
  if (const auto words = shown.find('\t'); words != std::string_view::npos) shown = shown.substr(0, words);
  return std::string(shown);
}

}  // namespace

std::size_t Dwarf::referred(std::size_t entry, const std::string& attribute) const {
  const auto found = at.find(entries[entry].get(attribute));
  return found == at.end() ? 0 : found->second;
}

Dwarf read_dwarf(std::string_view text) {
  Dwarf dwarf;
  dwarf.entries.emplace_back();
  std::vector<std::size_t> open = {0};  // the entries that enclose the present one
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with(" <")) {
      // " <3><6d2c2>: Abbrev Number: 23 (DW_TAG_member)"
      const std::string_view tag = between(line, "(DW_TAG_", ")");
      if (tag.empty()) continue;
      const auto depth = std::strtoul(std::string(between(line, "<", ">")).c_str(), nullptr, 10);
      open.resize(std::min<std::size_t>(depth + 1, open.size()));
      Entry entry;
      entry.tag = tag;
      entry.parent = open.back();
      const std::size_t index = dwarf.entries.size();
      dwarf.entries[entry.parent].children.push_back(index);
      dwarf.at.emplace(between(line, "><", ">"), index);
      dwarf.entries.push_back(std::move(entry));
      open.push_back(index);
    } else if (const auto name = between(line, "   DW_AT_", ":"); !name.empty()) {
      // "    <6d2c3>   DW_AT_name        : (indirect string, offset: 0xb9ba2): path"
      const auto colon = line.find(": ", line.find("DW_AT_"));
      if (colon == std::string_view::npos) continue;
      dwarf.entries.back().attributes.emplace(name.substr(0, name.find(' ')), value_of(line.substr(colon + 2)));
    }
  }
  return dwarf;
}
