#include "lanes/lane_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "lanes/lane_clocks.hpp"

namespace tawara::lanes {
namespace {

template <class T>
struct CacheAligned {
  using value_type = T;
  static constexpr std::align_val_t line{64};
  CacheAligned() = default;
  template <class U>
  CacheAligned(const CacheAligned<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), line)); }
  void deallocate(T* p, std::size_t) { ::operator delete(p, line); }
  bool operator==(const CacheAligned&) const { return true; }
};

template <class T>
using Buffer = std::vector<T, CacheAligned<T>>;

/// What a stepper works on, in its precision.
template <class T>
struct Block {
  const LaneStepper<T>* stepper;
  Buffer<T> state, previous, parameters;
  Buffer<T> scratch_state, scratch_previous;  // for looking into a held step
  alignas(64) std::array<T, lane_count> I_stim{}, dt{}, dt_previous{}, error{}, some_dt{};
  std::array<bool, lane_count> accepted{};

  Block(const LaneStepper<T>& s, std::size_t n_states, std::size_t n_parameters)
      : stepper(&s),
        state(n_states * lane_count),
        previous(n_states * lane_count),
        parameters(n_parameters * lane_count),
        scratch_state(n_states * lane_count),
        scratch_previous(n_states * lane_count) {}

  LaneBlock<T> all(double tolerance) {
    return {.state = state.data(),
            .previous = previous.data(),
            .parameters = parameters.data(),
            .I_stim = I_stim.data(),
            .dt = dt.data(),
            .dt_previous = dt_previous.data(),
            .tolerance = static_cast<T>(tolerance),
            .error = error.data(),
            .accepted = accepted.data()};
  }
};

template <class F>
void each_lane(std::uint32_t lanes, F&& f) {
  for (; lanes != 0; lanes &= lanes - 1) f(static_cast<std::size_t>(std::countr_zero(lanes)));
}

constexpr std::uint32_t bit(std::size_t lane) { return 1u << lane; }

constexpr std::size_t at(std::size_t row, std::size_t lane) { return row * lane_count + lane; }

}  // namespace

struct LaneRun::Impl {
  const IonicModel& model;
  const IonicModel::Membrane membrane;
  const double tolerance;
  const std::size_t n_states;
  std::variant<Block<double>, Block<float>> block;
  LaneClocks clocks;
  std::array<const Protocol::Drive*, lane_count> drive{};
  std::array<double, lane_count> segment_end{}, stop{};
  std::array<long, lane_count> starts{};
  std::array<Failure, lane_count> failures;
  std::uint32_t ever = 0;     // has held a cell
  std::uint32_t running = 0;  // under way to its stop
  std::uint32_t waiting = 0;  // of those, at an edge: the next segment is not open yet
  std::uint32_t held = 0;     // voltage given by the drive
  std::uint32_t varying = 0;  // the drive changes between edges
  std::uint32_t moved = 0;
  mutable std::vector<double> one_state, one_parameters;

  Impl(const IonicModel& m, const BatchedModel& batched, const StepControl& control)
      : model(m),
        membrane(m.membrane()),
        tolerance(control.tolerance),
        n_states(m.states().size()),
        block(Block<double>(batched.double_lanes(), 0, 0)),
        clocks(control.max_step),
        one_state(n_states) {
    if (control.precision == Precision::f32) block = Block<float>(batched.float_lanes(), 0, 0);
  }

  /// Rooms for all, once the number of parameters is known. Lanes that never get a cell rest in a sound state.
  template <class T>
  void make_room(Block<T>& b, std::span<const double> parameters) {
    b = Block<T>(*b.stepper, n_states, parameters.size());
    one_parameters.resize(parameters.size());
    for (std::size_t l = 0; l < lane_count; ++l) {
      for (std::size_t s = 0; s < n_states; ++s) b.state[at(s, l)] = static_cast<T>(model.states()[s].initial);
      for (std::size_t p = 0; p < parameters.size(); ++p) b.parameters[at(p, l)] = static_cast<T>(parameters[p]);
    }
    b.previous = b.state;
  }

  template <class T>
  void set_V_m(Block<T>& b, std::size_t l, double V_m) const {
    b.state[at(0, l)] = static_cast<T>(membrane.state(V_m));
  }

