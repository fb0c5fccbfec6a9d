#pragma once
#include <memory>

#include "tawara/component.hpp"
#include "torord/constants.hpp"

namespace tawara::torord {

enum class Variant { fkatp, dyncl };

/// Component `ionic.torord`.
class Torord final : public Component {
 public:
  static Descriptor describe();
  /// @throws ScenarioError  sex-specific constants asked for where chloride moves
  explicit Torord(const Settings& settings);
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;

 private:
  Constants constants_;
  Layer layer_;
  Variant variant_;
};

/// The prepared model without a scenario, for tests and for other code that wants the cell alone; offers "ionic".
[[nodiscard]] std::unique_ptr<const Prepared> prepare_torord(const Constants&, Layer, Variant = Variant::fkatp);

}  // namespace tawara::torord
