#include "tawara/plugin.hpp"
#include "mitchell_schaeffer/mitchell_schaeffer.hpp"

TAWARA_PLUGIN("tawara-mitchell-schaeffer", "0.1.0", "The two-variable cell model of Mitchell and Schaeffer") {
  plugin.add<tawara::mitchell_schaeffer::MitchellSchaeffer>();
}