  template <class T>
  void open_segment(Block<T>& b, std::size_t l) {
    double t = clocks.time(l);
    do {
      if (t >= stop[l]) {
        running &= ~bit(l);
        waiting &= ~bit(l);
        b.dt[l] = 0;
        return;
      }
      segment_end[l] = std::min(drive[l]->next_edge(t), stop[l]);
      if (clocks.open(l, segment_end[l])) break;
      t = clocks.time(l);
    } while (true);
    waiting &= ~bit(l);
    ++starts[l];
    b.dt[l] = static_cast<T>(clocks.step(l));
    b.dt_previous[l] = 0;
    const auto V_command = drive[l]->V_command(t);
    const bool constant = drive[l]->piecewise_constant();
    held = V_command ? held | bit(l) : held & ~bit(l);
    varying = constant ? varying & ~bit(l) : varying | bit(l);
    b.I_stim[l] = V_command ? T(0) : static_cast<T>(drive[l]->I_stim(t));
    if (V_command) set_V_m(b, l, *V_command);
  }

  /// Stimulus or command at the middle of the step to come; a command may not run far within one.
  template <class T>
  void follow_drive(Block<T>& b, std::size_t l) {
    const double t = clocks.time(l);
    if ((held & bit(l)) == 0) {
      b.I_stim[l] = static_cast<T>(drive[l]->I_stim(t + clocks.step(l) / 2));
      return;
    }
    const double V_now = *drive[l]->V_command(t);
    const auto half_way = [&] { return *drive[l]->V_command(t + clocks.step(l) / 2); };
    while (std::fabs(half_way() - V_now) > largest_command_change / 2 && clocks.step(l) > LaneClocks::tick)
      clocks.limit(l, clocks.step(l) / 2);
    b.dt[l] = static_cast<T>(clocks.step(l));
    set_V_m(b, l, half_way());
  }

  /// After a step under a changing command: the voltages of its two ends, not that of its middle.
  template <class T>
  void settle_command(Block<T>& b, std::size_t l) {
    const double V_before = *drive[l]->V_command(clocks.previous_time(l)), V_middle = membrane.V_m(b.state[at(0, l)]);
    b.previous[at(0, l)] = static_cast<T>(membrane.state(V_before));
    set_V_m(b, l, 2 * V_middle - V_before);
  }

  template <class T>
  bool step(Block<T>& b) {
    moved = 0;
    if (waiting != 0) each_lane(waiting, [&](std::size_t l) { open_segment(b, l); });
    if (running == 0) return false;
    if ((varying & running) != 0) each_lane(varying & running, [&](std::size_t l) { follow_drive(b, l); });

    const std::uint32_t held_now = held & running;
    if (held_now == 0)
      b.stepper->step(b.all(tolerance));
    else if (held_now == running)
      b.stepper->step_held(b.all(tolerance));
    else
      step_both(b, held_now);

    const LaneClocks::Advance done =
        clocks.advance(running, b.accepted.data(), b.error.data(), b.dt.data(), b.dt_previous.data());
    moved = done.moved;
    if ((moved & held & varying) != 0) each_lane(moved & held & varying, [&](std::size_t l) { settle_command(b, l); });
    if (done.arrived != 0) each_lane(done.arrived, [&](std::size_t l) { arrive(l); });
    if (done.stuck != 0) each_lane(done.stuck, [&](std::size_t l) { fail(b, l); });
    return true;
  }

  /// Some voltages are held and others free: each kind steps while the other rests.
  template <class T>
  void step_both(Block<T>& b, std::uint32_t held_now) {
    LaneBlock<T> view = b.all(tolerance);
    const auto only = [&](std::uint32_t lanes) {
      for (std::size_t l = 0; l < lane_count; ++l) b.some_dt[l] = (lanes & bit(l)) != 0 ? b.dt[l] : T(0);
    };
    view.dt = b.some_dt.data();
    only(held_now);
    b.stepper->step_held(view);
    const auto accepted = b.accepted;
    const auto error = b.error;
    only(running & ~held_now);
    b.stepper->step(view);
    each_lane(held_now, [&](std::size_t l) {
      b.accepted[l] = accepted[l];
      b.error[l] = error[l];
    });
  }

  void arrive(std::size_t l) {
    if (segment_end[l] >= stop[l])
      running &= ~bit(l);
    else
      waiting |= bit(l);
  }

  template <class T>
  void fail(Block<T>& b, std::size_t l) {
    running &= ~bit(l);
    waiting &= ~bit(l);
    b.dt[l] = 0;
    failures[l] = diagnose(b, l);
  }

