#pragma once
#include <memory>

#include "tawara/component.hpp"
#include "tp06/constants.hpp"

namespace tawara::tp06 {

/// Component `ionic.tp06`.
class Tp06 final : public Component {
 public:
  static Descriptor describe();
  explicit Tp06(const Settings& settings);
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;

 private:
  Constants constants_;
  Layer layer_;
};

/// The prepared model without a scenario; offers "ionic".
[[nodiscard]] std::unique_ptr<const Prepared> prepare_tp06(const Constants&, Layer);

}  // namespace tawara::tp06
