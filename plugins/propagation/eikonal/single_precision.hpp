#pragma once
#include <memory>

#include "activation.hpp"

namespace tawara::propagation {

/// Methods two_ring and two_ring_tetra in single precision with vector instructions: what samplers use. One evaluation
/// fills the vectors with its own links and elements, so a row never shares work, or bytes, with another row.
[[nodiscard]] std::unique_ptr<const ActivationSolver> make_single_precision_solver(bool improve, const Muscle& muscle);

}  // namespace tawara::propagation
