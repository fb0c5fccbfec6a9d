#include "tawara/plugin.hpp"
#include "tp06/tp06.hpp"

TAWARA_PLUGIN("tawara-tp06", "0.1.0", "The human ventricular cell model of ten Tusscher and Panfilov 2006") {
  plugin.add<tawara::tp06::Tp06>();
}
