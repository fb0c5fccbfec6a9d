#include "tawara/model/lanes.hpp"

#include "torord/dyncl.hpp"
#include "torord/equations.hpp"

TAWARA_MODEL_LANES(tawara::torord, Equations)
TAWARA_MODEL_LANES(tawara::torord, DynClEquations)
