#pragma once
#include "recording.hpp"
#include "tawara/component.hpp"

namespace tawara::ecg {

/// What every reader of recordings shares: the parameters of averaging, its outputs, and the way from one to the other.
void describe_beat(Descriptor& d);

/// Filter, resample, average and put the constant outputs. Remarks of the reader and counts go to the log.
void put_beat(PrepareContext& context, const Recording& recording);

/// `dataset.ecg`: one averaged beat of a WFDB record or a CSV file.
class EcgDataset : public Component {
 public:
  static Descriptor describe();
  explicit EcgDataset(const Settings& settings);
  std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;
};

}  // namespace tawara::ecg
