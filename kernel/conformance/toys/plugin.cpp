#include "tawara/plugin.hpp"
#include "toy_components.hpp"

TAWARA_PLUGIN("tawara-conformance-toys", "0.1.0", "Components whose right answer is known, to test others with") {
  plugin.add<tawara::toys::Bar>();
  plugin.add<tawara::toys::End>();
  plugin.add<tawara::toys::Wave>();
  plugin.add<tawara::toys::Voltage>();
  plugin.add<tawara::toys::Electrodes>();
  plugin.add<tawara::toys::Leads>();
  plugin.add<tawara::toys::Cell>();
  plugin.add<tawara::toys::Pulse>();
  plugin.add<tawara::toys::Nothing>();
  plugin.add<tawara::toys::Beat>();
  plugin.add<tawara::toys::Dictionary>();
  plugin.add<tawara::toys::Gaussian>();
  plugin.add<tawara::toys::Population>();
  plugin.add<tawara::toys::Cells>();
}