  template <class T>
  Failure diagnose(const Block<T>& b, std::size_t l) const {
    const auto states = model.states();
    const double t = clocks.time(l), I_stim = b.I_stim[l];
    read_cell(b, b.state, l);
    std::vector<double> rate(n_states);
    model.rates({.cells = 1,
                 .stride = 1,
                 .state = one_state.data(),
                 .parameters = one_parameters.data(),
                 .I_stim = &I_stim,
                 .t = t},
                rate.data());
    std::size_t suspect = 0;
    double fastest = -1;
    const bool is_held = (held & bit(l)) != 0;
    for (std::size_t s = is_held ? 1 : 0; s < n_states; ++s) {
      const double speed = std::fabs(rate[s]) / states[s].tolerance_scale;
      if (!std::isfinite(speed))
        return {"nan", fmt::format("the rate of {} is not a finite number at t = {:.6g} ms; its last good value is "
                                   "{:.6g} {}. Check parameters and stimulus, or whether the model is used outside its "
                                   "range",
                                   states[s].name, t, one_state[s], states[s].unit)};
      if (speed > fastest) {
        fastest = speed;
        suspect = s;
      }
    }
    const IonicModel::State& state = states[suspect];
    return {
        std::isnan(b.error[l]) ? "nan" : "step_size",
        fmt::format("steps shrank to nothing at t = {:.6g} ms, or {} of them were not enough to reach the next edge; "
                    "the state that changes fastest is {}, whose last good value is {:.6g} {}. Check parameters and "
                    "stimulus, or let CVODE run this cell (integrator = \"cvode\")",
                    t, LaneClocks::patience, state.name, one_state[suspect], state.unit)};
  }

  /// One cell in double, into one_state and one_parameters.
  template <class T>
  void read_cell(const Block<T>& b, const Buffer<T>& from, std::size_t l) const {
    for (std::size_t s = 0; s < n_states; ++s) one_state[s] = from[at(s, l)];
    for (std::size_t p = 0; p < one_parameters.size(); ++p) one_parameters[p] = b.parameters[at(p, l)];
  }

  /// The state at t within the last step, into one_state.
  template <class T>
  void state_within(Block<T>& b, std::size_t l, double t) const {
    const double from = clocks.previous_time(l), to = clocks.time(l);
    read_cell(b, b.state, l);
    if (!(t < to) || !(to > from)) return;
    const double part = std::max(0.0, (t - from) / (to - from));
    for (std::size_t s = 0; s < n_states; ++s) {
      const double before = b.previous[at(s, l)];
      one_state[s] = before + part * (one_state[s] - before);
    }
    if ((held & bit(l)) == 0 || part == 0) return;
    // Gates and chain run along exponentials, which a straight line would cut across: step them there.
    std::array<T, lane_count> dt{}, none{}, error{};
    std::array<bool, lane_count> accepted{};
    dt[l] = static_cast<T>(t - from);
    b.scratch_state = b.previous;
    b.scratch_previous = b.previous;
    b.scratch_state[at(0, l)] = static_cast<T>(one_state[0]);
    b.stepper->step_held({.state = b.scratch_state.data(),
                          .previous = b.scratch_previous.data(),
                          .parameters = b.parameters.data(),
                          .I_stim = none.data(),
                          .dt = dt.data(),
                          .dt_previous = none.data(),
                          .tolerance = std::numeric_limits<T>::max(),
                          .error = error.data(),
                          .accepted = accepted.data()});
    if (accepted[l]) read_cell(b, b.scratch_state, l);
  }

  static constexpr double largest_command_change = 0.1;  // mV in one step
};

LaneRun::LaneRun(const IonicModel& model, const BatchedModel& batched, const StepControl& control)
    : impl_(std::make_unique<Impl>(model, batched, control)) {}
LaneRun::~LaneRun() = default;
LaneRun::LaneRun(LaneRun&&) noexcept = default;

