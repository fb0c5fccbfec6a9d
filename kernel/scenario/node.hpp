#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "kernel/scenario/scenario.hpp"

namespace tawara::scenario {

struct Entry;

/// A TOML date or time: no parameter takes one, so only its presence is kept.
struct Date {};

/// What the user wrote, before anybody says what it means: a TOML value with its place, in file order.
struct Node {
  using Array = std::vector<Node>;
  using Table = std::vector<Entry>;
  std::variant<bool, std::int64_t, double, std::string, Array, Table, Date> value;
  Location at;

  template <class T>
  [[nodiscard]] const T* as() const {
    return std::get_if<T>(&value);
  }
  template <class T>
  [[nodiscard]] T* as() {
    return std::get_if<T>(&value);
  }
  [[nodiscard]] bool is_number() const { return as<std::int64_t>() || as<double>(); }
  [[nodiscard]] double number() const;  ///< only when is_number()
  /// The value of a key, or nullptr (also when this is no table).
  [[nodiscard]] const Node* find(std::string_view key) const;
  [[nodiscard]] Node* find(std::string_view key);
  /// "text 'abc'", "the number 3.5", "a list of 3", "a table": for messages.
  [[nodiscard]] std::string describe() const;
};

struct Entry {
  std::string key;
  Location key_at;
  Node value;
};

/// The node as TOML text on one line.
[[nodiscard]] std::string toml_text(const Node& node);
[[nodiscard]] std::string toml_text(const Value& value);
[[nodiscard]] std::string toml_key(std::string_view key);  ///< quoted where it must be

/// Parse a scenario file. @throws ScenarioProblems when it cannot be read or is not TOML
[[nodiscard]] Node read_document(const std::filesystem::path& file);

/// Parse one value as --set takes it: TOML, or the text itself where it is not TOML (`female` needs no quotes).
[[nodiscard]] Node read_value(const std::string& text, const Location& at);

}  // namespace tawara::scenario
