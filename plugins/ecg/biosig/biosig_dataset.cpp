// SPDX-License-Identifier: GPL-3.0-or-later
#include "biosig_dataset.hpp"

#include "dataset/beat_component.hpp"
#include "read_biosig.hpp"

namespace tawara::ecg {

Descriptor BiosigDataset::describe() {
  Descriptor d("dataset.ecg_biosig", "One averaged beat of a 12-lead recording in any format libbiosig reads");
  d.doc =
      "SCP-ECG, HL7 aECG, EDF, BDF, GDF, ISHNE and others; what happens to the recording is the same as in "
      "dataset.ecg. Leads must be labelled I, II, V1 to V6 (any case).";
  d.citations = {"BioSig, https://biosig.sourceforge.net"};
  d.path("file").says("The recording");
  describe_beat(d);
  return d;
}

BiosigDataset::BiosigDataset(const Settings&) {}

std::unique_ptr<const Prepared> BiosigDataset::prepare(PrepareContext& context) const {
  put_beat(context, read_biosig(context.settings().path("file")));
  return nullptr;
}

}  // namespace tawara::ecg
