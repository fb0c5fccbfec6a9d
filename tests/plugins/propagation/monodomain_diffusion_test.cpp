#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <numeric>
#include <string>
#include <vector>

#include "monodomain/grid_diffusion.hpp"
#include "monodomain/lattice_directions.hpp"
#include "tawara/error.hpp"

using namespace tawara::propagation::monodomain;

namespace {

constexpr double pi = std::numbers::pi;
const NeighbourMass standard = NeighbourMass::standard(), fourth_order = NeighbourMass::fourth_order(),
                    linear_elements = NeighbourMass::linear_elements();

std::array<double, 3> position(const Grid& g, std::size_t node) {
  const double start = g.ends_on_nodes ? 0 : 0.5;
  return {(start + static_cast<double>(node % g.nodes[0])) * g.spacing[0],
          (start + static_cast<double>(node / g.nodes[0] % g.nodes[1])) * g.spacing[1],
          (start + static_cast<double>(node / (g.nodes[0] * g.nodes[1]))) * g.spacing[2]};
}

double weighted_sum(const Grid& g, const std::vector<double>& V) {
  double sum = 0;
  for (std::size_t i = 0; i < V.size(); ++i) sum += g.volume(i) * V[i];
  return sum;
}

/// Worst error of a decaying product of cosines after 2 ms.
double cosine_error(const NeighbourMass& mass, std::size_t cells, bool ends_on_nodes) {
  Grid g;
  const std::array<double, 3> length = {3, 2, 1};
  for (std::size_t d = 0; d < 3; ++d) {
    const std::size_t along = d == 2 ? cells / 2 : cells;
    g.nodes[d] = along + (ends_on_nodes ? 1 : 0);
    g.spacing[d] = length[d] / static_cast<double>(along);
  }
  g.ends_on_nodes = ends_on_nodes;
  const std::array<double, 3> D = {0.1, 0.05, 0.02}, waves = {2, 1, 1};
  double rate = 0;
  for (std::size_t d = 0; d < 3; ++d) rate += D[d] * std::pow(pi * waves[d] / length[d], 2);
  const auto mode = [&](std::size_t node) {
    const auto x = position(g, node);
    double product = 1;
    for (std::size_t d = 0; d < 3; ++d) product *= std::cos(pi * waves[d] * x[d] / length[d]);
    return product;
  };
  std::vector<double> V(g.size());
  for (std::size_t i = 0; i < V.size(); ++i) V[i] = mode(i);
  const double t = 2;
  const auto steps = static_cast<int>(cells * cells / 2);  // dt falls with h^2
  GridDiffusion diffusion(g, {{D, {}}}, mass, t / steps);
  Team team(1);
  for (int s = 0; s < steps; ++s) diffusion.step(V, team);
  double worst = 0;
  for (std::size_t i = 0; i < V.size(); ++i) worst = std::max(worst, std::abs(V[i] - mode(i) * std::exp(-rate * t)));
  return worst;
}

/// A slab with fibres that turn from node to node, and a hole.
struct TurningSlab {
  Grid grid{{13, 9, 7}, {0.3, 0.25, 0.2}, true, {}};
  DiffusionField field;
  TurningSlab() {
    grid.tissue.assign(grid.size(), 1);
    for (std::size_t i = 0; i < grid.size(); ++i) {
      const auto x = position(grid, i);
      const double angle = 0.5 * x[0] + x[2], lift = 0.3 * x[1];
      field.push_back(DiffusionTensor::of_fibre(
          0.1, 0.02, {std::cos(angle) * std::cos(lift), std::sin(angle) * std::cos(lift), std::sin(lift)}));
      if (std::hypot(x[0] - 1.8, x[1] - 1.0, x[2] - 0.6) < 0.5) grid.tissue[i] = 0;
    }
  }
  /// Some pattern of numbers between -1 and 1.
  [[nodiscard]] std::vector<double> pattern(double phase) const {
    std::vector<double> V(grid.size());
    for (std::size_t i = 0; i < V.size(); ++i) V[i] = std::sin(phase + 1.7 * static_cast<double>(i * i % 101));
    return V;
  }
};

std::string message_of(const Grid& g, const DiffusionField& field, const NeighbourMass& mass) {
  try {
    const GridDiffusion made(g, field, mass, 0.03);
  } catch (const tawara::SolverError& e) {
    return e.what();
  }
  return {};
}

}  // namespace

