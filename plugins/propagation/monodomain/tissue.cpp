#include "monodomain/tissue.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tawara/error.hpp"

namespace tawara::propagation::monodomain {

Stimulus box_stimulus(const Grid& grid, const std::array<double, 3>& low, const std::array<double, 3>& high) {
  Stimulus made;
  for (std::size_t node = 0; node < grid.size(); ++node) {
    if (!grid.active(node)) continue;
    double part = 1;
    for (std::size_t d = 0; d < 3; ++d) {
      if (grid.nodes[d] < 2) continue;
      const std::size_t i = node / grid.stride(d) % grid.nodes[d];
      const double h = grid.spacing[d], x = (static_cast<double>(i) + (grid.ends_on_nodes ? 0 : 0.5)) * h;
      const double last = static_cast<double>(grid.nodes[d] - (grid.ends_on_nodes ? 1 : 0)) * h;
      const double from = std::max(0.0, x - 0.5 * h), to = std::min(last, x + 0.5 * h);
      part *= std::max(0.0, std::min(to, high[d]) - std::max(from, low[d])) / (to - from);
    }
    if (part < 1e-9) continue;
    made.nodes.push_back(static_cast<std::uint32_t>(node));
    made.parts.push_back(std::min(1.0, part));
  }
  return made;
}

Tissue::Tissue(const Grid& grid, const DiffusionField& field, const NeighbourMass& mass, double dt,
               std::vector<std::unique_ptr<TissueCells>> cells, std::vector<Stimulus> stimuli, std::size_t threads)
    : dt_(dt),
      team_(threads),
      diffusion_(grid, field, mass, dt),
      first_half_(grid, field, mass, 0.5 * dt),
      cells_(std::move(cells)),
      stimuli_(std::move(stimuli)),
      V_(grid.size(), 0.0) {
  for (const auto& c : cells_) c->write_V(V_);
  between_ = V_;
}

void Tissue::diffuse() {
  if (steps_ == 0) {
    between_ = V_;
    first_half_.step(V_, team_);
    return;
  }
  between_ = V_;
  diffusion_.step(V_, team_);
  for (std::size_t i = 0; i < V_.size(); ++i) between_[i] = 0.5 * (between_[i] + V_[i]);
}

void Tissue::react() {
  const double from = time(), to = from + dt_;
  bool any = false;
  for (const Stimulus& s : stimuli_) {
    const double part = (std::min(to, s.start + s.duration) - std::max(from, s.start)) / dt_;
    if (part <= 0) continue;
    if (!any) I_stim_.assign(V_.size(), 0.0);
    any = true;
    for (std::size_t i = 0; i < s.nodes.size(); ++i)
      I_stim_[s.nodes[i]] += part * s.amplitude * (s.parts.empty() ? 1 : s.parts[i]);
  }
  for (const auto& c : cells_) {
    c->step(V_, dt_, any ? std::span<const double>(I_stim_) : std::span<const double>(), team_);
    if (const std::ptrdiff_t node = c->first_broken(); node >= 0)
      throw SolverError(
          fmt::format("the cell at node {} has a state that is no number at {:g} ms, where V_m is {:.4g} mV; check its "
                      "parameters and the "
                      "stimulus, and try a smaller dt than {:g} ms",
                      node, time(), V_[static_cast<std::size_t>(node)], dt_));
  }
  ++steps_;
}

}  // namespace tawara::propagation::monodomain
