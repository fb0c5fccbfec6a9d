#pragma once
#include <memory>
#include <span>

#include "front_mesh.hpp"
#include "solvers.hpp"

namespace tawara::propagation {

/// How arrival times are found; see the README for errors and costs.
enum class Method { edge, two_ring, tetra, two_ring_tetra };

/// A muscle made ready for many evaluations by one method. Immutable; each thread brings its own scratch.
class ActivationSolver {
 public:
  virtual ~ActivationSolver() = default;
  struct Scratch {
    virtual ~Scratch() = default;
  };
  [[nodiscard]] virtual std::unique_ptr<Scratch> scratch() const { return nullptr; }

  /// @param sources  nodes by the geometry's numbers; at least one
  /// @param LAT      n, ms, in the geometry's order; +inf where no front arrives
  virtual void solve(const Speeds& speeds, std::span<const Source> sources, std::span<float> LAT,
                     Scratch* scratch) const = 0;
};

/// In double precision, as in solvers.hpp.
[[nodiscard]] std::unique_ptr<const ActivationSolver> make_reference_solver(Method method, const Muscle& muscle);

/// two_ring and two_ring_tetra in single precision (single_precision.hpp), the others in double.
[[nodiscard]] std::unique_ptr<const ActivationSolver> make_activation_solver(Method method, const Muscle& muscle);

}  // namespace tawara::propagation
