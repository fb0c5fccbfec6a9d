#include "monodomain/grid_diffusion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "monodomain/line_sweep.hpp"
#include "tawara/error.hpp"

namespace tawara::propagation::monodomain {
namespace {

/// Crank and Nicolson's steps of the shortest waves multiply by (2 - z)/(2 + z), z = dt |rate|: beyond this they would
/// hardly be damped.
constexpr double largest_z = 8;

void check_sizes(const Grid& grid, const DiffusionField& field) {
  if (!grid.tissue.empty() && grid.tissue.size() != grid.size())
    throw SolverError(
        fmt::format("the grid has {} nodes, its tissue {} values; give one per node", grid.size(), grid.tissue.size()));
  if (field.size() != 1 && field.size() != grid.size())
    throw SolverError(
        fmt::format("{} diffusion tensors for {} nodes; give one, or one per node", field.size(), grid.size()));
}

bool positive_definite(const DiffusionTensor& t) {
  const auto& [x, y, z] = t.diagonal;
  const auto& [xy, xz, yz] = t.mixed;
  return x > 0 && x * y > xy * xy && x * (y * z - yz * yz) - xy * (xy * z - yz * xz) + xz * (xy * yz - y * xz) > 0;
}

}  // namespace

GridDiffusion::GridDiffusion(const Grid& grid, const DiffusionField& field, const NeighbourMass& mass, double dt)
    : grid_(grid) {
  check_sizes(grid, field);
  double stiffest = 0;
  for (std::size_t node = 0; node < field.size(); ++node) {
    if (field.size() > 1 && !grid.active(node)) continue;
    const DiffusionTensor& t = field[node];
    if (!positive_definite(t))
      throw SolverError(
          fmt::format("the diffusion tensor at node {} is not positive definite: diagonal {} {} {} mm2/ms, "
                      "mixed {} {} {}; speeds along and across fibres must be positive",
                      node, t.diagonal[0], t.diagonal[1], t.diagonal[2], t.mixed[0], t.mixed[1], t.mixed[2]));
    for (std::size_t d = 0; d < 3; ++d)
      if (grid.nodes[d] > 1)
        stiffest = std::max(stiffest, 4 * t.diagonal[d] / (grid.spacing[d] * grid.spacing[d] * (1 - 4 * mass[d])));
  }
  for (std::size_t d = 0; d < 3; ++d)
    if (!(mass[d] >= 0 && mass[d] < 0.25))
      throw SolverError(
          fmt::format("the neighbour mass along axis {} is {}; it must be at least 0 and below 1/4", d, mass[d]));
  sub_steps_ = std::max(1, static_cast<int>(std::ceil(dt * stiffest / largest_z)));
  sub_dt_ = dt / sub_steps_;
  for (std::size_t d = 0; d < 3; ++d)
    if (grid.nodes[d] > 1) build_axis(field, d, mass[d], sub_dt_);
  build_planes(field);
}

void GridDiffusion::build_axis(const DiffusionField& field, std::size_t axis, double mass, double dt) {
  const std::size_t n = grid_.nodes[axis], stride = grid_.stride(axis), count = grid_.size();
  const double per_h2 = 1 / (grid_.spacing[axis] * grid_.spacing[axis]);
  const bool alike = field.size() == 1 && grid_.tissue.empty();
  // Coefficients of the line that starts at node `start`; put(i, which, value).
  const auto eliminate = [&](std::size_t start, const auto& put) {
    // D/h^2 of the edge from row i to the next; 0 where it leaves the tissue.
    const auto edge = [&](std::size_t i) {
      const std::size_t a = start + i * stride, b = a + stride;
      if (i + 1 >= n || !grid_.active(a) || !grid_.active(b)) return 0.0;
      const double D =
          field.size() == 1 ? field[0].diagonal[axis] : 0.5 * (field[a].diagonal[axis] + field[b].diagonal[axis]);
      return D * per_h2;
    };
    double before = 0, back = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double after = edge(i), part = 1 / grid_.share(axis, i);
      const double implicit_left = before > 0 ? part * (mass - 0.5 * dt * before) : 0.0;
      const double implicit_right = after > 0 ? part * (mass - 0.5 * dt * after) : 0.0;
      const double inverse = 1 / (1 - implicit_left - implicit_right - implicit_left * back);
      back = implicit_right * inverse;
      put(i, 0, part * dt * before * inverse);
      put(i, 1, part * dt * after * inverse);
      put(i, 2, implicit_left * inverse);
      put(i, 3, back);
      before = after;
    }
  };
  Axis made;
  made.axis = axis;
  if (alike) {
    made.shared.resize(4 * n);
    eliminate(0, [&](std::size_t i, std::size_t which, double value) { made.shared[4 * i + which] = value; });
  } else {
    const std::size_t lines = count / n;
    // Along x, 16 lines stand side by side (gather_lines); along the others the layout is that of V.
    for (auto& c : made.own) c.assign(axis == 0 ? (lines + 15) / 16 * 16 * n : count, 0.0);
    for (std::size_t l = 0; l < lines; ++l) {
      const std::size_t start = axis == 0 ? l * n : l / stride * stride * n + l % stride;
      eliminate(start, [&](std::size_t i, std::size_t which, double value) {
        made.own[which][axis == 0 ? (l / 16 * n + i) * 16 + l % 16 : start + i * stride] = value;
      });
    }
  }
  axes_.push_back(std::move(made));
}

