#pragma once
#include "tawara/component.hpp"

namespace tawara::propagation {

/// `propagation.reaction_eikonal`: what each node does after its activation, from a dictionary of action potentials.
class ReactionEikonal : public Component {
 public:
  static Descriptor describe();
  explicit ReactionEikonal(const Settings& settings);
  std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;
};

}  // namespace tawara::propagation
