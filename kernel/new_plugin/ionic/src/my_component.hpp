#pragma once
#include <memory>

#include "tawara/component.hpp"

namespace my_component {

/// `ionic.my_component`
class MyComponent final : public tawara::Component {
 public:
  static tawara::Descriptor describe();
  explicit MyComponent(const tawara::Settings& settings);
  [[nodiscard]] std::unique_ptr<const tawara::Prepared> prepare(tawara::PrepareContext& context) const override;

 private:
  double E_in_, E_K_;  // mV
};

}  // namespace my_component
