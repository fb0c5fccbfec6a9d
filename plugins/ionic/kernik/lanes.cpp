#include "tawara/model/lanes.hpp"

#include "kernik/equations.hpp"

TAWARA_MODEL_LANES(tawara::kernik, Equations)
