#pragma once
#include <memory>

#include "tawara/component.hpp"

namespace tawara::mitchell_schaeffer {

/// Component `ionic.mitchell_schaeffer`: the smallest useful cell model, and the one to copy when writing your own.
class MitchellSchaeffer final : public Component {
 public:
  static Descriptor describe();
  explicit MitchellSchaeffer(const Settings& settings);
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;

 private:
  double V_rest_, V_amp_;
};

/// The prepared model without a scenario; offers "ionic".
[[nodiscard]] std::unique_ptr<const Prepared> prepare_mitchell_schaeffer(double V_rest, double V_amp);

}  // namespace tawara::mitchell_schaeffer
