#pragma once
#include <string>
#include <vector>

#include "tawara/array.hpp"

namespace tawara {

/// One line of a chart.
struct Curve {
  std::string name;
  std::vector<double> x, y;  ///< NaN breaks the line
};

/// A small line chart as SVG: axes with units, a legend when there is more than one curve.
[[nodiscard]] std::string line_chart(const std::string& title, const std::string& x_label, const std::string& y_label,
                                     const std::vector<Curve>& curves);

/// A histogram of the finite values as SVG.
[[nodiscard]] std::string histogram(const std::string& title, const std::string& x_label,
                                    const std::vector<double>& values);

/// Charts of a table whose first column is the axis. Columns that share their first word share a chart ("V1 best", "V1
/// low", "V1 high"); their units must agree.
[[nodiscard]] std::vector<std::string> charts_of(const Table& table);

}  // namespace tawara
