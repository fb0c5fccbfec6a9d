#include "monodomain/tissue_cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>
#include <new>

#include "tawara/error.hpp"

namespace tawara::propagation::monodomain {

TissueCells::~TissueCells() = default;

namespace {

struct Aligned {
  void operator()(void* p) const { ::operator delete (p, std::align_val_t{64}); }
};
template <class T>
using AlignedArray = std::unique_ptr<T[], Aligned>;
template <class T>
AlignedArray<T> aligned(std::size_t size) {
  return AlignedArray<T>(static_cast<T*>(::operator new (size * sizeof(T), std::align_val_t{64})));
}

template <class T>
class Cells final : public TissueCells {
 public:
  Cells(const IonicModel& model, const LaneStepper<T>& stepper, std::vector<std::uint32_t> nodes,
        std::size_t n_parameters, std::span<const double> parameters, std::span<const double> state)
      : stepper_(stepper),
        membrane_(model.membrane()),
        nodes_(std::move(nodes)),
        n_(model.states().size()),
        n_parameters_(n_parameters),
        blocks_((nodes_.size() + lane_count - 1) / lane_count) {
    const std::size_t cells = nodes_.size();
    own_parameters_ = parameters.size() != n_parameters_;
    if (own_parameters_ && parameters.size() != n_parameters_ * cells)
      throw SolverError(fmt::format("{} parameter values for {} cells of {} parameters; give one set, or one per cell",
                                    parameters.size(), cells, n_parameters_));
    if (!state.empty() && state.size() != n_ && state.size() != n_ * cells)
      throw SolverError(fmt::format("{} state values for {} cells of {} states; give one state, or one per cell",
                                    state.size(), cells, n_));
    y_ = aligned<T>(2 * blocks_ * block_size());
    p_ = aligned<T>((own_parameters_ ? blocks_ : 1) * n_parameters_ * lane_count + lane_count);
    // The last block is filled up with its last cell.
    const auto cell = [&](std::size_t b, std::size_t l) { return std::min(b * lane_count + l, cells - 1); };
    for (std::size_t b = 0; b < blocks_; ++b)
      for (std::size_t s = 0; s < n_; ++s)
        for (std::size_t l = 0; l < lane_count; ++l) {
          const double value = state.empty()        ? model.states()[s].initial
                               : state.size() == n_ ? state[s]
                                                    : state[s * cells + cell(b, l)];
          now(b)[s * lane_count + l] = before(b)[s * lane_count + l] = static_cast<T>(value);
        }
    for (std::size_t b = 0; b < (own_parameters_ ? blocks_ : 1); ++b)
      for (std::size_t p = 0; p < n_parameters_; ++p)
        for (std::size_t l = 0; l < lane_count; ++l)
          p_[(b * n_parameters_ + p) * lane_count + l] =
              static_cast<T>(own_parameters_ ? parameters[p * cells + cell(b, l)] : parameters[p]);
    contiguous_ = !nodes_.empty() && nodes_.back() - nodes_.front() + 1 == nodes_.size();
  }

  void step(std::span<double> V, double dt, std::span<const double> I_stim, Team& team) override {
    team.split(blocks_,
               [&](std::size_t begin, std::size_t end, std::size_t) { step_blocks(begin, end, V, dt, I_stim); });
    started_ = true;
  }

  void write_V(std::span<double> V) const override {
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      V[nodes_[i]] = membrane_.V_m(static_cast<double>(now(i / lane_count)[i % lane_count]));
  }
  [[nodiscard]] double state(std::size_t i, std::size_t s) const override {
    return static_cast<double>(now(i / lane_count)[s * lane_count + i % lane_count]);
  }
  [[nodiscard]] std::size_t bytes() const override { return 2 * blocks_ * block_size() * sizeof(T); }
  [[nodiscard]] std::ptrdiff_t first_broken() const override { return broken_; }

 private:
  using Lanes = std::array<T, lane_count>;
  [[nodiscard]] std::size_t block_size() const { return n_ * lane_count; }
  // A block's state and the one before stand side by side.
  [[nodiscard]] T* now(std::size_t b) const { return y_.get() + 2 * b * block_size(); }
  [[nodiscard]] T* before(std::size_t b) const { return now(b) + block_size(); }

