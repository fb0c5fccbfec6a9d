#pragma once
#include <filesystem>
#include <memory>

#include "tawara/component.hpp"

namespace my_component {

/// `t` and `V_m` of a recording, t from 0. @param file  named in messages
/// @throws tawara::DataError  a column is missing or in another unit, or time does not increase
[[nodiscard]] tawara::Table trace_of(const tawara::Table& recording, const std::filesystem::path& file);

/// `dataset.my_component`: a recorded action potential.
class MyComponent final : public tawara::Component {
 public:
  static tawara::Descriptor describe();
  explicit MyComponent(const tawara::Settings& settings);
  [[nodiscard]] std::unique_ptr<const tawara::Prepared> prepare(tawara::PrepareContext& context) const override;

 private:
  std::filesystem::path file_;
};

}  // namespace my_component
