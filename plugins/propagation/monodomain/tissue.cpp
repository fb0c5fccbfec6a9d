#include "monodomain/tissue.hpp"

#include <algorithm>

namespace tawara::propagation::monodomain {

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
    for (const std::uint32_t node : s.nodes) I_stim_[node] += part * s.amplitude;
  }
  for (const auto& c : cells_)
    c->step(V_, dt_, any ? std::span<const double>(I_stim_) : std::span<const double>(), team_);
  ++steps_;
}

}  // namespace tawara::propagation::monodomain
