#pragma once
#include <memory>

#include "tawara/component.hpp"
#include "torord_land/constants.hpp"

namespace tawara::torord_land {

/// Component `ionic.torord_land`.
class TorordLand final : public Component {
 public:
  static Descriptor describe();
  explicit TorordLand(const Settings& settings);
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;

 private:
  Constants constants_;
  Layer layer_;
};

/// The prepared model without a scenario; offers "ionic".
[[nodiscard]] std::unique_ptr<const Prepared> prepare_torord_land(const Constants&, Layer);

}  // namespace tawara::torord_land
