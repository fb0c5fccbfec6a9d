#include "tawara/plugin.hpp"
#include "dataset/beat_component.hpp"
#include "dataset/noisy_ecg.hpp"
#include "electrodes/electrodes.hpp"
#include "pseudo/pseudo.hpp"

TAWARA_PLUGIN("tawara-ecg", "0.1.0", "Electrodes, 12-lead pseudo-ECG, recordings") {
  plugin.add<tawara::ecg::Electrodes>();
  plugin.add<tawara::ecg::PseudoEcg>();
  plugin.add<tawara::ecg::EcgDataset>();
  plugin.add<tawara::ecg::NoisyEcg>();
}
