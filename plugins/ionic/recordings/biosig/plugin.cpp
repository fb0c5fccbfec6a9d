// SPDX-License-Identifier: GPL-3.0-or-later
#include "tawara/plugin.hpp"
#include "recordings/biosig/biosig_recording.hpp"

TAWARA_PLUGIN("tawara-recordings-biosig", "0.1.0", "Recordings of cells in the formats libbiosig reads") {
  plugin.licence = "GPL-3.0-or-later";
  plugin.homepage = "https://biosig.sourceforge.net";
  plugin.add<tawara::recordings::BiosigRecording>();
}
