#include "tawara/model/lanes.hpp"

#include "lanes_math_equations.hpp"

TAWARA_MODEL_LANES(lanes_math, Equations)
