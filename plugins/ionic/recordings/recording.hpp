#pragma once
#include <memory>

#include "tawara/component.hpp"

namespace tawara::recordings {

/// Component `dataset.recording`: what an amplifier recorded, from a CSV or HDF5 file.
class Recording final : public Component {
 public:
  static Descriptor describe();
  explicit Recording(const Settings&) {}
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;
};

}  // namespace tawara::recordings