bool GridDiffusion::whole_cell(const Plane& plane, std::size_t node) const {
  const std::size_t a = grid_.stride(plane.a), b = grid_.stride(plane.b);
  return grid_.active(node) && grid_.active(node + a) && grid_.active(node + b) && grid_.active(node + a + b);
}

void GridDiffusion::build_planes(const DiffusionField& field) {
  constexpr std::array<std::array<std::size_t, 2>, 3> pairs = {{{0, 1}, {0, 2}, {1, 2}}};
  for (std::size_t m = 0; m < 3; ++m) {
    const auto [a, b] = pairs[m];
    const bool any = std::any_of(field.begin(), field.end(), [&](const auto& t) { return t.mixed[m] != 0; });
    if (!any || grid_.nodes[a] < 2 || grid_.nodes[b] < 2) continue;
    Plane plane{a, b, {}};
    const std::size_t sa = grid_.stride(a), sb = grid_.stride(b);
    if (field.size() == 1) {
      plane.D = {field[0].mixed[m]};
    } else {
      plane.D.assign(grid_.size(), 0.0);
      for (std::size_t i = 0; i < grid_.size(); ++i)
        if (i / sa % grid_.nodes[a] + 1 < grid_.nodes[a] && i / sb % grid_.nodes[b] + 1 < grid_.nodes[b] &&
            whole_cell(plane, i))
          plane.D[i] = 0.25 * (field[i].mixed[m] + field[i + sa].mixed[m] + field[i + sb].mixed[m] +
                               field[i + sa + sb].mixed[m]);
    }
    planes_.push_back(std::move(plane));
  }
  if (!planes_.empty()) {
    middle_.resize(grid_.size());
    rate_.resize(grid_.size());
  }
}

void GridDiffusion::mixed_rate(const double* V, double* rate, Team& team) const {
  // The derivative of sum over cells of D_ab times the two mean slopes of the cell: symmetric, and nothing is lost.
  team.split(grid_.size(), [&](std::size_t begin, std::size_t end, std::size_t) {
    for (std::size_t node = begin; node < end; ++node) {
      double sum = 0;
      if (grid_.active(node)) {
        for (const Plane& plane : planes_) {
          const std::size_t sa = grid_.stride(plane.a), sb = grid_.stride(plane.b);
          const std::size_t ia = node / sa % grid_.nodes[plane.a], ib = node / sb % grid_.nodes[plane.b];
          const double to_a = 0.5 / grid_.spacing[plane.a], to_b = 0.5 / grid_.spacing[plane.b];
          double here = 0;
          for (std::size_t ua = 0; ua < 2; ++ua) {
            for (std::size_t ub = 0; ub < 2; ++ub) {  // the node is corner (ua, ub) of the cell
              if (ia < ua || ib < ub || ia - ua + 1 >= grid_.nodes[plane.a] || ib - ub + 1 >= grid_.nodes[plane.b])
                continue;
              const std::size_t cell = node - ua * sa - ub * sb;
              if (!whole_cell(plane, cell)) continue;
              const double V00 = V[cell], V10 = V[cell + sa], V01 = V[cell + sb], V11 = V[cell + sa + sb];
              const double slope_a = to_a * ((V10 - V00) + (V11 - V01)), slope_b = to_b * ((V01 - V00) + (V11 - V10));
              here -= plane.at(cell) * ((ua ? to_a : -to_a) * slope_b + (ub ? to_b : -to_b) * slope_a);
            }
          }
          sum += here / (grid_.share(plane.a, ia) * grid_.share(plane.b, ib));
        }
      }
      rate[node] = sum;
    }
  });
}

