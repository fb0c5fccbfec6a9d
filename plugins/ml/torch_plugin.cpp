#include "tawara/plugin.hpp"

#include "mlp/mlp_component.hpp"

TAWARA_PLUGIN("tawara-torch", "0.1.0", "Training of networks with LibTorch") { plugin.add<tawara::mlp::Mlp>(); }
