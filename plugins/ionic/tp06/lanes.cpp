#include "tawara/model/lanes.hpp"

#include "tp06/equations.hpp"

TAWARA_MODEL_LANES(tawara::tp06, Equations)
