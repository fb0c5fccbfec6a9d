#include "tawara/plugin.hpp"

#include "mlp/trained_component.hpp"

TAWARA_PLUGIN("tawara-ml", "0.1.0", "Parameters of a cell from its recording, by trained models") {
  plugin.add<tawara::mlp::TrainedModel>();
}
