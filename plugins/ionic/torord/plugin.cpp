#include "tawara/plugin.hpp"
#include "torord/torord.hpp"

TAWARA_PLUGIN("tawara-torord", "0.1.0", "The human ventricular cell model ToR-ORd") {
  plugin.add<tawara::torord::Torord>();
}
