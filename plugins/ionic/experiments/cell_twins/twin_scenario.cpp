#include "experiments/cell_twins/twin_scenario.hpp"

#include <fmt/format.h>

#include <cmath>

namespace tawara::experiments {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out += fmt::format("\\{}", c);
    else if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      out += c;
  }
  return out + "\"";
}

/// The shortest text that reads back as the same number, and as a float.
std::string number(double value) {
  const std::string text = fmt::format("{}", value);
  return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

/// Nothing for what a scenario cannot say in a line.
std::optional<std::string> toml(const Value& value) {
  if (value.is<bool>()) return value.boolean() ? "true" : "false";
  if (value.is<std::int64_t>()) return fmt::format("{}", value.integer());
  if (value.is<double>() && std::isfinite(value.number())) return number(value.number());
  if (value.is<std::string>()) return quoted(value.text());
  if (!value.is<List>()) return std::nullopt;
  std::string text = "[";
  for (const Value& element : value.list()) {
    const auto inner = toml(element);
    if (!inner) return std::nullopt;
    text += (text.size() > 1 ? ", " : "") + *inner;
  }
  return text + "]";
}

}  // namespace

std::optional<std::string> twin_scenario(const Input& cell, std::span<const double> arguments, double duration,
                                         double settle, const std::string& says) {
  const Descriptor& d = cell.descriptor();
  if (!d.slots.empty()) return std::nullopt;
  const bool taken = cell.instance() == "quiet" || cell.instance() == "left_alone";
  const std::string name = taken ? "twin" : cell.instance();
  std::string text =
      fmt::format("# {}\n# The first {:g} ms or so are its way from the model's initial state.\n\n", says, settle);
  text += fmt::format("[{}]\nuse = {}\n", name, quoted(d.name));
  for (const Parameter& p : d.parameters) {
    const int argument = d.argument_index(p.name);
    std::optional<std::string> value;
    if (argument >= 0 && p.type == Type::number) {
      const double of_twin = arguments[static_cast<std::size_t>(argument)];
      if (std::isfinite(of_twin)) value = number(of_twin);
    } else if (const Value& set = cell.settings().value(p.name); !set.empty()) {
      value = toml(set);
    }
    if (value) text += fmt::format("{} = {}\n", p.name, *value);
  }
  text += "\n[quiet]\nuse = \"protocol.quiet\"\n";
  text += fmt::format(
      "\n[left_alone]\nuse = \"experiment.single_cell\"\ncell = {}\nprotocol = \"quiet\"\nduration = "
      "{}\n",
      quoted(name), number(duration));
  return text;
}

}  // namespace tawara::experiments
