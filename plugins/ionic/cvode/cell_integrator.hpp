#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "tawara/ionic.hpp"
#include "tawara/protocol.hpp"

namespace tawara::cvode {

struct Tolerances {
  double relative = 1e-6;
  double absolute = 1e-8;  ///< times each state's tolerance_scale
};

/// One cell under one protocol on CVODE: BDF of variable order and step, stopped and restarted exactly at every edge
/// of the drive, so that no step ever smears a stimulus. Under a clamp the membrane variable follows the command, jumps
/// and ramps alike, and the other states are integrated; what the amplifier would measure is the observable I_ion.
class CellIntegrator {
 public:
  /// @param name        for messages: instance or component
  /// @param parameters  evaluate parameters in descriptor order, copied
  /// The cell begins in the model's initial state at t = 0.
  CellIntegrator(const IonicModel& model, std::string name, std::span<const double> parameters, Tolerances tolerances);
  ~CellIntegrator();
  CellIntegrator(CellIntegrator&&) noexcept;
  CellIntegrator& operator=(CellIntegrator&&) noexcept;

  void set_state(double t, std::span<const double> state);
  void set_parameters(std::span<const double> parameters);
  [[nodiscard]] double time() const;
  [[nodiscard]] std::span<const double> state() const;

  /// Called at each sample time with the state there and the stimulus that acts from there on. On an edge it is the
  /// state after the edge, at the end of advance() the one before.
  using Sample = std::function<void(double t, std::span<const double> state, double I_stim)>;

  /// Integrate to t_end.
  /// @param sample_times  ascending, within [time(), t_end]; states between steps come from CVODE's own interpolant
  /// @throws SolverError  rates that are not finite (with state, time and last good value), or CVODE gave up
  void advance(const Protocol::Drive& drive, double t_end, std::span<const double> sample_times = {},
               const Sample& sample = {});

  /// Steps taken so far.
  [[nodiscard]] long steps() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tawara::cvode
