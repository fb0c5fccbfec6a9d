// What a ToR-ORd cell costs in lanes: nanoseconds per cell-step, and CPU per cell and 1 Hz beat at the default
// accuracy, by instruction set, one thread.
//   bench_ionic [cells]
#include <hwy/targets.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "cells.hpp"
#include "cvode/cell_integrator.hpp"
#include "lanes/lane_run.hpp"
#include "protocols/pacing.hpp"
#include "tawara/model/cell_model.hpp"
#include "torord/equations.hpp"

using namespace tawara;

namespace {

double cpu_seconds() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

constexpr double dt = 1.0 / 64;  // ms
constexpr std::size_t n = torord::Equations::n_states, n_parameters = torord::Equations::n_parameters;

/// Part of the conductances of I_CaL and I_Kr in cell i: +-20 %, evenly.
double scale_of(std::size_t i, std::size_t prime) { return 0.8 + 0.4 * static_cast<double>(i * prime % 97) / 96; }

/// The model's text in plain double, one cell after the other: Rush and Larsen's step, voltage terms evaluated, the
/// channel's chain by Euler.
class Scalar {
 public:
  Scalar(const Cell& cell, std::size_t cells)
      : equations_{torord::constants_for(torord::Sex::baseline, torord::Layer::endo)}, cells_(cells) {
    const auto y = cell.initial_state();
    for (std::size_t i = 0; i < cells; ++i) {
      One& one = cells_[i];
      std::copy(y.begin(), y.end(), one.y.begin());
      one.y[0] += 0.01 * static_cast<double>(i % 64);
      std::copy(cell.parameters.begin(), cell.parameters.end(), one.p.begin());
      one.p[torord::scale_I_CaL] = scale_of(i, 31);
      one.p[torord::scale_I_Kr] = scale_of(i, 57);
    }
  }
  void step(double I_stim) {
    using E = torord::Equations;
    for (One& one : cells_) {
      const auto terms = equations_.voltage_terms(one.y[0]);
      const auto state = std::bit_cast<E::State<double>>(one.y);
      const auto flows = equations_.flows(terms, state, one.p.data());
      std::array<double, n> rate;
      model::detail::all_rates(equations_, terms, flows, one.y, one.p.data(), I_stim, rate);
      const auto gates = std::bit_cast<std::array<model::Gate<double>, E::gate_states.size()>>(terms.gates);
      const auto relaxing = std::bit_cast<std::array<model::Gate<double>, E::relaxing_states.size()>>(
          equations_.relaxations(terms, flows, state, one.p.data()));
      auto next = one.y;
      for (std::size_t s = 0; s < n; ++s) next[s] += dt * rate[s];
      const auto relax = [&](std::size_t s, const model::Gate<double>& g) {
        next[s] = g.steady + (one.y[s] - g.steady) * std::exp(-dt / g.tau);
      };
      for (std::size_t g = 0; g < gates.size(); ++g) relax(E::gate_states[g], gates[g]);
      for (std::size_t r = 0; r < relaxing.size(); ++r) relax(E::relaxing_states[r], relaxing[r]);
      one.y = next;
    }
  }

 private:
  struct One {
    std::array<double, n> y;
    std::array<double, n_parameters> p;
  };
  torord::Equations equations_;
  std::vector<One> cells_;
};

/// The same cells in lanes.
template <class T>
class InLanes {
 public:
  InLanes(const Cell& cell, std::size_t cells) : prepared_(torord_cell()), blocks_(cells / lane_count) {
    const auto& model = *static_cast<const BatchedModel*>(prepared_.prepared->ability("batched"));
    if constexpr (sizeof(T) == sizeof(float))
      stepper_ = &model.float_lanes();
    else
      stepper_ = &model.double_lanes();
    isa_ = model.isa();
    const auto y = cell.initial_state();
    for (std::size_t b = 0; b < blocks_.size(); ++b)
      for (std::size_t l = 0; l < lane_count; ++l) {
        const std::size_t i = b * lane_count + l;
        for (std::size_t s = 0; s < n; ++s) blocks_[b].y[s * lane_count + l] = static_cast<T>(y[s]);
        blocks_[b].y[l] += static_cast<T>(0.01 * static_cast<double>(i % 64));
        for (std::size_t p = 0; p < n_parameters; ++p)
          blocks_[b].p[p * lane_count + l] = static_cast<T>(cell.parameters[p]);
        blocks_[b].p[torord::scale_I_CaL * lane_count + l] = static_cast<T>(scale_of(i, 31));
        blocks_[b].p[torord::scale_I_Kr * lane_count + l] = static_cast<T>(scale_of(i, 57));
      }
  }
  [[nodiscard]] const std::string& isa() const { return isa_; }
  void step(double I_stim, double size, bool first_order) {
    std::array<T, lane_count> stimulus, step, before;
    stimulus.fill(static_cast<T>(I_stim));
    step.fill(static_cast<T>(size));
    before.fill(static_cast<T>(started_ ? size : 0));
    started_ = true;
    for (Block& b : blocks_) {
      const LaneBlock<T> block{b.y.data(),
                               b.before.data(),
                               b.p.data(),
                               stimulus.data(),
                               step.data(),
                               before.data(),
                               std::numeric_limits<T>::max(),
                               b.error.data(),
                               b.accepted.data()};
      if (first_order)
        stepper_->rush_larsen(block);
      else
        stepper_->step(block);
    }
  }

