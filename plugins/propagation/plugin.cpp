#include "tawara/plugin.hpp"
#include "conduction/sites.hpp"
#include "eikonal/eikonal.hpp"
#include "reaction_eikonal/reaction_eikonal.hpp"

TAWARA_PLUGIN("tawara-propagation", "0.1.0", "Conduction sites, eikonal activation, reaction-eikonal repolarisation") {
  plugin.add<tawara::propagation::ConductionSites>();
  plugin.add<tawara::propagation::Eikonal>();
  plugin.add<tawara::propagation::ReactionEikonal>();
}