void LaneRun::load(std::size_t lane, std::span<const double> parameters, std::span<const double> state,
                   const Protocol::Drive& drive, double t) {
  Impl& i = *impl_;
  std::visit(
      [&]<class T>(Block<T>& b) {
        if (i.ever == 0) i.make_room(b, parameters);
        for (std::size_t p = 0; p < parameters.size(); ++p) b.parameters[at(p, lane)] = static_cast<T>(parameters[p]);
        for (std::size_t s = 0; s < i.n_states; ++s) {
          const double value = state.empty() ? i.model.states()[s].initial : state[s];
          b.state[at(s, lane)] = b.previous[at(s, lane)] = static_cast<T>(value);
        }
        b.dt[lane] = b.dt_previous[lane] = b.I_stim[lane] = 0;
      },
      i.block);
  i.ever |= bit(lane);
  for (std::uint32_t* lanes : {&i.running, &i.waiting, &i.held, &i.varying, &i.moved}) *lanes &= ~bit(lane);
  i.drive[lane] = &drive;
  i.stop[lane] = i.segment_end[lane] = t;
  i.starts[lane] = 0;
  i.failures[lane] = {};
  i.clocks.reset(lane, t);
}

void LaneRun::run_to(std::size_t lane, double t) {
  Impl& i = *impl_;
  if (!i.failures[lane].cause.empty() || !(t > i.clocks.time(lane))) return;
  const bool under_way = (i.running & ~i.waiting & bit(lane)) != 0;
  i.stop[lane] = t;
  i.running |= bit(lane);
  // A segment under way that is now to end elsewhere begins anew from here.
  if (!under_way || i.segment_end[lane] > t) i.waiting |= bit(lane);
}

bool LaneRun::step() {
  return std::visit([&](auto& b) { return impl_->step(b); }, impl_->block);
}

std::uint32_t LaneRun::moved() const { return impl_->moved; }
std::uint32_t LaneRun::running() const { return impl_->running; }
double LaneRun::time(std::size_t lane) const { return impl_->clocks.time(lane); }
double LaneRun::previous_time(std::size_t lane) const { return impl_->clocks.previous_time(lane); }
double LaneRun::V_m(std::size_t lane) const { return impl_->membrane.V_m(state(lane, 0)); }
double LaneRun::previous_V_m(std::size_t lane) const { return impl_->membrane.V_m(previous_state(lane, 0)); }

double LaneRun::state(std::size_t lane, std::size_t s) const {
  return std::visit([&](const auto& b) -> double { return b.state[at(s, lane)]; }, impl_->block);
}

double LaneRun::previous_state(std::size_t lane, std::size_t s) const {
  return std::visit([&](const auto& b) -> double { return b.previous[at(s, lane)]; }, impl_->block);
}

void LaneRun::copy_state(std::size_t lane, std::span<double> y) const {
  for (std::size_t s = 0; s < y.size(); ++s) y[s] = state(lane, s);
}

void LaneRun::read_ends(std::uint32_t lanes, std::size_t s, Ends& out) const {
  const Impl& i = *impl_;
  std::visit(
      [&](const auto& b) {
        each_lane(lanes, [&](std::size_t l) {
          out.time[l] = i.clocks.time(l);
          out.V_m[l] = i.membrane.V_m(b.state[at(0, l)]);
          out.state[l] = b.state[at(s, l)];
        });
      },
      i.block);
}

const LaneRun::Failure& LaneRun::failure(std::size_t lane) const { return impl_->failures[lane]; }

void LaneRun::observe(std::size_t lane, double t, std::span<double> out) const {
  const Impl& i = *impl_;
  const double no_stimulus = 0;
  std::visit([&](auto& b) { i.state_within(b, lane, t); }, impl_->block);
  i.model.observe({.cells = 1,
                   .stride = 1,
                   .state = i.one_state.data(),
                   .parameters = i.one_parameters.data(),
                   .I_stim = &no_stimulus,
                   .t = t},
                  out.data());
}

void LaneRun::observe_all(std::span<double> out) const {
  std::visit(
      [&]<class T>(const Block<T>& b) {
        if constexpr (std::is_same_v<T, double>) {
          b.stepper->observe(b.state.data(), b.parameters.data(), out.data());
        } else {
          std::vector<T> values(out.size());
          b.stepper->observe(b.state.data(), b.parameters.data(), values.data());
          std::copy(values.begin(), values.end(), out.begin());
        }
      },
      std::as_const(impl_->block));
}

long LaneRun::steps(std::size_t lane) const { return impl_->clocks.steps(lane); }
long LaneRun::attempts(std::size_t lane) const { return impl_->clocks.attempts(lane) + impl_->starts[lane]; }

}  // namespace tawara::lanes
