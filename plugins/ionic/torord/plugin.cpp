#include "tawara/plugin.hpp"
#include "torord/torord.hpp"
#include "torord_land/torord_land.hpp"

TAWARA_PLUGIN("tawara-torord", "0.2.0", "The human ventricular cell models ToR-ORd and ToR-ORd-Land") {
  plugin.add<tawara::torord::Torord>();
  plugin.add<tawara::torord_land::TorordLand>();
}
