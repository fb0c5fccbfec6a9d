#pragma once
#include <functional>
#include <span>
#include <vector>

#include "experiments/drug_trial/doses.hpp"
#include "experiments/drug_trial/response.hpp"
#include "lanes/lane_run.hpp"
#include "tawara/ionic.hpp"

namespace tawara::experiments {

/// What every cell of a trial goes through: left alone for `settle`, then watched for `duration`; first without a drug,
/// then, when it beats normally, at each dose by itself.
struct TrialPlan {
  const IonicModel* model = nullptr;
  const BatchedModel* batched = nullptr;
  std::span<const Dose> doses;
  double settle = 10000, duration = 10000;  ///< ms
  bool from_drug_free = false;  ///< doses begin in the state at the end of the run without; else in the model's own
  BeatCriteria criteria;
  lanes::StepControl control;
};

struct TrialCell {
  Response without;
  std::vector<Response> with;  ///< one per dose; empty unless `without` is normal
};

struct TrialCost {
  long runs = 0;
  double cpu_ms = 0;  ///< of this thread
};

/// Some cells on this thread, in lanes. A cell's bytes do not depend on the others.
/// @param arguments  of each, no drug applied
/// @param cells      as many
/// @throws Cancelled
TrialCost run_trial(const TrialPlan& plan, std::span<const std::vector<double>> arguments, std::span<TrialCell> cells,
                    const std::function<bool()>& cancelled = {});

/// V_m (mV) of one cell while it is watched.
struct TrialTrace {
  std::vector<double> without, with;  ///< at sample_times(); empty where the cell failed
};
[[nodiscard]] std::vector<double> sample_times(const TrialPlan& plan, double step);  ///< ms, from the start of watching
[[nodiscard]] TrialTrace trace_of(const TrialPlan& plan, std::span<const double> arguments, const Dose& dose,
                                  double step);

}  // namespace tawara::experiments
