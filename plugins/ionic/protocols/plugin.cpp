#include "tawara/plugin.hpp"
#include "protocols/pacing.hpp"
#include "protocols/quiet.hpp"
#include "protocols/s1s2.hpp"
#include "protocols/voltage_clamp.hpp"

TAWARA_PLUGIN("tawara-protocols", "0.1.0", "Stimulus and voltage-clamp protocols for cells") {
  plugin.add<tawara::protocols::Pacing>();
  plugin.add<tawara::protocols::S1S2>();
  plugin.add<tawara::protocols::VoltageClamp>();
  plugin.add<tawara::protocols::Quiet>();
}
