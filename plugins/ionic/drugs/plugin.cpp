#include "tawara/plugin.hpp"
#include "drugs/hill_block.hpp"

TAWARA_PLUGIN("tawara-drugs", "0.1.0", "Drugs on cells") { plugin.add<tawara::drugs::HillBlock>(); }
