// The only file that sees toml++.
#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "kernel/scenario/node.hpp"
#include "kernel/scenario/problems.hpp"

namespace tawara::scenario {
namespace {

constexpr int deepest = 64;

[[noreturn]] void refuse(Location at, std::string message, std::vector<std::string> hints = {}) {
  throw ScenarioProblems({{Problem::Severity::error, std::move(at), std::move(message), std::move(hints)}});
}

/// `source` names the file; for --set every node stands at one place without lines.
struct Places {
  Location fixed;
  [[nodiscard]] Location of(const toml::source_region& region) const {
    if (fixed.line < 0)
      return {fixed.source, static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
    return fixed;
  }
};

Node convert(const toml::node& node, const Places& places, int depth) {
  Node result;
  result.at = places.of(node.source());
  if (depth > deepest) refuse(result.at, "nested deeper than " + std::to_string(deepest) + " levels");
  if (const auto* truth = node.as_boolean())
    result.value = truth->get();
  else if (const auto* whole = node.as_integer())
    result.value = whole->get();
  else if (const auto* real = node.as_floating_point())
    result.value = real->get();
  else if (const auto* text = node.as_string())
    result.value = text->get();
  else if (const auto* array = node.as_array()) {
    Node::Array items;
    items.reserve(array->size());
    for (const toml::node& item : *array) items.push_back(convert(item, places, depth + 1));
    result.value = std::move(items);
  } else if (const auto* table = node.as_table()) {
    // toml++ sorts keys by name; the order of the file is the order readers expect.
    std::vector<std::pair<const toml::key*, const toml::node*>> entries;
    for (const auto& [key, value] : *table) entries.emplace_back(&key, &value);
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto& a, const auto& b) { return a.first->source().begin < b.first->source().begin; });
    Node::Table items;
    items.reserve(entries.size());
    for (const auto& [key, value] : entries)
      items.push_back({std::string(key->str()), places.of(key->source()), convert(*value, places, depth + 1)});
    result.value = std::move(items);
  } else {
    result.value = Date{};
  }
  return result;
}

/// toml++ builds and destroys one table per dot of a key by recursion, so a key of very many dots would exhaust the
/// stack before anything of ours sees it.
int line_of_endless_key(const std::string& text) {
  int line = 1, dots = 0;
  for (char c : text) {
    if (c == '.') {
      if (++dots > 1000) return line;
    } else if (c == '\n' || c == ',' || c == '=' || c == '[' || c == ']' || c == '{') {
      dots = 0;
      if (c == '\n') ++line;
    }
  }
  return 0;
}

}  // namespace

Node read_document(const std::filesystem::path& file) {
  const std::string name = file.string();
  std::error_code failed;
  const auto status = std::filesystem::status(file, failed);
  if (!std::filesystem::exists(status)) refuse({name}, "no such file");
  if (std::filesystem::is_directory(status)) refuse({name}, "is a folder; a scenario is a TOML file");
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  if (!in || !(bytes << in.rdbuf() || in.peek() == std::ifstream::traits_type::eof()))
    refuse({name}, "cannot be read (permissions?)");
  const std::string text = bytes.str();
  if (const int line = line_of_endless_key(text)) refuse({name, line, 1}, "a key with more than 1000 dots");
  try {
    const toml::table table = toml::parse(std::string_view(text), std::string_view(name));
    return convert(table, {{name, -1, 0}}, 0);
  } catch (const toml::parse_error& error) {
    const auto at = error.source().begin;
    refuse({name, static_cast<int>(at.line), static_cast<int>(at.column)},
           "not TOML: " + std::string(error.description()));
  }
}

Node read_value(const std::string& text, const Location& at) {
  Node plain{text, at};
  if (line_of_endless_key(text) != 0) return plain;
  try {
    const toml::table table = toml::parse("value = " + text, std::string_view("--set"));
    // A text with a line break could smuggle in further keys; then it is just text.
    if (table.size() != 1) return plain;
    return convert(*table.get("value"), {at}, 1);
  } catch (const toml::parse_error&) {
    return plain;
  }
}

}  // namespace tawara::scenario