void GridDiffusion::mix(std::span<double> V, double dt, Team& team) {
  if (planes_.empty()) return;
  mixed_rate(V.data(), rate_.data(), team);
  for (std::size_t i = 0; i < V.size(); ++i) middle_[i] = V[i] + 0.5 * dt * rate_[i];
  mixed_rate(middle_.data(), rate_.data(), team);
  for (std::size_t i = 0; i < V.size(); ++i) V[i] += dt * rate_[i];
}

void GridDiffusion::sweep(const Axis& axis, std::span<double> V, Team& team) {
  const std::size_t n = grid_.nodes[axis.axis];
  const double* shared = axis.shared.empty() ? nullptr : axis.shared.data();
  const auto own = [&](std::size_t at) {
    std::array<const double*, 4> from{};
    if (!shared)
      for (std::size_t w = 0; w < 4; ++w) from[w] = axis.own[w].data() + at;
    return from;
  };
  if (scratch_.size() < team.threads()) scratch_.resize(team.threads());
  const std::size_t longest = *std::max_element(grid_.nodes.begin(), grid_.nodes.end());
  for (auto& s : scratch_) s.resize(longest * (LineSweep::chunk + 16));
  if (axis.axis == 0) {
    const std::size_t lines = grid_.size() / n;
    team.split((lines + 15) / 16, [&](std::size_t begin, std::size_t end, std::size_t thread) {
      double* const side_by_side = scratch_[thread].data() + longest * LineSweep::chunk;
      for (std::size_t group = begin; group < end; ++group) {
        const std::size_t count = std::min<std::size_t>(16, lines - 16 * group);
        double* const at = V.data() + 16 * group * n;
        gather_lines(at, n, count, side_by_side);
        const auto k = own(group * n * 16);
        sweep_lines({side_by_side, 16, n, 16, shared, {k[0], k[1], k[2], k[3]}, scratch_[thread].data()});
        scatter_lines(side_by_side, n, count, at);
      }
    });
    return;
  }
  // Pieces of `chunk` neighbouring lines.
  const std::size_t stride = grid_.stride(axis.axis);
  const std::size_t pieces = (stride + LineSweep::chunk - 1) / LineSweep::chunk, slabs = grid_.size() / (stride * n);
  team.split(pieces * slabs, [&](std::size_t begin, std::size_t end, std::size_t thread) {
    for (std::size_t piece = begin; piece < end; ++piece) {
      const std::size_t first = piece % pieces * LineSweep::chunk, at = piece / pieces * stride * n + first;
      const auto k = own(at);
      sweep_lines({V.data() + at,
                   stride,
                   n,
                   std::min(LineSweep::chunk, stride - first),
                   shared,
                   {k[0], k[1], k[2], k[3]},
                   scratch_[thread].data()});
    }
  });
}

void GridDiffusion::step(std::span<double> V, Team& team) {
  for (int s = 0; s < sub_steps_; ++s) {
    if (backwards_) {
      for (std::size_t a = axes_.size(); a-- > 0;) sweep(axes_[a], V, team);
      mix(V, sub_dt_, team);
    } else {
      mix(V, sub_dt_, team);
      for (const Axis& axis : axes_) sweep(axis, V, team);
    }
    backwards_ = !backwards_;
  }
}

}  // namespace tawara::propagation::monodomain
