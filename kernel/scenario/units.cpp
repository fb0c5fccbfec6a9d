#include "kernel/scenario/units.hpp"

#include <charconv>
#include <cmath>
#include <numbers>
#include <span>

#include "kernel/scenario/suggest.hpp"

namespace tawara {
namespace {

using Dimension = std::array<int, 7>;  // m, kg, s, A, K, mol, degree

struct Symbol {
  std::string_view text;
  Unit unit;
  bool prefixed;  // may carry a decimal prefix
};

const Symbol symbols[] = {
    {"m", {{1}}, true},
    {"g", {{0, 1}, 1, 1, -3}, true},
    {"s", {{0, 0, 1}}, true},
    {"A", {{0, 0, 0, 1}}, true},
    {"K", {{0, 0, 0, 0, 1}}, true},
    {"mol", {{0, 0, 0, 0, 0, 1}}, true},
    {"V", {{2, 1, -3, -1}}, true},
    {"F", {{-2, -1, 4, 2}}, true},
    {"S", {{-2, -1, 3, 2}}, true},
    {"Ohm", {{2, 1, -3, -2}}, true},
    {"ohm", {{2, 1, -3, -2}}, true},
    {"C", {{0, 0, 1, 1}}, true},
    {"N", {{1, 1, -2}}, true},
    {"Pa", {{-1, 1, -2}}, true},
    {"J", {{2, 1, -2}}, true},
    {"W", {{2, 1, -3}}, true},
    {"Hz", {{0, 0, -1}}, true},
    {"L", {{3}, 1, 1, -3}, true},
    {"l", {{3}, 1, 1, -3}, true},
    {"M", {{-3, 0, 0, 0, 0, 1}, 1, 1, 3}, true},
    {"min", {{0, 0, 1}, 60}, false},
    {"h", {{0, 0, 1}, 3600}, false},
    {"deg", {{0, 0, 0, 0, 0, 0, 1}}, false},
    {"rad", {{0, 0, 0, 0, 0, 0, 1}, 180 / std::numbers::pi}, true},
    {"%", {{}, 1, 1, -2}, false},
    {"1", {}, false},
    {"bpm", {{0, 0, -1}, 1, 60}, false},
    {"mmHg", {{-1, 1, -2}, 133.322387415}, false},
    {"degC", {{0, 0, 0, 0, 1}, 1, 1, 0, 273.15}, false},
};

struct Prefix {
  std::string_view text;
  int power;
};
// Both code points of the micro sign are in use.
const Prefix prefixes[] = {{"f", -15}, {"p", -12}, {"n", -9}, {"u", -6}, {"\u00b5", -6}, {"\u03bc", -6},
                           {"m", -3},  {"c", -2},  {"d", -1}, {"k", 3},  {"M", 6},       {"G", 9}};

const Symbol* find_symbol(std::string_view text) {
  for (const Symbol& s : symbols)
    if (s.text == text) return &s;
  return nullptr;
}

std::optional<Unit> atom(std::string_view text) {
  // Whole symbols first: "min" is no milli-inch and "Pa" no peta-ampere.
  if (const Symbol* s = find_symbol(text)) return s->unit;
  for (const Prefix& p : prefixes) {
    if (!text.starts_with(p.text)) continue;
    const Symbol* s = find_symbol(text.substr(p.text.size()));
    if (!s || !s->prefixed) continue;
    Unit unit = s->unit;
    unit.power_of_ten += p.power;
    return unit;
  }
  return std::nullopt;
}

void multiply(Unit& a, const Unit& b, int sign) {
  for (std::size_t i = 0; i < a.dimension.size(); ++i) a.dimension[i] += sign * b.dimension[i];
  a.power_of_ten += sign * b.power_of_ten;
  (sign > 0 ? a.up : a.down) *= b.up;
  (sign > 0 ? a.down : a.up) *= b.down;
}

/// Recursive descent over  product = factor { ('*' | '/' | ' ') factor },  factor = ('(' product ')' | symbol) [power].
class UnitParser {
 public:
  explicit UnitParser(std::string_view text) : text_(text) {}

