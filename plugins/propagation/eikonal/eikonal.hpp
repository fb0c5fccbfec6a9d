#pragma once
#include "activation.hpp"
#include "tawara/component.hpp"

namespace tawara::propagation {

/// `propagation.eikonal`: local activation times from root nodes and conduction velocities.
class Eikonal : public Component {
 public:
  static Descriptor describe();
  explicit Eikonal(const Settings& settings);
  std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;

 private:
  Method method_;
};

}  // namespace tawara::propagation