TEST_CASE("a product of cosines decays as it should, to the order of the scheme") {
  for (const bool ends_on_nodes : {true, false}) {
    CAPTURE(ends_on_nodes);
    const auto order = [&](const NeighbourMass& mass) {
      return std::log2(cosine_error(mass, 12, ends_on_nodes) / cosine_error(mass, 24, ends_on_nodes));
    };
    CHECK(order(standard) == doctest::Approx(2).epsilon(0.05));
    CHECK(order(linear_elements) == doctest::Approx(2).epsilon(0.05));
    CHECK(order(fourth_order) == doctest::Approx(4).epsilon(0.05));
    CHECK(cosine_error(fourth_order, 24, ends_on_nodes) < 0.05 * cosine_error(standard, 24, ends_on_nodes));
  }
}

TEST_CASE("a tensor is the sum of what its directions carry, none of it negative") {
  const std::array<double, 3> spacing = {0.2, 0.25, 0.5};
  for (int k = 0; k < 40; ++k) {
    const double a = 0.7 * k, b = 1.3 * k;
    const auto D =
        DiffusionTensor::of_fibre(0.1, 0.002, {std::cos(a) * std::cos(b), std::sin(a) * std::cos(b), std::sin(b)});
    const auto directions = lattice_directions(D, spacing, {true, true, true});
    CHECK(directions.size() <= 6);
    DiffusionTensor sum;
    for (const auto& [e, rate] : directions) {
      CHECK(rate > 0);
      for (std::size_t i = 0; i < 3; ++i) sum.diagonal[i] += rate * e[i] * spacing[i] * e[i] * spacing[i];
      sum.mixed[0] += rate * e[0] * spacing[0] * e[1] * spacing[1];
      sum.mixed[1] += rate * e[0] * spacing[0] * e[2] * spacing[2];
      sum.mixed[2] += rate * e[1] * spacing[1] * e[2] * spacing[2];
    }
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(sum.diagonal[i] == doctest::Approx(D.diagonal[i]).epsilon(1e-6));
      CHECK(sum.mixed[i] == doctest::Approx(D.mixed[i]).epsilon(1e-6));
    }
  }
  CHECK(lattice_directions({{0.1, 0.02, 0.02}, {}}, spacing, {true, true, true}).size() == 3);
  CHECK(lattice_directions({{0.1, 0.02, 0.02}, {}}, spacing, {true, false, false}).size() == 1);
  CHECK(lattice_directions({{0.1, 0.1, 0.1}, {0.05, 0.02, 0.01}}, spacing, {true, true, false}).size() == 3);
}

TEST_CASE("a Gaussian in a sheet with oblique fibres spreads as the exact one") {
  const auto error = [](std::size_t nodes) {
    Grid g{{nodes, nodes, 1}, {}, true, {}};
    g.spacing.fill(12.0 / static_cast<double>(nodes - 1));
    const double D_l = 0.1, D_t = 0.025, angle = pi / 6, c = std::cos(angle), s = std::sin(angle);
    const auto exact = [&](std::size_t node, double t) {
      const auto x = position(g, node);
      const double along = c * (x[0] - 6) + s * (x[1] - 6), across = -s * (x[0] - 6) + c * (x[1] - 6);
      const double a = 0.25 + 2 * D_l * t, b = 0.25 + 2 * D_t * t;  // variances, mm2
      return 0.25 / std::sqrt(a * b) * std::exp(-0.5 * (along * along / a + across * across / b));
    };
    std::vector<double> V(g.size());
    for (std::size_t i = 0; i < V.size(); ++i) V[i] = exact(i, 0);
    const double dt = 8.0 / static_cast<double>(nodes);
    const int steps = static_cast<int>(std::lround(4 / dt));
    GridDiffusion diffusion(g, {DiffusionTensor::of_fibre(D_l, D_t, {c, s, 0})}, standard, 4.0 / steps);
    Team team(1);
    for (int k = 0; k < steps; ++k) diffusion.step(V, team);
    double worst = 0;
    for (std::size_t i = 0; i < V.size(); ++i) worst = std::max(worst, std::abs(V[i] - exact(i, 4)));
    return worst;
  };
  const double coarse = error(61), fine = error(121);
  CHECK(fine < 2e-3);
  CHECK(std::log2(coarse / fine) == doctest::Approx(2).epsilon(0.1));
}

