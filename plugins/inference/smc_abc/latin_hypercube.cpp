#include "latin_hypercube.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace tawara::smc_abc {
namespace {

double closest_squared(const std::vector<double>& points, std::size_t n, std::size_t d) {
  double closest = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < i; ++j) {
      double squared = 0;
      for (std::size_t k = 0; k < d; ++k) {
        const double gap = points[i * d + k] - points[j * d + k];
        squared += gap * gap;
      }
      closest = std::min(closest, squared);
    }
  return closest;
}

}  // namespace

std::vector<double> latin_hypercube(std::size_t n, std::size_t d, Random& random) {
  std::vector<double> points(n * d);
  std::vector<std::size_t> slice(n);
  for (std::size_t k = 0; k < d; ++k) {
    std::iota(slice.begin(), slice.end(), std::size_t{0});
    random.shuffle(slice);
    for (std::size_t i = 0; i < n; ++i)
      points[i * d + k] = (static_cast<double>(slice[i]) + random.uniform()) / static_cast<double>(n);
  }
  return points;
}

std::vector<double> maximin_latin_hypercube(std::size_t n, std::size_t d, Random& random, int tries) {
  std::vector<double> best;
  double best_gap = -1;
  for (int i = 0; i < tries; ++i) {
    std::vector<double> points = latin_hypercube(n, d, random);
    const double gap = closest_squared(points, n, d);
    if (gap > best_gap) {
      best_gap = gap;
      best = std::move(points);
    }
  }
  return best;
}

}  // namespace tawara::smc_abc
