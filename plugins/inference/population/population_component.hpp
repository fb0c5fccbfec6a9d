#pragma once
#include "tawara/plugin.hpp"

namespace tawara::population {

/// `dataset.population`: the population a run left, for the next one.
class PopulationFile : public Component {
 public:
  static Descriptor describe();
  explicit PopulationFile(const Settings&) {}
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;
};

/// Rows first, first + 1, ... of a table, at most `count` of them.
[[nodiscard]] Table rows_of(const Table& table, std::size_t first, std::size_t count);

}  // namespace tawara::population
