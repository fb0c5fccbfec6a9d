#pragma once
#include <memory>
#include <string>

#include "tawara/component.hpp"

namespace my_component {

/// What is left of a current, 0..1. @param C, EC50  free concentrations in one unit @param E_max  largest block, 0..1
[[nodiscard]] double remaining(double C, double EC50, double E_max);

/// `drug.my_component`: block of one current that stays partial at any concentration.
class MyComponent final : public tawara::Component {
 public:
  static tawara::Descriptor describe();
  explicit MyComponent(const tawara::Settings& settings);
  [[nodiscard]] std::unique_ptr<const tawara::Prepared> prepare(tawara::PrepareContext& context) const override;

 private:
  std::string current_;
  double EC50_, E_max_;
};

}  // namespace my_component
