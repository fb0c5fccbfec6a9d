// Numbers with units and limits, and numbers that vary in space.
#include <fmt/format.h>

#include <cmath>

#include "kernel/scenario/units.hpp"
#include "kernel/scenario/values.hpp"

namespace tawara::scenario {
namespace {

std::string expected_number(const Parameter& p) {
  return p.unit.empty() || p.unit == "1" ? "expected a number" : "expected a number in " + p.unit;
}

bool above_minimum(const Parameter& p, double value) {
  return !p.minimum || (p.exclusive_minimum ? value > *p.minimum : value >= *p.minimum);
}
bool below_maximum(const Parameter& p, double value) {
  return !p.maximum || (p.exclusive_maximum ? value < *p.maximum : value <= *p.maximum);
}
bool usual(const Parameter& p, double value) {
  return (!p.usual_low || value >= *p.usual_low) && (!p.usual_high || value <= *p.usual_high);
}

/// The number as it was written: "65 m/s" for a bare 65, "6500 cm/s (65 m/s)" where it was converted.
std::string as_written(const Parameter& p, double value, const Node& written) {
  if (const auto* text = written.as<std::string>())
    if (const auto quantity = parse_quantity(*text); quantity && quantity->unit != p.unit)
      return fmt::format("{} {} ({})", quantity->value, quantity->unit, with_unit(value, p.unit));
  return with_unit(value, p.unit);
}

std::string usual_range(const Parameter& p) {
  const std::string unit = p.unit == "1" || p.unit.empty() ? "" : " " + p.unit;
  if (p.usual_low && p.usual_high) return fmt::format("usual range {} to {}{}", *p.usual_low, *p.usual_high, unit);
  if (p.usual_low) return fmt::format("usually at least {}{}", *p.usual_low, unit);
  if (p.usual_high) return fmt::format("usually at most {}{}", *p.usual_high, unit);
  return {};
}

/// The same digits in another unit of the dimension, where that makes a usual value: the mistake was the unit.
std::string likely_unit(const Parameter& p, double value, const Node& written) {
  if (!p.usual_low && !p.usual_high) return {};
  const auto declared = parse_unit(p.unit);
  if (!declared) return {};
  double digits = value;
  if (const auto* text = written.as<std::string>())
    if (const auto quantity = parse_quantity(*text)) digits = quantity->value;
  for (const std::string& unit : everyday_units(*declared)) {
    const double meant = convert(digits, *parse_unit(unit), *declared);
    if (meant != value && usual(p, meant) && above_minimum(p, meant) && below_maximum(p, meant))
      return fmt::format("did you mean \"{} {}\"?", digits, unit);
  }
  return {};
}

std::vector<std::string> range_hint(const Parameter& p, double value, const Node& written, bool with_range) {
  const std::string range = with_range ? usual_range(p) : "";
  const std::string question = likely_unit(p, value, written);
  if (range.empty() && question.empty()) return {};
  return {range + (range.empty() || question.empty() ? "" : "; ") + question};
}

}  // namespace

std::string with_unit(double value, const std::string& unit) {
  return unit.empty() || unit == "1" ? shown(value) : shown(value) + " " + unit;
}

std::optional<double> read_number(const Parameter& p, const Node& node, const std::string& path, Problems& problems,
                                  bool difference) {
  if (node.is_number()) {
    const double value = node.number();
    if (!std::isnan(value)) return value;
    problems.error(node.at, path + ": not a number (nan)");
    return std::nullopt;
  }
  const auto* text = node.as<std::string>();
  const auto quantity = text ? parse_quantity(*text) : std::nullopt;
  if (!quantity) {
    problems.error(node.at, path + ": " + expected_number(p) + ", found " + node.describe());
    return std::nullopt;
  }
  if (quantity->unit.empty()) {
    problems.error(
        node.at, path + ": " + expected_number(p) + ", found " + node.describe() + "; write " + shown(quantity->value));
    return std::nullopt;
  }
  if (quantity->unit == p.unit) return quantity->value;
  const Conversion converted = convert(quantity->value, quantity->unit, p.unit);
  if (!converted.error.empty()) {
    problems.error(node.at, path + ": " + converted.error, hint(converted.suggestions));
    return std::nullopt;
  }
  return difference ? convert_difference(quantity->value, *parse_unit(quantity->unit), *parse_unit(p.unit))
                    : converted.value;
}

bool check_limits(const Parameter& p, double value, const Node& written, const std::string& path, Problems& problems) {
  const bool low = !above_minimum(p, value), high = !below_maximum(p, value);
  if (!low && !high) return true;
  const std::string limit = with_unit(low ? *p.minimum : *p.maximum, p.unit);
  const bool exclusive = low ? p.exclusive_minimum : p.exclusive_maximum;
  const std::string complaint =
      exclusive ? fmt::format("is not {} {}, as it must be", low ? "above" : "below", limit)
                : fmt::format("is {} {}", low ? "below the allowed minimum" : "above the allowed maximum", limit);
  problems.error(written.at, fmt::format("{}: {} {}", path, as_written(p, value, written), complaint),
                 range_hint(p, value, written, true));
  return false;
}

namespace {

Value check_scalar(const Parameter& p, const Node& node, const std::string& path, Problems& problems) {
  const auto value = read_number(p, node, path, problems);
  if (!value || !check_limits(p, *value, node, path, problems)) return {};
  if (!usual(p, *value))
    problems.warning(node.at,
                     fmt::format("{}: {} is outside the {}", path, as_written(p, *value, node), usual_range(p)),
                     range_hint(p, *value, node, false));
  return *value;
}

bool takes_column(const Parameter& p) { return p.acts_at == ActsAt::evaluate; }

/// What a number may also be.
std::string other_forms(const Parameter& p) {
  std::string forms;
  if (p.field) forms = R"(, { regions = { scar = 0.1 }, otherwise = 1.0 } or { field = "heart.my_field" })";
  if (takes_column(p)) forms += R"(, or { column = "name" } in a population)";
  return expected_number(p) + forms;
}

Value check_regions(const Parameter& p, const Node& node, const std::string& path, Problems& problems) {
  Record regions;
  for (const Entry& region : *node.find("regions")->as<Node::Table>())
    regions.emplace_back(region.key, check_scalar(p, region.value, path + ".regions." + region.key, problems));
  Value otherwise;
  if (const Node* written = node.find("otherwise")) {
    otherwise = check_scalar(p, *written, path + ".otherwise", problems);
  } else if (p.default_value.is_number()) {
    otherwise = p.default_value.number();
  } else {
    problems.error(node.at, path + ": 'otherwise' is missing: the value outside the regions");
  }
  return Record{{"regions", regions}, {"otherwise", otherwise}};
}

Value check_varying(const Parameter& p, const Node& node, const std::string& path, Problems& problems) {
  const auto& table = *node.as<Node::Table>();
  const Node* regions = node.find("regions");
  const std::size_t expected = regions && node.find("otherwise") ? 2 : 1;
  if (table.size() == expected) {
    if (p.field && regions && regions->as<Node::Table>() && !regions->as<Node::Table>()->empty())
      return check_regions(p, node, path, problems);
    for (const auto& [key, allowed] : {std::pair("field", p.field), std::pair("column", takes_column(p))}) {
      const Node* name = node.find(key);
      if (allowed && name && name->as<std::string>() && !name->as<std::string>()->empty())
        return Record{{key, *name->as<std::string>()}};
    }
  }
  if (node.find("column") && !takes_column(p))
    problems.error(node.at, path + ": a column gives every row its own value, but this parameter acts while preparing",
                   {"give one number; [[sweep]] runs the scenario once per value"});
  else
    problems.error(node.at, path + ": " + other_forms(p));
  return {};
}

}  // namespace

Value check_number(const Parameter& p, const Node& node, const std::string& path, Problems& problems) {
  if (node.as<Node::Table>() && (p.field || node.find("column"))) return check_varying(p, node, path, problems);
  return check_scalar(p, node, path, problems);
}

}  // namespace tawara::scenario
