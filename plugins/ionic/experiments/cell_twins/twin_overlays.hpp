#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "experiments/cell_twins/clamped_currents.hpp"
#include "experiments/cell_twins/free_runs.hpp"
#include "tawara/array.hpp"
#include "tawara/recordings.hpp"

namespace tawara::experiments {

/// A recorded cell and what stands for it, to be laid over one another.
struct ShownCell {
  std::uint64_t index;
  std::vector<double> recorded;  ///< at the times of the simulated currents
  struct Curve {
    std::string name;               ///< "net", "refined", "true"
    std::vector<double> arguments;  ///< of the cell
    bool clamped = true;            ///< also under the command
  };
  std::vector<Curve> curves;
};

/// t, V_command and, by cell, "I_ion_3 recorded", "I_ion_3 net", ...: a chart each.
[[nodiscard]] Table overlaid_currents(const ClampedCurrents& currents, const Recordings::Signal& signal,
                                      std::span<const ShownCell> cells);

/// t and, by cell and observable, "V_m_3 true", "V_m_3 net", ...; each from 100 ms before an upstroke of its own.
/// @param length  ms
[[nodiscard]] Table overlaid_runs(const FreeRuns& runs, std::span<const std::size_t> observables, double length,
                                  std::span<const ShownCell> cells);

}  // namespace tawara::experiments
