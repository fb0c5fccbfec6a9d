#include "tawara/plugin.hpp"
#include "experiments/ap_dictionary.hpp"
#include "experiments/cell_twins/cell_twins.hpp"
#include "experiments/drug_trial/drug_trial.hpp"
#include "experiments/population/population.hpp"
#include "experiments/protocol_search/protocol_search.hpp"
#include "experiments/rates.hpp"
#include "experiments/single_cell.hpp"

TAWARA_PLUGIN("tawara-cell-experiments", "0.1.0", "Experiments on one cell") {
  plugin.add<tawara::experiments::SingleCell>();
  plugin.add<tawara::experiments::Population>();
  plugin.add<tawara::experiments::ProtocolSearch>();
  plugin.add<tawara::experiments::CellTwins>();
  plugin.add<tawara::experiments::DrugTrial>();
  plugin.add<tawara::experiments::ApDictionary>();
  plugin.add<tawara::experiments::Rates>();
}
