#pragma once
#include "tawara/component.hpp"

namespace tawara::geometry {

/// geometry.surfaces: a person's heart from three triangle surfaces.
class Surfaces : public Component {
 public:
  static Descriptor describe();
  explicit Surfaces(const Settings&) {}
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;
};

}  // namespace tawara::geometry
