#include "kernel/results/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>

#include "kernel/results/text.hpp"

namespace tawara {
namespace {

constexpr double width = 320, height = 200, left = 62, right = 16, top = 24, bottom = 38;
// Told apart by colour-blind readers too (Okabe and Ito).
constexpr std::array colours{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"};

struct Range {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  void add(double v) {
    if (!std::isfinite(v)) return;
    low = std::min(low, v);
    high = std::max(high, v);
  }
  /// A range that can be divided by: constant data get some room.
  [[nodiscard]] Range padded() const {
    if (!(low <= high)) return {0, 1};
    if (low == high) return {low - std::max(0.5, 0.05 * std::abs(low)), high + std::max(0.5, 0.05 * std::abs(high))};
    return *this;
  }
};

/// Round numbers inside the range, about four of them.
std::vector<double> ticks(const Range& r) {
  const double raw = (r.high - r.low) / 4;
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  const double step = power * (raw / power < 1.5 ? 1 : raw / power < 3.5 ? 2 : raw / power < 7.5 ? 5 : 10);
  std::vector<double> at;
  for (double v = std::ceil(r.low / step) * step; v <= r.high + 1e-9 * step; v += step)
    at.push_back(std::abs(v) < 1e-9 * step ? 0 : v);
  return at;
}

/// Maps data to picture coordinates and draws the frame.
class Frame {
 public:
  Frame(Range x, Range y) : x_(x.padded()), y_(y.padded()) {}
  [[nodiscard]] double px(double x) const { return left + (x - x_.low) / (x_.high - x_.low) * (width - left - right); }
  [[nodiscard]] double py(double y) const {
    return height - bottom - (y - y_.low) / (y_.high - y_.low) * (height - top - bottom);
  }
  [[nodiscard]] std::string draw(const std::string& title, const std::string& x_label,
                                 const std::string& y_label) const {
    std::string s = fmt::format("<text x=\"{}\" y=\"14\" class=\"title\">{}</text>\n", left, escaped(title));
    for (const double v : ticks(x_))
      s += fmt::format(
          "<path class=\"grid\" d=\"M{0:.1f} {1}V{2}\"/><text x=\"{0:.1f}\" y=\"{3}\" "
          "text-anchor=\"middle\">{4:g}</text>\n",
          px(v), top, height - bottom, height - bottom + 13, v);
    for (const double v : ticks(y_))
      s += fmt::format(
          "<path class=\"grid\" d=\"M{0} {1:.1f}H{2}\"/><text x=\"{3}\" y=\"{4:.1f}\" "
          "text-anchor=\"end\">{5:g}</text>\n",
          left, py(v), width - right, left - 4, py(v) + 3, v);
    s += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n", (left + width - right) / 2,
                     height - 8, escaped(x_label));
    s += fmt::format("<text x=\"12\" y=\"{0}\" text-anchor=\"middle\" transform=\"rotate(-90 12 {0})\">{1}</text>\n",
                     (top + height - bottom) / 2, escaped(y_label));
    return s;
  }

 private:
  Range x_, y_;
};

std::string svg(const std::string& body) {
  return fmt::format("<svg viewBox=\"0 0 {} {}\">\n{}</svg>\n", width, height, body);
}

/// More points than pixels only make the file large; but a spike must stay, so of each bunch the ends of its range are
/// drawn.
std::vector<std::size_t> points_to_draw(const Curve& c) {
  constexpr std::size_t bunches = 500;
  const std::size_t n = c.x.size();
  std::vector<std::size_t> points;
  if (n <= 2 * bunches) {
    for (std::size_t i = 0; i < n; ++i) points.push_back(i);
    return points;
  }
  for (std::size_t b = 0; b < bunches; ++b) {
    const std::size_t begin = b * n / bunches, end = (b + 1) * n / bunches;
    std::size_t low = begin, high = begin;
    for (std::size_t i = begin; i < end; ++i) {
      if (!std::isfinite(c.y[i])) low = high = i;  // a gap stays a gap
      if (c.y[i] < c.y[low]) low = i;
      if (c.y[i] > c.y[high]) high = i;
    }
    points.push_back(std::min(low, high));
    if (low != high) points.push_back(std::max(low, high));
  }
  points.push_back(n - 1);
  return points;
}

}  // namespace

std::string line_chart(const std::string& title, const std::string& x_label, const std::string& y_label,
                       const std::vector<Curve>& curves) {
  Range x, y;
  for (const Curve& c : curves)
    for (std::size_t i = 0; i < c.x.size(); ++i)
      if (std::isfinite(c.y[i])) {
        x.add(c.x[i]);
        y.add(c.y[i]);
      }
  const Frame frame(x, y);
  std::string body = frame.draw(title, x_label, y_label);
  for (std::size_t k = 0; k < curves.size(); ++k) {
    const Curve& c = curves[k];
    std::string path;
    bool down = false;
    for (const std::size_t i : points_to_draw(c)) {
      if (!std::isfinite(c.y[i]) || !std::isfinite(c.x[i])) {
        down = false;
        continue;
      }
      fmt::format_to(std::back_inserter(path), "{}{:.1f} {:.1f}", down ? "L" : "M", frame.px(c.x[i]), frame.py(c.y[i]));
      down = true;
    }
    const char* colour = colours[k % colours.size()];
    body += fmt::format("<path class=\"curve\" stroke=\"{}\" d=\"{}\"/>\n", colour, path);
    if (curves.size() > 1)
      body += fmt::format(
          "<text x=\"{}\" y=\"{}\" text-anchor=\"end\" fill=\"{}\" stroke=\"#fff\" "
          "stroke-width=\"3\" paint-order=\"stroke\">{}</text>\n",
          width - right - 3, top + 11 + 11 * static_cast<double>(k), colour, escaped(c.name));
  }
  return svg(body);
}

std::string histogram(const std::string& title, const std::string& x_label, const std::vector<double>& values) {
  Range x;
  for (const double v : values) x.add(v);
  const Range r = x.padded();
  constexpr std::size_t bins = 20;
  std::array<double, bins> count{};
  for (const double v : values)
    if (std::isfinite(v))
      ++count[std::min(bins - 1, static_cast<std::size_t>((v - r.low) / (r.high - r.low) * static_cast<double>(bins)))];
  const Frame frame(r, {0, *std::max_element(count.begin(), count.end())});
  std::string body = frame.draw(title, x_label, "count");
  for (std::size_t b = 0; b < bins; ++b) {
    const double x0 = frame.px(r.low + (r.high - r.low) * static_cast<double>(b) / bins);
    const double x1 = frame.px(r.low + (r.high - r.low) * static_cast<double>(b + 1) / bins);
    body += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\"/>\n", x0,
                        frame.py(count[b]), x1 - x0 - 0.5, frame.py(0) - frame.py(count[b]), colours[0]);
  }
  return svg(body);
}

std::vector<std::string> charts_of(const Table& table) {
  struct Chart {
    std::string name, unit;
    std::vector<Curve> curves;
  };
  std::vector<Chart> charts;
  if (table.columns.empty()) return {};
  const Table::Column& axis = table.columns.front();
  for (std::size_t k = 1; k < table.columns.size(); ++k) {
    const Table::Column& c = table.columns[k];
    if (!c.texts.empty()) continue;
    const std::size_t space = c.name.find(' ');
    const std::string first = c.name.substr(0, space);
    auto chart =
        std::find_if(charts.begin(), charts.end(), [&](const Chart& x) { return x.name == first && x.unit == c.unit; });
    if (chart == charts.end()) chart = charts.insert(charts.end(), {first, c.unit, {}});
    chart->curves.push_back({space == std::string::npos ? c.name : c.name.substr(space + 1), axis.numbers, c.numbers});
  }
  std::vector<std::string> drawn;
  for (const Chart& c : charts)
    drawn.push_back(line_chart(c.name, with_unit(axis.name, axis.unit), with_unit(c.name, c.unit), c.curves));
  return drawn;
}

}  // namespace tawara
