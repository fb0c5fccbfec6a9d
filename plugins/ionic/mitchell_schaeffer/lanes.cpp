#include "tawara/model/lanes.hpp"

#include "mitchell_schaeffer/equations.hpp"

TAWARA_MODEL_LANES(tawara::mitchell_schaeffer, Equations)
