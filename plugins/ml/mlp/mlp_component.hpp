#pragma once
#include "tawara/plugin.hpp"

namespace tawara::mlp {

/// `learner.mlp`: a network trained on recordings of cells that are known.
class Mlp final : public Component {
 public:
  static Descriptor describe();
  explicit Mlp(const Settings& settings);
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;
};

}  // namespace tawara::mlp
