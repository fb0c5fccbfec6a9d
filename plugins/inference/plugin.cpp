#include "tawara/plugin.hpp"

#include "design/design_component.hpp"
#include "discrepancy/ecg_component.hpp"
#include "discrepancy/lat_component.hpp"
#include "discrepancy/trace_component.hpp"
#include "population/population_component.hpp"
#include "rejection_abc/rejection_abc_component.hpp"
#include "smc_abc/smc_abc_component.hpp"

TAWARA_PLUGIN("tawara-inference", "0.1.0", "Discrepancies and samplers: from recordings to populations of parameters") {
  plugin.add<tawara::discrepancy::EcgDiscrepancy>();
  plugin.add<tawara::discrepancy::LatDiscrepancy>();
  plugin.add<tawara::discrepancy::TraceDiscrepancy>();
  plugin.add<tawara::smc_abc::SmcAbc>();
  plugin.add<tawara::rejection_abc::RejectionAbc>();
  plugin.add<tawara::design::Design>();
  plugin.add<tawara::design::Replay>();
  plugin.add<tawara::population::PopulationFile>();
}