  std::optional<Unit> parse() {
    auto unit = product(0);
    if (!unit || at_ != text_.size()) return std::nullopt;
    // A shifted scale has no products: "degC" alone, or nothing. Elsewhere a difference is meant, and that is K.
    if (shifted_ && factors_ > 1) return std::nullopt;
    return unit;
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  std::optional<Unit> product(int depth) {
    skip_blanks();
    auto unit = factor(depth);
    while (unit) {
      const std::size_t before = at_;
      skip_blanks();
      if (at_ == text_.size() || text_[at_] == ')') break;
      int sign = 1;
      if (text_[at_] == '/' || text_[at_] == '*') {
        sign = text_[at_++] == '/' ? -1 : 1;
        skip_blanks();
      } else if (at_ == before) {
        return std::nullopt;
      }
      const auto next = factor(depth);
      if (!next) return std::nullopt;
      multiply(*unit, *next, sign);
    }
    return unit;
  }

  std::optional<Unit> factor(int depth) {
    if (at_ == text_.size() || depth > 8 || ++factors_ > 16) return std::nullopt;
    std::optional<Unit> base;
    if (text_[at_] == '(') {
      ++at_;
      base = product(depth + 1);
      if (!base || at_ == text_.size() || text_[at_] != ')') return std::nullopt;
      ++at_;
    } else {
      const std::size_t begin = at_;
      if (text_[at_] == '1' || text_[at_] == '%') {
        ++at_;
      } else {
        auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80); };
        while (at_ < text_.size() && letter(text_[at_])) ++at_;
      }
      base = atom(text_.substr(begin, at_ - begin));
      if (!base) return std::nullopt;
      shifted_ |= base->offset != 0;
    }
    const int exponent = power();
    if (exponent == 1) return base;
    if (exponent == 0 || std::abs(exponent) > 9 || base->offset != 0) return std::nullopt;
    Unit result;
    for (int i = 0; i < std::abs(exponent); ++i) multiply(result, *base, exponent > 0 ? 1 : -1);
    return result;
  }

  /// The exponent after a factor, 1 when there is none, 0 when it is no number.
  int power() {
    if (at_ == text_.size()) return 1;
    bool caret = text_[at_] == '^';
    if (!caret && text_[at_] != '-' && !(text_[at_] >= '0' && text_[at_] <= '9')) return 1;
    if (caret) ++at_;
    int value = 0;
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error != std::errc{}) return 0;
    at_ = static_cast<std::size_t>(end - text_.data());
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int factors_ = 0;
  bool shifted_ = false;
};

struct NamedDimension {
  Dimension dimension;
  std::string_view name;
  std::vector<std::string> units;  // the SI-like one first, then what people write
};

const std::vector<NamedDimension>& named_dimensions() {
  static const std::vector<NamedDimension> named = {
      {{}, "a plain number", {"1", "%"}},
      {{1}, "a length", {"m", "cm", "mm", "um"}},
      {{2}, "an area", {"m2", "cm2", "mm2", "um2"}},
      {{3}, "a volume", {"L", "ml", "mm3", "um3", "pL"}},
      {{-1}, "an inverse length", {"1/m", "1/cm", "1/mm", "1/um"}},
      {{0, 0, 1}, "a time", {"s", "ms", "us", "min", "h"}},
      {{0, 0, -1}, "a rate", {"1/s", "1/ms", "1/min", "Hz", "kHz"}},
      {{1, 0, -1}, "a speed", {"m/s", "cm/s", "mm/s", "cm/ms"}},
      {{2, 0, -1}, "a diffusivity", {"m2/s", "cm2/s", "mm2/s", "mm2/ms", "cm2/ms", "um2/ms"}},
      {{0, 1}, "a mass", {"kg", "g", "mg"}},
      {{0, 0, 0, 0, 1}, "a temperature", {"K", "degC"}},
      {{0, 0, 0, 0, 0, 0, 1}, "an angle", {"deg", "rad"}},
      {{0, 0, 0, 0, 0, 1}, "an amount of substance", {"mol", "mmol", "umol"}},
      {{-3, 0, 0, 0, 0, 1}, "a concentration", {"mol/L", "mmol/L", "umol/L", "nmol/L"}},
      {{0, 0, 0, 1}, "a current", {"A", "mA", "uA", "nA", "pA"}},
      {{0, 0, 1, 1}, "a charge", {"C", "nC", "pC"}},
      {{2, 1, -3, -1}, "a voltage", {"V", "mV", "uV"}},
      {{2, 1, -4, -1}, "a current per capacitance", {"A/F", "mA/F", "mV/ms", "V/s"}},
      {{-2, -1, 4, 2}, "a capacitance", {"F", "uF", "nF", "pF"}},
      {{-4, -1, 4, 2}, "a capacitance per area", {"F/m2", "uF/cm2", "uF/mm2"}},
      {{-2, -1, 3, 2}, "a conductance", {"S", "mS", "uS", "nS", "pS"}},
      {{-3, -1, 3, 2}, "a conductivity", {"S/m", "mS/mm", "mS/cm", "S/cm"}},
      {{2, 1, -3, -2}, "a resistance", {"Ohm", "kOhm", "MOhm"}},
      {{-2, 0, 0, 1}, "a current density", {"A/m2", "uA/cm2", "uA/mm2"}},
      {{1, 1, -2}, "a force", {"N", "mN"}},
      {{-1, 1, -2}, "a pressure", {"Pa", "kPa", "mmHg"}},
      {{2, 1, -2}, "an energy", {"J", "kJ"}},
      {{2, 1, -3}, "a power", {"W", "mW"}},
  };
  return named;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

double scaled(double value, const Unit& from, const Unit& to) {
  const double up = from.up * to.down;
  const double down = from.down * to.up;
  const int power = from.power_of_ten - to.power_of_ten;
  if (up != down) value = value * up / down;
  // Powers of ten are exact doubles up to 22, so one multiplication or division rounds once.
  return power >= 0 ? value * std::pow(10.0, power) : value / std::pow(10.0, -power);
}

}  // namespace

std::optional<Unit> parse_unit(std::string_view text) { return UnitParser(trimmed(text)).parse(); }

std::optional<Quantity> parse_quantity(std::string_view text) {
  text = trimmed(text);
  std::string_view digits = text;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  // from_chars would also take "inf" and "nan", which are words here.
  const std::size_t first = digits.find_first_not_of('-');
  if (first == std::string_view::npos || first > 1 || digits.find_first_of(".0123456789") != first) return std::nullopt;
  Quantity quantity;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), quantity.value);
  if (error != std::errc{}) return std::nullopt;
  quantity.unit = trimmed(digits.substr(static_cast<std::size_t>(end - digits.data())));
  return quantity;
}

