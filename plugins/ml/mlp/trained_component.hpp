#pragma once
#include <memory>

#include "mlp/model.hpp"
#include "tawara/plugin.hpp"

namespace tawara::mlp {

/// Offers "regressor" of a model.
class PreparedModel final : public Prepared {
 public:
  explicit PreparedModel(Model model) : regressor_(std::move(model)) {}
  [[nodiscard]] const void* ability(std::string_view name) const override {
    return name == Regressor::ability_name ? static_cast<const Regressor*>(&regressor_) : nullptr;
  }
  [[nodiscard]] const ModelRegressor& regressor() const { return regressor_; }

 private:
  ModelRegressor regressor_;
};

/// `learner.trained`: a model that learner.mlp left, for predictions.
class TrainedModel final : public Component {
 public:
  static Descriptor describe();
  explicit TrainedModel(const Settings&) {}
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;
};

}  // namespace tawara::mlp
