#include "tawara/plugin.hpp"
#include "recordings/recorded_cells.hpp"
#include "recordings/recording.hpp"

TAWARA_PLUGIN("tawara-recordings", "0.1.0", "Recordings of cells, from populations and from amplifiers") {
  plugin.add<tawara::recordings::RecordedCells>();
  plugin.add<tawara::recordings::Recording>();
}
