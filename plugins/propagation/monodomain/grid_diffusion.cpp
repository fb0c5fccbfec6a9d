#include "monodomain/grid_diffusion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "monodomain/lattice_directions.hpp"
#include "monodomain/line_sweep.hpp"
#include "tawara/error.hpp"

namespace tawara::propagation::monodomain {
namespace {

/// Crank and Nicolson's steps of the shortest waves multiply by (2 - z)/(2 + z), z = dt |rate|: beyond this they would
/// hardly be damped.
constexpr double largest_z = 8;

constexpr std::size_t side_by_side = 16;  // lines

void check(const Grid& grid, const DiffusionField& field, const NeighbourMass& mass) {
  if (!grid.tissue.empty() && grid.tissue.size() != grid.size())
    throw SolverError(
        fmt::format("the grid has {} nodes, its tissue {} values; give one per node", grid.size(), grid.tissue.size()));
  if (field.size() != 1 && field.size() != grid.size())
    throw SolverError(
        fmt::format("{} diffusion tensors for {} nodes; give one, or one per node", field.size(), grid.size()));
  if (!(mass.least() >= 0 && mass.largest() < 0.25))
    throw SolverError(fmt::format("neighbour masses from {} to {}; they must be at least 0 and below 1/4", mass.least(),
                                  mass.largest()));
}

bool positive_definite(const DiffusionTensor& t) {
  const auto& [x, y, z] = t.diagonal;
  const auto& [xy, xz, yz] = t.mixed;
  return x > 0 && x * y > xy * xy && x * (y * z - yz * yz) - xy * (xy * z - yz * xz) + xz * (xy * yz - y * xz) > 0;
}

/// D along an offset, and how long it is in mm.
struct Along {
  double D, length;
};
Along along(const DiffusionTensor& t, const std::array<int, 3>& offset, const std::array<double, 3>& spacing) {
  std::array<double, 3> x{};
  for (std::size_t d = 0; d < 3; ++d) x[d] = offset[d] * spacing[d];
  double square = 0, D = 0;
  for (std::size_t d = 0; d < 3; ++d) {
    square += x[d] * x[d];
    D += t.diagonal[d] * x[d] * x[d];
  }
  D += 2 * (t.mixed[0] * x[0] * x[1] + t.mixed[1] * x[0] * x[2] + t.mixed[2] * x[1] * x[2]);
  return {D / square, std::sqrt(square)};
}

}  // namespace

GridDiffusion::GridDiffusion(const Grid& grid, const DiffusionField& field, const NeighbourMass& mass, double dt)
    : grid_(grid) {
  check(grid, field, mass);
  const std::array<bool, 3> axes = {grid.nodes[0] > 1, grid.nodes[1] > 1, grid.nodes[2] > 1};
  std::map<std::array<int, 3>, std::vector<double>> rates;  // by direction: of each node, or of all
  double stiffest = 0;
  for (std::size_t node = 0; node < field.size(); ++node) {
    if (field.size() > 1 && !grid.active(node)) continue;
    const DiffusionTensor& t = field[node];
    if (!positive_definite(t))
      throw SolverError(
          fmt::format("the diffusion tensor at node {} is not positive definite: diagonal {} {} {} mm2/ms, mixed {} {} "
                      "{}; conductivities "
                      "along and across fibres must be positive",
                      node, t.diagonal[0], t.diagonal[1], t.diagonal[2], t.mixed[0], t.mixed[1], t.mixed[2]));
    for (const auto& [offset, rate] : lattice_directions(t, grid.spacing, axes)) {
      auto& all = rates[offset];
      all.resize(field.size());
      all[node] = rate;
      const auto [D, length] = along(t, offset, grid.spacing);
      stiffest = std::max(stiffest, 4 * rate / (1 - 4 * mass(length, D)));
    }
  }
  sub_steps_ = std::max(1, static_cast<int>(std::ceil(dt * stiffest / largest_z)));
  sub_dt_ = dt / sub_steps_;
  for (auto& [offset, all] : rates) {
    Family family;
    family.offset = offset;
    build(family, all, field, mass);
    families_.push_back(std::move(family));
  }
}

void GridDiffusion::build(Family& family, const std::vector<double>& rates, const DiffusionField& field,
                          const NeighbourMass& mass) {
  const auto& e = family.offset;
  for (std::size_t d = 0; d < 3; ++d) family.stride += e[d] * static_cast<std::ptrdiff_t>(grid_.stride(d));
  const auto index = [&](std::size_t node, std::size_t d) {
    return static_cast<std::ptrdiff_t>(node / grid_.stride(d) % grid_.nodes[d]);
  };
  const auto inside = [&](std::size_t node, int sign) {
    for (std::size_t d = 0; d < 3; ++d) {
      const auto i = index(node, d) + sign * e[d];
      if (i < 0 || i >= static_cast<std::ptrdiff_t>(grid_.nodes[d])) return false;
    }
    return true;
  };
  for (std::size_t node = 0; node < grid_.size(); ++node) {
    if (inside(node, -1) || !inside(node, 1)) continue;
    std::uint32_t length = 1;
    for (std::size_t at = node; inside(at, 1); at += static_cast<std::size_t>(family.stride)) ++length;
    family.starts.push_back(static_cast<std::uint32_t>(node));
    family.lengths.push_back(length);
    family.length = std::max<std::size_t>(family.length, length);
  }
  const auto value = [](const std::vector<double>& of, std::size_t node) { return of.size() == 1 ? of[0] : of[node]; };

  // Elimination of one line; put(i, which, coefficient).
  const auto eliminate = [&](std::size_t start, std::size_t length, const auto& put) {
    struct Edge {
      double rate = 0, mass = 0;
    };
    const auto edge = [&](std::size_t i) -> Edge {
      const std::size_t a = start + i * static_cast<std::size_t>(family.stride),
                        b = a + static_cast<std::size_t>(family.stride);
      if (i + 1 >= length || !grid_.active(a) || !grid_.active(b)) return {};
      const double rate = 0.5 * (value(rates, a) + value(rates, b));
      if (!(rate > 0)) return {};
      const auto here = along(field.size() == 1 ? field[0] : field[a], e, grid_.spacing),
                 there = along(field.size() == 1 ? field[0] : field[b], e, grid_.spacing);
      return {rate, mass(here.length, 0.5 * (here.D + there.D))};
    };
    Edge before;
    double back = 0;
    for (std::size_t i = 0; i < length; ++i) {
      const std::size_t node = start + i * static_cast<std::size_t>(family.stride);
      // An edge stands for the sides of what its nodes stand for that it runs along.
      double part = 1;
      for (std::size_t d = 0; d < 3; ++d)
        if (e[d] != 0) part /= grid_.share(d, static_cast<std::size_t>(index(node, d)));
      const Edge after = edge(i);
      const double implicit_left = part * (before.mass - 0.5 * sub_dt_ * before.rate);
      const double implicit_right = part * (after.mass - 0.5 * sub_dt_ * after.rate);
      const double inverse = 1 / (1 - implicit_left - implicit_right - implicit_left * back);
      back = implicit_right * inverse;
      put(i, 0, part * sub_dt_ * before.rate * inverse);
      put(i, 1, part * sub_dt_ * after.rate * inverse);
      put(i, 2, implicit_left * inverse);
      put(i, 3, back);
      before = after;
    }
  };

  const bool along_axis = e[0] + e[1] + e[2] == 1 && e[0] * e[0] + e[1] * e[1] + e[2] * e[2] == 1;
  if (along_axis && field.size() == 1 && grid_.tissue.empty()) {
    family.shared.resize(4 * family.length);
    eliminate(0, family.length, [&](std::size_t i, std::size_t which, double c) { family.shared[4 * i + which] = c; });
    return;
  }
  keep_conducting(family, rates);
  std::uint32_t rows = 0;
  for (std::size_t l = 0; l < family.starts.size(); l += side_by_side) {
    const std::size_t last = std::min(l + side_by_side, family.starts.size());
    family.groups.push_back(rows);
    rows += *std::max_element(family.lengths.begin() + static_cast<std::ptrdiff_t>(l),
                              family.lengths.begin() + static_cast<std::ptrdiff_t>(last));
  }
  family.groups.push_back(rows);
  for (auto& c : family.own) c.assign(rows * side_by_side, 0.0);
  for (std::size_t l = 0; l < family.starts.size(); ++l)
    eliminate(family.starts[l], family.lengths[l], [&](std::size_t i, std::size_t which, double c) {
      family.own[which][(family.groups[l / side_by_side] + i) * side_by_side + l % side_by_side] = c;
    });
}

void GridDiffusion::keep_conducting(Family& family, const std::vector<double>& rates) const {
  const auto stride = static_cast<std::size_t>(family.stride);
  const auto conducts = [&](std::size_t a) {
    return grid_.active(a) && grid_.active(a + stride) &&
           (rates.size() == 1 ? rates[0] : rates[a] + rates[a + stride]) > 0;
  };
  std::vector<std::uint32_t> starts, lengths;
  for (std::size_t l = 0; l < family.starts.size(); ++l)
    for (std::uint32_t i = 0; i + 1 < family.lengths[l];) {
      const std::size_t start = family.starts[l] + i * stride;
      std::uint32_t length = 1;
      while (i + length < family.lengths[l] && conducts(start + (length - 1) * stride)) ++length;
      if (length > 1) {
        starts.push_back(static_cast<std::uint32_t>(start));
        lengths.push_back(length);
      }
      i += length;
    }
  family.starts = std::move(starts);
  family.lengths = std::move(lengths);
}

void GridDiffusion::sweep_groups(const Family& family, double* V, std::size_t begin, std::size_t end,
                                 std::size_t thread) {
  double* const rows = scratch_[thread].data() + family.length * LineSweep::chunk;
  for (std::size_t group = begin; group < end; ++group) {
    const std::size_t first = group * side_by_side, count = std::min(side_by_side, family.starts.size() - first);
    LineSweep sweep{rows, side_by_side, family.length, side_by_side, nullptr, {}, scratch_[thread].data()};
    if (family.shared.empty()) {
      sweep.length = family.groups[group + 1] - family.groups[group];
      for (std::size_t w = 0; w < 4; ++w) sweep.own[w] = family.own[w].data() + family.groups[group] * side_by_side;
    } else {
      sweep.shared = family.shared.data();
    }
    const LineGroup lines{family.starts.data() + first, family.lengths.data() + first, count, family.stride};
    gather_lines(V, lines, rows);
    sweep_lines(sweep);
    scatter_lines(rows, lines, V);
  }
}

void GridDiffusion::sweep(const Family& family, std::span<double> V, Team& team) {
  scratch_.resize(std::max(scratch_.size(), team.threads()));
  for (auto& s : scratch_) s.resize(std::max(s.size(), family.length * (LineSweep::chunk + side_by_side)));
  if (family.shared.empty() || family.stride == 1) {
    team.split((family.starts.size() + side_by_side - 1) / side_by_side,
               [&](std::size_t begin, std::size_t end, std::size_t thread) {
                 sweep_groups(family, V.data(), begin, end, thread);
               });
    return;
  }
  // Across x, lines stand side by side as they are: pieces of `chunk` neighbours.
  const auto stride = static_cast<std::size_t>(family.stride);
  const std::size_t n = family.length, pieces = (stride + LineSweep::chunk - 1) / LineSweep::chunk,
                    slabs = grid_.size() / (stride * n);
  team.split(pieces * slabs, [&](std::size_t begin, std::size_t end, std::size_t thread) {
    for (std::size_t piece = begin; piece < end; ++piece) {
      const std::size_t first = piece % pieces * LineSweep::chunk, at = piece / pieces * stride * n + first;
      sweep_lines({V.data() + at,
                   stride,
                   n,
                   std::min(LineSweep::chunk, stride - first),
                   family.shared.data(),
                   {},
                   scratch_[thread].data()});
    }
  });
}

void GridDiffusion::step(std::span<double> V, Team& team) {
  for (int s = 0; s < sub_steps_; ++s) {
    if (backwards_)
      for (std::size_t f = families_.size(); f-- > 0;) sweep(families_[f], V, team);
    else
      for (const Family& family : families_) sweep(family, V, team);
    backwards_ = !backwards_;
  }
}

}  // namespace tawara::propagation::monodomain
