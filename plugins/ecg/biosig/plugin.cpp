// SPDX-License-Identifier: GPL-3.0-or-later
#include "tawara/plugin.hpp"
#include "biosig_dataset.hpp"

TAWARA_PLUGIN("tawara-ecg-biosig", "0.1.0", "12-lead recordings in the formats libbiosig reads") {
  plugin.licence = "GPL-3.0-or-later";
  plugin.homepage = "https://biosig.sourceforge.net";
  plugin.add<tawara::ecg::BiosigDataset>();
}
