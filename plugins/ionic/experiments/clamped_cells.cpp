#include "experiments/clamped_cells.hpp"

#include <algorithm>
#include <type_traits>
#include <vector>

#include "tawara/error.hpp"

namespace tawara::experiments {
namespace {

/// Vectors are loaded from it whole.
template <class T>
class Buffer {
 public:
  explicit Buffer(std::size_t n) : lines_((n + per_line - 1) / per_line), size_(n) {}
  T* data() { return lines_.data()->values; }
  [[nodiscard]] std::span<T> all() { return {data(), size_}; }

 private:
  static constexpr std::size_t per_line = 64 / sizeof(T);
  struct alignas(64) CacheLine {
    T values[per_line];
  };
  std::vector<CacheLine> lines_;
  std::size_t size_;
};

template <class T>
const LaneStepper<T>& stepper_of(const BatchedModel& batched) {
  if constexpr (std::is_same_v<T, double>)
    return batched.double_lanes();
  else
    return batched.float_lanes();
}

}  // namespace

template <class T>
struct ClampedCellsIn<T>::Impl {
  const IonicModel& model;
  const LaneStepper<T>& stepper;
  IonicModel::Membrane membrane;
  std::size_t n_states;
  Buffer<T> state;
  Buffer<T> parameters{0};
  long steps = 0;

  Impl(const IonicModel& m, const BatchedModel& batched)
      : model(m),
        stepper(stepper_of<T>(batched)),
        membrane(m.membrane()),
        n_states(m.states().size()),
        state(n_states * lane_count) {
    for (std::size_t s = 0; s < n_states; ++s)
      for (std::size_t l = 0; l < lane_count; ++l)
        state.data()[s * lane_count + l] = static_cast<T>(m.states()[s].initial);
    if (!stepper.holds()) throw Error("the steppers of this cell model cannot hold the voltage by themselves");
  }

  std::size_t hold(const HeldVoltage& piece, const ClampRecording& recording, T* record) {
    std::fill_n(state.data(), lane_count, static_cast<T>(membrane.state(piece.V)));
    std::size_t samples = 0;
    for (const SampleTimes::Run& run : recording.times().of(piece)) {
      const std::size_t count = recording.recorded.empty() ? 0 : run.count;
      steps += stepper.hold({.state = state.data(),
                             .parameters = parameters.data(),
                             .duration = run.end - run.begin,
                             .tolerance = recording.tolerance,
                             .max_step = recording.max_step,
                             .samples = count,
                             .first = std::max(0.0, run.first - run.begin),
                             .every = run.every,
                             .recorded = recording.recorded.data(),
                             .n_recorded = recording.recorded.size(),
                             .record = record + samples * recording.recorded.size() * lane_count});
      samples += count;
    }
    return samples;
  }
};

template <class T>
ClampedCellsIn<T>::ClampedCellsIn(const IonicModel& model, const BatchedModel& batched)
    : impl_(std::make_unique<Impl>(model, batched)) {}
template <class T>
ClampedCellsIn<T>::~ClampedCellsIn() = default;
template <class T>
ClampedCellsIn<T>::ClampedCellsIn(ClampedCellsIn&&) noexcept = default;

template <class T>
void ClampedCellsIn<T>::load(std::size_t lane, std::span<const double> parameters, std::span<const double> state) {
  if (impl_->parameters.all().empty()) {
    // The lanes that are not loaded are copies of this one: they cost nothing and do no harm.
    impl_->parameters = Buffer<T>(parameters.size() * lane_count);
    for (std::size_t p = 0; p < parameters.size(); ++p)
      std::fill_n(impl_->parameters.data() + p * lane_count, lane_count, static_cast<T>(parameters[p]));
  }
  for (std::size_t p = 0; p < parameters.size(); ++p)
    impl_->parameters.data()[p * lane_count + lane] = static_cast<T>(parameters[p]);
  for (std::size_t s = 0; s < impl_->n_states; ++s)
    impl_->state.data()[s * lane_count + lane] =
        static_cast<T>(state.empty() ? impl_->model.states()[s].initial : state[s]);
}

template <class T>
std::size_t ClampedCellsIn<T>::hold(const HeldVoltage& piece, const ClampRecording& recording, std::span<T> record) {
  return impl_->hold(piece, recording, record.data());
}

template <class T>
std::size_t ClampedCellsIn<T>::follow(const Protocol::Drive& drive, double begin, double end,
                                      const ClampRecording& recording, std::span<T> record) {
  std::size_t samples = 0;
  for (const HeldVoltage& piece : recordings::held_voltages(drive, begin, end))
    samples += impl_->hold(piece, recording, record.data() + samples * recording.recorded.size() * lane_count);
  return samples;
}

template <class T>
void ClampedCellsIn<T>::observe(std::span<T> out) {
  impl_->stepper.observe(impl_->state.data(), impl_->parameters.data(), out.data());
}

template <class T>
std::span<const T> ClampedCellsIn<T>::states() const {
  return impl_->state.all();
}
template <class T>
void ClampedCellsIn<T>::set_states(std::span<const T> states) {
  std::copy(states.begin(), states.end(), impl_->state.data());
}
template <class T>
long ClampedCellsIn<T>::steps() const {
  return impl_->steps;
}

template class ClampedCellsIn<double>;
template class ClampedCellsIn<float>;

}  // namespace tawara::experiments
