#include "activation.hpp"

#include <vector>

#include "single_precision.hpp"

namespace tawara::propagation {

namespace {

/// The double-precision solvers of solvers.hpp, one evaluation at a time.
class ReferenceSolver : public ActivationSolver {
 public:
  ReferenceSolver(Method method, const Muscle& muscle) : method_(method), mesh_(make_front_mesh(muscle)) {
    if (method == Method::edge) graph_ = edge_links(mesh_);
    if (method == Method::two_ring || method == Method::two_ring_tetra) graph_ = two_ring_links(mesh_);
  }

  void solve(const Speeds& speeds, std::span<const Source> sources, std::span<float> LAT, Scratch*) const override {
    std::vector<Source> renumbered(sources.begin(), sources.end());
    for (Source& s : renumbered) s.node = mesh_.internal[s.node];
    std::vector<double> times = method_ == Method::tetra ? times_over_tetrahedra(mesh_, speeds, renumbered)
                                                         : times_over_links(graph_, speeds, renumbered);
    if (method_ == Method::two_ring_tetra) improve_in_order_of_arrival(mesh_, speeds, times);
    for (std::size_t i = 0; i < times.size(); ++i) LAT[mesh_.original[i]] = static_cast<float>(times[i]);
  }

 private:
  Method method_;
  FrontMesh mesh_;
  LinkGraph graph_;
};

}  // namespace

std::unique_ptr<const ActivationSolver> make_reference_solver(Method method, const Muscle& muscle) {
  return std::make_unique<ReferenceSolver>(method, muscle);
}

std::unique_ptr<const ActivationSolver> make_activation_solver(Method method, const Muscle& muscle) {
  if (method == Method::two_ring) return make_single_precision_solver(false, muscle);
  if (method == Method::two_ring_tetra) return make_single_precision_solver(true, muscle);
  return make_reference_solver(method, muscle);
}

}  // namespace tawara::propagation