TEST_CASE("nothing is lost, a constant stays, and what flows from a to b flows from b to a") {
  const TurningSlab slab;
  Team team(1);
  for (const NeighbourMass& mass : {standard, linear_elements}) {
    GridDiffusion diffusion(slab.grid, slab.field, mass, 1.0 / 32);
    // Two steps: the axes in one order, then in the other.
    const auto twice = [&](std::vector<double> V) {
      diffusion.step(V, team);
      diffusion.step(V, team);
      return V;
    };
    const auto u = slab.pattern(0), v = slab.pattern(1);
    const auto Su = twice(u), Sv = twice(v);
    CHECK(weighted_sum(slab.grid, Su) == doctest::Approx(weighted_sum(slab.grid, u)).epsilon(1e-12));
    // With neighbour masses that holds in the product that the mass matrix makes, not in this one.
    if (mass.largest() == 0) {
      double u_Sv = 0, Su_v = 0;
      for (std::size_t i = 0; i < u.size(); ++i) {
        u_Sv += slab.grid.volume(i) * u[i] * Sv[i];
        Su_v += slab.grid.volume(i) * Su[i] * v[i];
      }
      CHECK(u_Sv == doctest::Approx(Su_v).epsilon(1e-12));
    }
    for (const double V : twice(std::vector<double>(u.size(), -85.23))) CHECK(V == -85.23);
  }
}

TEST_CASE("nothing passes a scar that cuts the tissue in two") {
  Grid g{{21, 6, 5}, {0.2, 0.2, 0.2}, true, {}};
  g.tissue.assign(g.size(), 1);
  for (std::size_t i = 0; i < g.size(); ++i)
    if (i % 21 == 10) g.tissue[i] = 0;
  std::vector<double> V(g.size());
  for (std::size_t i = 0; i < V.size(); ++i) V[i] = i % 21 < 10 ? static_cast<double>(i % 7) : -80;
  GridDiffusion diffusion(g, {DiffusionTensor::of_fibre(0.1, 0.02, {0.6, 0.8, 0})}, linear_elements, 0.05);
  Team team(1);
  for (int s = 0; s < 50; ++s) diffusion.step(V, team);
  for (std::size_t i = 0; i < V.size(); ++i) {
    if (i % 21 >= 10) CHECK(V[i] == -80);
  }
}

TEST_CASE("one thread and three leave the same bytes") {
  const TurningSlab slab;
  std::vector<std::vector<double>> results;
  for (const std::size_t threads : {1, 3}) {
    GridDiffusion diffusion(slab.grid, slab.field, linear_elements, 1.0 / 32);
    Team team(threads);
    auto V = slab.pattern(2);
    for (int s = 0; s < 5; ++s) diffusion.step(V, team);
    results.push_back(V);
  }
  CHECK(results[0] == results[1]);
}

TEST_CASE("diffusion that cannot be is refused in words") {
  const Grid g{{5, 4, 3}, {0.2, 0.2, 0.2}, true, {}};
  const auto said = [](const std::string& message, const char* part) {
    return message.find(part) != std::string::npos;
  };
  CHECK(said(message_of(g, {{{0.1, 0.1, 0.1}, {0.2, 0, 0}}}, standard), "tensor at node 0 is not positive definite"));
  CHECK(said(message_of(g, {{{0.1, 0.1, 0.1}, {}}}, 0.3), "neighbour masses from 0.3 to 0.3"));
  CHECK(said(message_of(g, DiffusionField(7), standard), "7 diffusion tensors for 60 nodes"));
  Grid scarred = g;
  scarred.tissue.assign(9, 1);
  CHECK(said(message_of(scarred, {{{0.1, 0.1, 0.1}, {}}}, standard), "60 nodes, its tissue 9 values"));
}
