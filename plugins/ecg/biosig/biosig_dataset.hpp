// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "tawara/component.hpp"

namespace tawara::ecg {

/// `dataset.ecg_biosig`: dataset.ecg for every format libbiosig reads.
class BiosigDataset : public Component {
 public:
  static Descriptor describe();
  explicit BiosigDataset(const Settings& settings);
  std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;
};

}  // namespace tawara::ecg
