#include "monodomain/cable.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "monodomain/activation_times.hpp"
#include "monodomain/tissue.hpp"
#include "tawara/error.hpp"

namespace tawara::propagation::monodomain {
namespace {

// In units of sqrt(D ms): lengths of a wave scale with it.
constexpr double stimulated = 5, timed_from = 20, timed_to = 45, end = 60;
constexpr std::array<double, 9> spacings = {0.25, 0.4, 0.6, 0.9, 1.3, 1.8, 2.5, 3.5, 4.5};
constexpr double fine_spacing = 0.15, fine_dt = 1.0 / 128;
constexpr double fourth_order = 1.0 / 12, largest_mass = 0.235, close_enough = 1e-3;
constexpr double longest = 500;  // ms

}  // namespace

double cable_speed(const WaveCell& cell, double D, double spacing, double mass, double dt) {
  const double unit = std::sqrt(D);
  const auto place = [&](double x) { return static_cast<std::size_t>(std::ceil(x * unit / spacing)); };
  Grid grid;
  grid.nodes[0] = std::max<std::size_t>(place(end), 24) + 1;
  grid.spacing[0] = spacing;
  std::vector<std::uint32_t> nodes(grid.size());
  std::iota(nodes.begin(), nodes.end(), 0u);
  const auto stimulus = cell.model->default_stimulus();
  Stimulus start = box_stimulus(grid, {0, 0, 0}, {stimulated * unit + spacing, 0, 0});
  start.duration = std::max(2.0, stimulus.duration);
  start.amplitude = 2 * stimulus.amplitude;
  std::vector<std::unique_ptr<TissueCells>> cells;
  cells.push_back(
      TissueCells::make(*cell.model, *cell.batched, Precision::f64, nodes, cell.parameters.size(), cell.parameters));
  Tissue tissue(grid, {{{D, D, D}, {}}}, mass, dt, std::move(cells), {start});
  ActivationTimes activation(grid.size(), cell.threshold);
  const std::size_t from = std::max<std::size_t>(place(timed_from), 8), to = std::max<std::size_t>(place(timed_to), 18);
  while (!activation.activated(to)) {
    if (tissue.time() > longest) return std::numeric_limits<double>::quiet_NaN();
    tissue.diffuse();
    activation.look(tissue.time(), tissue.V_between());
    tissue.react();
  }
  return static_cast<double>(to - from) * spacing / (activation.LAT()[to] - activation.LAT()[from]);
}

NeighbourMass matching_mass(const WaveCell& cell, double dt) {
  const double right = cable_speed(cell, 1, fine_spacing, fourth_order, fine_dt);
  if (!(right > 0))
    throw SolverError(
        "no wave gets through a cable of this cell model, so that no scheme can be matched to its speed; check the "
        "model's "
        "parameters, or take scheme = \"standard\"");
  std::vector<double> mass;
  for (const double spacing : spacings) {
    const auto too_fast = [&](double m) { return cable_speed(cell, 1, spacing, m, dt) / right - 1; };
    const double of_fourth_order = too_fast(fourth_order);
    double low = fourth_order, high = fourth_order;
    if (std::abs(of_fourth_order) >= close_enough)
      (of_fourth_order > 0 ? low : high) = of_fourth_order > 0 ? 0 : largest_mass;
    while (high - low > 4e-4) {
      const double middle = 0.5 * (low + high);
      (too_fast(middle) > 0 ? high : low) = middle;  // where no wave gets through, that is too slow
    }
    mass.push_back(0.5 * (low + high));
  }
  return {{spacings.begin(), spacings.end()}, std::move(mass)};
}

}  // namespace tawara::propagation::monodomain
