// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <memory>

#include "tawara/component.hpp"

namespace tawara::recordings {

/// Component `dataset.recording_biosig`: what an amplifier recorded, in a format that libbiosig reads.
class BiosigRecording final : public Component {
 public:
  static Descriptor describe();
  explicit BiosigRecording(const Settings&) {}
  /// @throws DataError  libbiosig cannot read it; otherwise as dataset.recording
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;
};

}  // namespace tawara::recordings
