#include "points.hpp"

#include <boost/random/sobol.hpp>
#include <cmath>

#include "smc_abc/latin_hypercube.hpp"

namespace tawara::design {
namespace {

std::vector<double> sobol_points(std::size_t n, std::size_t d, Random& random) {
  std::vector<double> shift(d), points(n * d);
  for (double& s : shift) s = random.uniform();
  boost::random::sobol sequence(d);
  for (std::size_t i = 0; i < n * d; ++i) {
    const double x = static_cast<double>(sequence()) * 0x1.0p-64 + shift[i % d];
    points[i] = x - std::floor(x);
  }
  return points;
}

}  // namespace

std::vector<double> unit_points(Method method, std::size_t n, std::size_t d, Random& random) {
  if (d == 0) return {};
  if (method == Method::latin_hypercube) return smc_abc::maximin_latin_hypercube(n, d, random);
  if (method == Method::sobol) return sobol_points(n, d, random);
  std::vector<double> points(n * d);
  for (double& x : points) x = random.uniform();
  return points;
}

std::vector<Values> design_points(const smc_abc::Space& space, Method method, std::size_t n, const Host& host) {
  std::vector<std::size_t> axes = space.numbers;
  axes.insert(axes.end(), space.choices.begin(), space.choices.end());
  Random cube = host.random("unit points");
  const std::vector<double> points = unit_points(method, n, axes.size(), cube);
  std::vector<Values> rows;
  for (std::size_t i = 0; i < n; ++i) {
    Random random = host.random("subsets", 0, i);
    Values values(space.priors.size());
    for (std::size_t k = 0; k < axes.size(); ++k)
      values[axes[k]] = {space.priors[axes[k]].quantile(points[i * axes.size() + k])};
    for (const std::size_t s : space.subsets) values[s] = space.priors[s].draw(random);
    space.put_in_order(values, random);
    rows.push_back(std::move(values));
  }
  return rows;
}

}  // namespace tawara::design
