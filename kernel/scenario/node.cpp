#include "kernel/scenario/node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "kernel/scenario/problems.hpp"

namespace tawara::scenario {
namespace {

std::string toml_number(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
  std::string text = fmt::format("{}", number);
  // Without a point or an exponent TOML would read an integer.
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

std::string toml_string(std::string_view text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      result += std::string("\\") + c;
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      result += fmt::format("\\u{:04x}", static_cast<int>(c));
    else
      result += c;
  }
  return result + "\"";
}

template <class Items, class Text>
std::string joined(const Items& items, char open, char close, const Text& text) {
  std::string result(1, open);
  for (const auto& item : items) result += (result.size() > 1 ? ", " : open == '{' ? " " : "") + text(item);
  if (open == '{' && !items.empty()) result += ' ';
  return result + close;
}

template <class... F>
struct Overload : F... {
  using F::operator()...;
};
template <class... F>
Overload(F...) -> Overload<F...>;  // clang 14 does not find it by itself

}  // namespace

double Node::number() const {
  if (const auto* integer = as<std::int64_t>()) return static_cast<double>(*integer);
  return std::get<double>(value);
}

const Node* Node::find(std::string_view key) const {
  const auto* table = as<Table>();
  if (!table) return nullptr;
  for (const Entry& entry : *table)
    if (entry.key == key) return &entry.value;
  return nullptr;
}

Node* Node::find(std::string_view key) { return const_cast<Node*>(std::as_const(*this).find(key)); }

std::string Node::describe() const {
  return std::visit(Overload{[](bool v) -> std::string { return v ? "true" : "false"; },
                             [](std::int64_t v) { return fmt::format("the number {}", v); },
                             [](double v) { return fmt::format("the number {}", v); },
                             [](const std::string& v) { return "text " + in_quotes(v); },
                             [](const Array& v) -> std::string {
                               return v.empty() ? "an empty list" : fmt::format("a list of {}", v.size());
                             },
                             [](const Table&) -> std::string { return "a table"; },
                             [](const Date&) -> std::string { return "a date or time"; }},
                    value);
}

std::string toml_key(std::string_view key) {
  const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  return bare ? std::string(key) : toml_string(key);
}

std::string toml_text(const Node& node) {
  return std::visit(
      Overload{
          [](bool v) -> std::string { return v ? "true" : "false"; }, [](std::int64_t v) { return std::to_string(v); },
          [](double v) { return toml_number(v); }, [](const std::string& v) { return toml_string(v); },
          [](const Node::Array& v) { return joined(v, '[', ']', [](const Node& n) { return toml_text(n); }); },
          [](const Node::Table& v) {
            return joined(v, '{', '}', [](const Entry& e) { return toml_key(e.key) + " = " + toml_text(e.value); });
          },
          [](const Date&) -> std::string { return "\"\""; }},
      node.value);
}

std::string toml_text(const Value& value) {
  return std::visit(
      Overload{[](std::monostate) -> std::string { return "\"\""; },
               [](bool v) -> std::string { return v ? "true" : "false"; },
               [](std::int64_t v) { return std::to_string(v); }, [](double v) { return toml_number(v); },
               [](const std::string& v) { return toml_string(v); },
               [](const List& v) { return joined(v, '[', ']', [](const Value& n) { return toml_text(n); }); },
               [](const Record& v) {
                 Record written;  // what is absent has no TOML form
                 for (const auto& member : v)
                   if (!member.second.empty()) written.push_back(member);
                 return joined(written, '{', '}',
                               [](const auto& m) { return toml_key(m.first) + " = " + toml_text(m.second); });
               }},
      value.storage());
}

}  // namespace tawara::scenario