std::string dimension_name(const Unit& unit) {
  for (const NamedDimension& named : named_dimensions())
    if (named.dimension == unit.dimension) return std::string(named.name);
  static constexpr const char* base[] = {"m", "kg", "s", "A", "K", "mol", "deg"};
  std::string text = "of dimension";
  for (std::size_t i = 0; i < unit.dimension.size(); ++i) {
    if (unit.dimension[i] == 0) continue;
    text += std::string(" ") + base[i];
    if (unit.dimension[i] != 1) text += std::to_string(unit.dimension[i]);
  }
  return text;
}

bool same_unit(std::string_view a, std::string_view b) {
  const auto left = parse_unit(a), right = parse_unit(b);
  if (!left || !right) return trimmed(a) == trimmed(b);
  return left->same_dimension(*right) && left->offset == right->offset && scaled(1, *left, *right) == 1;
}

double convert_difference(double value, const Unit& from, const Unit& to) { return scaled(value, from, to); }

double convert(double value, const Unit& from, const Unit& to) {
  if (from.offset == to.offset) return scaled(value, from, to);
  const Unit kelvin{{0, 0, 0, 0, 1}};
  return scaled(scaled(value, from, kelvin) + from.offset - to.offset, kelvin, to);
}

Conversion convert(double value, std::string_view from, std::string_view to) {
  const auto source = parse_unit(from);
  if (!source) {
    std::vector<std::string> known;
    for (const NamedDimension& named : named_dimensions())
      known.insert(known.end(), named.units.begin(), named.units.end());
    return {0, "unknown unit '" + std::string(from) + "'", suggest(from, known)};
  }
  const auto target = parse_unit(to);
  if (!target) return {0, "'" + std::string(from) + "' cannot be converted to '" + std::string(to) + "'", {}};
  if (!source->same_dimension(*target)) {
    const std::string in = to == "1" ? "" : " (" + std::string(to) + ")";
    return {0,
            "'" + std::string(from) + "' is " + dimension_name(*source) + ", expected " + dimension_name(*target) + in,
            {}};
  }
  return {convert(value, *source, *target), {}, {}};
}

std::vector<std::string> everyday_units(const Unit& unit) {
  for (const NamedDimension& named : named_dimensions())
    if (named.dimension == unit.dimension) return named.units;
  return {};
}

}  // namespace tawara
