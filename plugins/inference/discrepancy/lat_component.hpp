#pragma once
#include <span>

#include "tawara/plugin.hpp"

namespace tawara::discrepancy {

/// Root mean square difference of two activation maps, ms. NaN when a node of either was never activated.
[[nodiscard]] double lat_rms(const Array& a, const Array& b);

/// `discrepancy.lat`: how far two activation maps are apart, e.g. an inferred from a planted one.
class LatDiscrepancy : public Component {
 public:
  static Descriptor describe();
  explicit LatDiscrepancy(const Settings&) {}
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;
};

}  // namespace tawara::discrepancy
