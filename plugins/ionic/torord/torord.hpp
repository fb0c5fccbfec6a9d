#pragma once
#include <memory>

#include "tawara/component.hpp"
#include "torord/constants.hpp"

namespace tawara::torord {

/// Component `ionic.torord`.
class Torord final : public Component {
 public:
  static Descriptor describe();
  explicit Torord(const Settings& settings);
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;

 private:
  Constants constants_;
  Layer layer_;
};

/// The prepared model without a scenario, for tests and for other code that wants the cell alone; offers "ionic".
[[nodiscard]] std::unique_ptr<const Prepared> prepare_torord(const Constants&, Layer);

}  // namespace tawara::torord
