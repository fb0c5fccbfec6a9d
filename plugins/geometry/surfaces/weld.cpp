#include "weld.hpp"

#include <cmath>
#include <map>

namespace tawara::geometry {

std::vector<std::int32_t> weld(std::span<const Point> points, double tolerance) {
  using Cell = std::array<std::int64_t, 3>;
  const double size = std::max(2 * tolerance, 1e-9);
  std::map<Cell, std::vector<std::int32_t>> cells;  // of points that stand for themselves
  std::vector<std::int32_t> stands_for(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Point& x = points[i];
    const auto cell = [&](double offset, int axis) {
      return static_cast<std::int64_t>(std::floor((x[axis] + offset) / size));
    };
    auto found = static_cast<std::int32_t>(i);
    // A ball of the tolerance reaches at most two cells along each axis.
    for (std::int64_t a = cell(-tolerance, 0); a <= cell(tolerance, 0); ++a)
      for (std::int64_t b = cell(-tolerance, 1); b <= cell(tolerance, 1); ++b)
        for (std::int64_t c = cell(-tolerance, 2); c <= cell(tolerance, 2); ++c)
          if (const auto at = cells.find({a, b, c}); at != cells.end())
            for (const std::int32_t other : at->second)
              if (other < found && (points[other] - x).norm() <= tolerance) found = other;
    stands_for[i] = found;
    if (found == static_cast<std::int32_t>(i)) cells[{cell(0, 0), cell(0, 1), cell(0, 2)}].push_back(found);
  }
  return stands_for;
}

}  // namespace tawara::geometry