 private:
  struct alignas(64) Block {
    std::array<T, n * lane_count> y{}, before{};
    std::array<T, n_parameters * lane_count> p{};
    std::array<T, lane_count> error{};
    std::array<bool, lane_count> accepted{};
  };
  Cell prepared_;
  const LaneStepper<T>* stepper_;
  std::string isa_;
  std::vector<Block> blocks_;
  bool started_ = false;
};

struct Kernel {
  std::string name;
  std::function<void(double I_stim)> step;
  double best = std::numeric_limits<double>::infinity();  // ns per cell-step
  long steps = 0;
};

std::vector<std::int64_t> targets() {
  std::vector<std::int64_t> list;
#if HWY_ARCH_X86
  const auto supported = hwy::SupportedTargets();
  if (supported & HWY_AVX3) list.push_back(HWY_AVX3);
  if (supported & HWY_AVX2) list.push_back(HWY_AVX2);
  if (supported & HWY_SSE4) list.push_back(HWY_SSE4);
#endif
  list.push_back(HWY_EMU128);
  return list;
}

void steps(std::size_t cells) {
  const Cell cell = torord_cell();
  std::vector<Kernel> kernels;
  const auto scalar = std::make_shared<Scalar>(cell, cells);
  kernels.push_back({"scalar double, text, first order", [scalar](double I) { scalar->step(I); }});
  const auto add = [&]<class T>(T, const char* precision) {
    const auto first = std::make_shared<InLanes<T>>(cell, cells), midpoint = std::make_shared<InLanes<T>>(cell, cells),
               text = std::make_shared<InLanes<T>>(cell, cells);
    const std::string name = first->isa() + " " + precision;
    kernels.push_back({name + ", tables, first order", [first](double I) { first->step(I, dt, true); }});
    kernels.push_back({name + ", tables, midpoint", [midpoint](double I) { midpoint->step(I, dt, false); }});
    kernels.push_back({name + ", text, midpoint", [text](double I) { text->step(I, 0.02, false); }});
  };
  for (const auto target : targets()) {
    hwy::SetSupportedTargetsForTest(target);
    add(double(), "double");
    add(float(), "float");
  }
  hwy::SetSupportedTargetsForTest(0);
  for (int round = 0; round < 5; ++round)
    for (Kernel& k : kernels) {
      const double begin = cpu_seconds();
      double used = 0;
      long done = 0;
      for (; used < 0.15; used = cpu_seconds() - begin)
        for (int i = 0; i < 4; ++i, ++done, ++k.steps) k.step(k.steps < 64 ? -53 : 0);
      k.best = std::min(k.best, 1e9 * used / static_cast<double>(done) / static_cast<double>(cells));
    }
  std::printf("ns per cell-step, %zu cells, best of 5 windows\n", cells);
  for (const Kernel& k : kernels)
    std::printf("  %-40s %7.1f  %5.2fx\n", k.name.c_str(), k.best, kernels[0].best / k.best);
}

/// V_m every 0.1 ms of one beat.
using Trace = std::vector<double>;
constexpr double period = 1000;

double APD90(const Trace& V) {
  const double low = V[0], high = *std::max_element(V.begin(), V.end());
  const auto crossing = [&](std::size_t from, double level, bool up) {
    for (std::size_t i = from; i < V.size(); ++i)
      if (up ? V[i] >= level && V[i - 1] < level : V[i] <= level && V[i - 1] > level)
        return 0.1 * (static_cast<double>(i) - (V[i] - level) / (V[i] - V[i - 1]));
    return std::numeric_limits<double>::quiet_NaN();
  };
  return crossing(500, high - 0.9 * (high - low), false) - crossing(1, 0.5 * (low + high), true);
}

std::vector<double> parameters_of(const Cell& cell, std::size_t i) {
  auto p = cell.parameters;
  p[torord::scale_I_CaL] = scale_of(i, 31);
  p[torord::scale_I_Kr] = scale_of(i, 57);
  return p;
}

/// @param phases  start the cells' beats at 16 different times
void beats(std::size_t cells, lanes::Precision precision, bool phases, const std::vector<Trace>& exact) {
  const Cell cell = torord_cell();
  const auto& model = *static_cast<const BatchedModel*>(cell.prepared->ability("batched"));
  const auto& first_lanes = model.double_lanes();
  (void)first_lanes;  // tables are not part of the beat
  std::vector<protocols::PacingDrive> drives;
  for (int d = 0; d < 16; ++d) drives.emplace_back(period, 1, -53, phases ? 57.0 * d : 0.0);
  lanes::LaneRun run(cell.model(), model, {precision, 1, 2});
  double best = std::numeric_limits<double>::infinity();
  long attempts = 0;
  double APD_error = 0, rms_error = 0;
  for (int round = 0; round < 3; ++round) {
    attempts = 0;
    double used = 0;
    for (std::size_t first = 0; first < cells; first += lane_count) {
      for (std::size_t l = 0; l < lane_count; ++l) {
        const double start = phases ? 57.0 * static_cast<double>(l) : 0;
        run.load(l, parameters_of(cell, first + l), {}, drives[l], start);
        run.run_to(l, start + period);
      }
      const bool watch = round == 0 && first < exact.size();
      std::array<Trace, lane_count> V;
      if (watch)
        for (auto& trace : V) trace.push_back(cell.initial_state()[0]);
      const double begin = cpu_seconds();
      while (run.step()) {
        if (!watch) continue;
        for (std::size_t l = 0; l < lane_count; ++l) {
          if ((run.moved() >> l & 1) == 0) continue;
          const double start = phases ? 57.0 * static_cast<double>(l) : 0, t0 = run.previous_time(l) - start,
                       t1 = run.time(l) - start;
          for (double t = 0.1 * static_cast<double>(V[l].size()); t <= t1; t = 0.1 * static_cast<double>(V[l].size()))
            V[l].push_back(run.previous_V_m(l) + (run.V_m(l) - run.previous_V_m(l)) * (t - t0) / (t1 - t0));
        }
      }
      used += cpu_seconds() - begin;
      for (std::size_t l = 0; l < lane_count; ++l) attempts += run.attempts(l);
      if (!watch) continue;
      for (std::size_t l = 0; l < lane_count; ++l) {
        const Trace& right = exact[first + l];
        APD_error = std::max(APD_error, std::fabs(APD90(V[l]) - APD90(right)));
        double sum = 0;
        const std::size_t end = std::min(right.size(), V[l].size());
        for (std::size_t i = 50; i < end; ++i) sum += (V[l][i] - right[i]) * (V[l][i] - right[i]);
        rms_error = std::max(rms_error, std::sqrt(sum / static_cast<double>(end - 50)));
      }
    }
    if (round > 0) best = std::min(best, used);
  }
  const double per_cell = 1 / static_cast<double>(cells);
  std::printf("  %-9s %-7s %-12s %7.4f ms  %6.0f evaluations  APD90 %.3f ms  rms %.4f mV\n",
              std::string(model.isa()).c_str(), precision == lanes::Precision::f64 ? "double" : "float",
              phases ? "out of phase" : "in phase", 1e3 * best * per_cell, static_cast<double>(attempts) * per_cell,
              APD_error, rms_error);
}

}  // namespace

int main(int argc, char** argv) {
  const auto cells = static_cast<std::size_t>(argc > 1 ? std::atoi(argv[1]) : 1024) / lane_count * lane_count;
  steps(cells);

  const Cell cell = torord_cell();
  const protocols::PacingDrive drive(period, 1, -53, 0);
  std::vector<double> times;
  for (int i = 0; i <= 10 * static_cast<int>(period); ++i) times.push_back(0.1 * i);
  std::vector<Trace> exact(2 * lane_count);
  for (std::size_t i = 0; i < exact.size(); ++i) {
    cvode::CellIntegrator integrator(cell.model(), "cell", parameters_of(cell, i), {1e-10, 1e-12});
    integrator.advance(drive, period, times,
                       [&](double, std::span<const double> y, double) { exact[i].push_back(y[0]); });
  }
  std::printf("CPU per cell and beat at 1 Hz, %zu cells; errors: worst of %zu cells against CVODE at 1e-10\n", cells,
              exact.size());
  for (const auto target : targets()) {
    hwy::SetSupportedTargetsForTest(target);
    for (const auto precision : {lanes::Precision::f64, lanes::Precision::f32})
      for (const bool phases : {false, true}) beats(cells, precision, phases, exact);
  }
  return 0;
}
