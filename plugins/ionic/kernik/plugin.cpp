#include "tawara/plugin.hpp"
#include "kernik/kernik.hpp"

TAWARA_PLUGIN("tawara-kernik", "0.1.0", "The iPSC-derived cardiomyocyte of Kernik and Clancy") {
  plugin.add<tawara::kernik::Kernik>();
}
