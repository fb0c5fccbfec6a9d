#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tawara {

/// A unit in terms of SI: value in SI base units = value * (up / down) * 10^power_of_ten + offset.
///
/// Decimal prefixes are kept as a power of ten and sixties as a fraction, so that "35 cm/s" becomes exactly the double
/// 0.35 and not 0.35000000000000003: a setting reads back as it was written.
struct Unit {
  /// Exponents of m, kg, s, A, K, mol and degree of angle.
  std::array<int, 7> dimension{};
  double up = 1, down = 1;
  int power_of_ten = 0;
  double offset = 0;  ///< only "degC" has one

  [[nodiscard]] bool same_dimension(const Unit& other) const { return dimension == other.dimension; }
};

/// Read "cm/s", "uF/cm2", "mmol/L", "1/(mM ms)", "%", "bpm". Symbols are SI's with prefixes f p n u m c d k M G and
/// L M min h deg % bpm mmHg degC; powers are written `cm2`, `cm^2` or `s-1`; a space or `*` multiplies; `/` divides
/// by the next factor only. @returns nothing when it is not a unit
[[nodiscard]] std::optional<Unit> parse_unit(std::string_view text);

/// "65 cm/s" -> 65 and "cm/s"; the unit is empty when there is none. @returns nothing when no number leads
struct Quantity {
  double value = 0;
  std::string unit;
};
[[nodiscard]] std::optional<Quantity> parse_quantity(std::string_view text);

/// "a speed", "a concentration", or the base units where the dimension has no everyday name.
[[nodiscard]] std::string dimension_name(const Unit& unit);

/// Is it the same unit, however spelt (A/F and V/s; mmol/L and mM)? Texts that are no units are compared as texts.
[[nodiscard]] bool same_unit(std::string_view a, std::string_view b);

/// Convert between units of one dimension.
[[nodiscard]] double convert(double value, const Unit& from, const Unit& to);
/// The same for a difference of two values, e.g. a standard deviation: 1 degC is 1 K.
[[nodiscard]] double convert_difference(double value, const Unit& from, const Unit& to);

/// A converted value, or why there is none: "unknown unit 'cm/sec'", "'mV' is a voltage, expected a speed (m/s)".
struct Conversion {
  double value = 0;
  std::string error;                     ///< empty when fine
  std::vector<std::string> suggestions;  ///< known units spelt like an unknown one
};
[[nodiscard]] Conversion convert(double value, std::string_view from, std::string_view to);

/// Everyday units of this dimension, to guess what was meant: {"m/s", "cm/s", "mm/s", ...}.
[[nodiscard]] std::vector<std::string> everyday_units(const Unit& unit);

}  // namespace tawara
