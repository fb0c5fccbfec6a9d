#pragma once
#include "tawara/component.hpp"

namespace tawara::geometry {

/// geometry.ellipsoid_biventricle: the heart of every scenario that has no images.
class EllipsoidBiventricle : public Component {
 public:
  static Descriptor describe();
  explicit EllipsoidBiventricle(const Settings&) {}
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;
};

}  // namespace tawara::geometry
