#include "tawara/plugin.hpp"
#include "protocols/pacing.hpp"

TAWARA_PLUGIN("tawara-protocols", "0.1.0", "Stimulus protocols for cells") { plugin.add<tawara::protocols::Pacing>(); }
