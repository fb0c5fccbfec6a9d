#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cvode/cell_integrator.hpp"
#include "experiments/biomarkers.hpp"
#include "tawara/component.hpp"
#include "tawara/ionic.hpp"
#include "tawara/protocol.hpp"

namespace tawara::experiments {

struct PacedRun {
  int beats = 100;
  int record_last = 1;       ///< beats recorded, counted from the last one back
  double sample_step = 0.5;  ///< ms, of the trace
  cvode::Tolerances tolerances;
};

struct PacedResult {
  Table trace;                    ///< t (ms since the onset of the first recorded beat), then the recorded observables
  std::vector<Biomarkers> beats;  ///< of each recorded beat
  std::vector<int> beat_numbers;  ///< from 1
};

/// Pace one cell from its initial state.
/// @param name      for messages
/// @param recorded  indices into model.observables()
/// @throws SolverError from the integrator; Cancelled when `cancelled` says so between beats
[[nodiscard]] PacedResult pace_cell(const IonicModel& model, const std::string& name,
                                    std::span<const double> parameters, const Protocol::Drive& drive,
                                    const PacedRun& run, std::span<const std::size_t> recorded,
                                    const std::function<bool()>& cancelled = {});

/// Indices of observables by name; without names V_m, Ca_i and every current.
/// @throws ScenarioError("record") for a name the model lacks, listing what it has
[[nodiscard]] std::vector<std::size_t> select_observables(const IonicModel& model, const std::string& cell,
                                                          std::span<const std::string> names);

/// @throws ScenarioError("protocol") when it clamps the voltage
void require_current_protocol(const Protocol::Drive& drive, const std::string& protocol);

/// Component `experiment.single_cell`.
class SingleCell final : public Component {
 public:
  static Descriptor describe();
  explicit SingleCell(const Settings& settings);
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;

 private:
  PacedRun run_;
  std::vector<std::string> record_;
};

}  // namespace tawara::experiments
