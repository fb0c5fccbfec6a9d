#include "tawara/model/lanes.hpp"

#include "equations.hpp"

TAWARA_MODEL_LANES(my_component, Equations)
