#include "experiments/clamped_cells.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "tawara/error.hpp"

namespace tawara::experiments {
namespace {

/// Vectors are loaded from it whole.
struct alignas(64) CacheLine {
  double values[8];
};

class Buffer {
 public:
  explicit Buffer(std::size_t n) : lines_((n + 7) / 8), size_(n) {}
  double* data() { return lines_.data()->values; }
  [[nodiscard]] std::span<double> all() { return {data(), size_}; }

 private:
  std::vector<CacheLine> lines_;
  std::size_t size_;
};

std::size_t samples_before(double duration, double first, double every) {
  if (first >= duration) return 0;
  return static_cast<std::size_t>(std::ceil((duration - first) / every - 1e-9));
}

}  // namespace

struct ClampedCells::Impl {
  const IonicModel& model;
  const LaneStepper<double>& stepper;
  IonicModel::Membrane membrane;
  std::size_t n_states;
  Buffer state;
  Buffer parameters{0};
  long steps = 0;

  Impl(const IonicModel& m, const BatchedModel& batched)
      : model(m),
        stepper(batched.double_lanes()),
        membrane(m.membrane()),
        n_states(m.states().size()),
        state(n_states * lane_count) {
    for (std::size_t s = 0; s < n_states; ++s)
      for (std::size_t l = 0; l < lane_count; ++l) state.data()[s * lane_count + l] = m.states()[s].initial;
    if (!stepper.holds()) throw Error("the steppers of this cell model cannot hold the voltage by themselves");
  }

  /// @param first  ms from now to the first sample
  std::size_t hold(double V_m, double duration, double first, const ClampRecording& recording, double* record) {
    std::fill_n(state.data(), lane_count, membrane.state(V_m));
    const std::size_t samples = recording.recorded.empty() ? 0 : samples_before(duration, first, recording.sample_step);
    steps += stepper.hold({.state = state.data(),
                           .parameters = parameters.data(),
                           .duration = duration,
                           .tolerance = recording.tolerance,
                           .max_step = recording.max_step,
                           .samples = samples,
                           .first = first,
                           .every = recording.sample_step,
                           .recorded = recording.recorded.data(),
                           .n_recorded = recording.recorded.size(),
                           .record = record});
    return samples;
  }
};

ClampedCells::ClampedCells(const IonicModel& model, const BatchedModel& batched)
    : impl_(std::make_unique<Impl>(model, batched)) {}
ClampedCells::~ClampedCells() = default;
ClampedCells::ClampedCells(ClampedCells&&) noexcept = default;

void ClampedCells::load(std::size_t lane, std::span<const double> parameters, std::span<const double> state) {
  if (impl_->parameters.all().empty()) {
    // The lanes that are not loaded are copies of this one: they cost nothing and do no harm.
    impl_->parameters = Buffer(parameters.size() * lane_count);
    for (std::size_t p = 0; p < parameters.size(); ++p)
      std::fill_n(impl_->parameters.data() + p * lane_count, lane_count, parameters[p]);
  }
  for (std::size_t p = 0; p < parameters.size(); ++p) impl_->parameters.data()[p * lane_count + lane] = parameters[p];
  for (std::size_t s = 0; s < impl_->n_states; ++s)
    impl_->state.data()[s * lane_count + lane] = state.empty() ? impl_->model.states()[s].initial : state[s];
}

std::size_t ClampedCells::hold(double V_m, double duration, const ClampRecording& recording, std::span<double> record) {
  return impl_->hold(V_m, duration, 0, recording, record.data());
}

std::size_t ClampedCells::follow(const Protocol::Drive& drive, double begin, double end,
                                 const ClampRecording& recording, std::span<double> record) {
  if (!drive.V_command(begin)) throw Error("the protocol does not clamp the voltage; use protocol.voltage_clamp");
  if (!drive.piecewise_constant())
    throw Error("the command has ramps, which cells cannot be held through; use steps, or CVODE");
  std::size_t samples = 0;
  double next_edge = 0;
  for (double t = begin; t < end; t = next_edge) {
    next_edge = std::min(end, drive.next_edge(t));
    const double first = begin + static_cast<double>(samples) * recording.sample_step - t;
    samples += impl_->hold(*drive.V_command(t), next_edge - t, std::max(0.0, first), recording,
                           record.data() + samples * recording.recorded.size() * lane_count);
  }
  return samples;
}

void ClampedCells::observe(std::span<double> out) {
  impl_->stepper.observe(impl_->state.data(), impl_->parameters.data(), out.data());
}

std::span<const double> ClampedCells::states() const { return impl_->state.all(); }
void ClampedCells::set_states(std::span<const double> states) {
  std::copy(states.begin(), states.end(), impl_->state.data());
}
long ClampedCells::steps() const { return impl_->steps; }

}  // namespace tawara::experiments
