#include "tawara/model/lanes.hpp"

#include "torord_land/equations.hpp"

TAWARA_MODEL_LANES(tawara::torord_land, Equations)