  void step_blocks(std::size_t begin, std::size_t end, std::span<double> V, double dt, std::span<const double> I_stim) {
    alignas(64) Lanes step, step_before, stimulus{}, error;
    alignas(64) std::array<bool, lane_count> accepted;
    step.fill(static_cast<T>(dt));
    step_before.fill(static_cast<T>(started_ ? dt : 0));
    const T at_zero = static_cast<T>(membrane_.at_zero), per_unit = static_cast<T>(membrane_.per_unit),
            units = static_cast<T>(1 / membrane_.per_unit);
    for (std::size_t b = begin; b < end; ++b) {
      T *const y = now(b), *const y_before = before(b);
      const std::size_t first = b * lane_count, count = std::min(lane_count, nodes_.size() - first);
      const bool whole = contiguous_ && count == lane_count;
      std::array<double, lane_count> given;
      const std::size_t at = nodes_[first];
      for (std::size_t l = 0; l < lane_count; ++l)
        given[l] = whole ? V[at + l] : V[nodes_[first + std::min(l, count - 1)]];
      if (!I_stim.empty())
        for (std::size_t l = 0; l < lane_count; ++l)
          stimulus[l] = static_cast<T>(I_stim[nodes_[first + std::min(l, count - 1)]]);
      for (std::size_t l = 0; l < lane_count; ++l) {
        const T moved = (static_cast<T>(given[l]) - at_zero) * units;
        y_before[l] = moved - (y[l] - y_before[l]);
        y[l] = moved;
      }
      stepper_.step({y, y_before, p_.get() + (own_parameters_ ? b * n_parameters_ * lane_count : 0), stimulus.data(),
                     step.data(), step_before.data(), std::numeric_limits<T>::max(), error.data(), accepted.data()});
      if (!std::all_of(accepted.begin(), accepted.end(), [](bool ok) { return ok; })) [[unlikely]]
        note_broken(first, accepted);
      // What the step adds, so that a tissue in double loses nothing to cells in single precision.
      for (std::size_t l = 0; l < lane_count; ++l) given[l] += static_cast<double>(per_unit * (y[l] - y_before[l]));
      if (whole)
        for (std::size_t l = 0; l < lane_count; ++l) V[at + l] = given[l];
      else
        for (std::size_t l = 0; l < count; ++l) V[nodes_[first + l]] = given[l];
    }
  }

  void note_broken(std::size_t first, const std::array<bool, lane_count>& accepted) {
    const auto lane = static_cast<std::size_t>(std::find(accepted.begin(), accepted.end(), false) - accepted.begin());
    const std::ptrdiff_t node = nodes_[std::min(first + lane, nodes_.size() - 1)];
    std::ptrdiff_t seen = broken_;  // the least, whichever thread comes first
    while ((seen < 0 || node < seen) && !broken_.compare_exchange_weak(seen, node)) {
    }
  }

  const LaneStepper<T>& stepper_;
  IonicModel::Membrane membrane_;
  std::vector<std::uint32_t> nodes_;
  std::size_t n_, n_parameters_, blocks_;
  bool own_parameters_ = false, contiguous_ = false, started_ = false;
  AlignedArray<T> y_, p_;
  std::atomic<std::ptrdiff_t> broken_ = -1;
};

}  // namespace

std::unique_ptr<TissueCells> TissueCells::make(const IonicModel& model, const BatchedModel& batched,
                                               Precision precision, std::vector<std::uint32_t> nodes,
                                               std::size_t n_parameters, std::span<const double> parameters,
                                               std::span<const double> state) {
  if (nodes.empty()) throw SolverError("a cell model was given no node of the tissue");
  if (precision == Precision::f64)
    return std::make_unique<Cells<double>>(model, batched.double_lanes(), std::move(nodes), n_parameters, parameters,
                                           state);
  return std::make_unique<Cells<float>>(model, batched.float_lanes(), std::move(nodes), n_parameters, parameters,
                                        state);
}

}  // namespace tawara::propagation::monodomain
