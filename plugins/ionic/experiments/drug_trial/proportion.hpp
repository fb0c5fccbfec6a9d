#pragma once
#include <cstddef>
#include <span>

namespace tawara::experiments {

/// A fraction of cells and how well so many cells tell it.
struct Proportion {
  double fraction, low, high;  ///< NaN of no cells
};

/// With the 95 % interval of Wilson's score: within [0, 1] also where none or all of the cells have it.
/// @param count  at most n
/// Source: Wilson, J Am Stat Assoc 22 (1927) 209.
[[nodiscard]] Proportion proportion_of(std::size_t count, std::size_t n);

struct Quartiles {
  double lower, median, upper;  ///< NaN of no values
};

/// By linear interpolation between the ordered values; those that are not finite are left out.
[[nodiscard]] Quartiles quartiles_of(std::span<const double> values);

}  // namespace tawara::experiments
