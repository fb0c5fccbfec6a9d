// Kernik's cell as searches and filters pay for it, one thread, CPU time:
// a step clamp of 7 s recorded every ms, and whether candidates beat when left alone for 30 s.
//
//   build/bin/bench_kernik [CANDIDATES] [avx512|avx2|baseline]
#include <fmt/format.h>
#include <hwy/targets.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cvode/cell_integrator.hpp"
#include "experiments/beating_cells.hpp"
#include "experiments/clamped_cells.hpp"
#include "kernik/inputs.hpp"
#include "kernik/kernik.hpp"
#include "protocols/voltage_clamp.hpp"
#include "tawara/random.hpp"

namespace {

using namespace tawara;
using namespace tawara::experiments;

double cpu_milliseconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return 1e3 * static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_nsec);
}

struct Model {
  std::unique_ptr<const Prepared> prepared = kernik::prepare_kernik();
  const IonicModel& ionic = *static_cast<const IonicModel*>(prepared->ability("ionic"));
  const BatchedModel& batched = *static_cast<const BatchedModel*>(prepared->ability("batched"));
};

/// Cell 0 is the published one; all inputs of the others lie within 40 % of it, uniformly.
std::vector<double> candidate(std::uint64_t index) {
  Random random(1, "candidate", index);
  std::vector<double> row;
  for (const auto& input : kernik::inputs) row.push_back(input.value * (index == 0 ? 1 : 0.6 + 0.8 * random.uniform()));
  return row;
}

constexpr double step_duration = 250;  // ms
constexpr std::array<double, 28> step_voltages = {-100, -40, 0,   40,  -40,  -120, -120, -120, -60, -20,
                                                  20,   20,  -50, -80, -30,  10,   50,   -30,  -90, -110,
                                                  -70,  -10, 30,  -60, -120, 50,   -40,  -100};

void clamp(const Model& model) {
  std::vector<protocols::ClampStep> list;
  for (const double V : step_voltages) list.push_back({V, step_duration, {}});
  const protocols::ClampDrive drive(list, {});
  constexpr double end = step_duration * step_voltages.size();
  constexpr std::size_t n_cells = 64, n_samples = 7000;
  const std::size_t I_ion = model.ionic.observables().size() - 1;

  std::vector<std::vector<double>> truth(n_cells);
  double cvode_ms = cpu_milliseconds();
  for (std::size_t c = 0; c < n_cells; ++c) {
    const auto parameters = candidate(c);
    cvode::CellIntegrator cell(model.ionic, "cell", parameters, {1e-8, 1e-10});
    std::vector<double> times, observed(I_ion + 1);
    for (std::size_t i = 0; i < n_samples; ++i) times.push_back(static_cast<double>(i));
    cell.advance(drive, end, times, [&](double, std::span<const double> y, double I_stim) {
      model.ionic.observe({.cells = 1,
                           .stride = 1,
                           .state = y.data(),
                           .parameters = parameters.data(),
                           .parameter_stride = 0,
                           .I_stim = &I_stim,
                           .t = 0},
                          observed.data());
      truth[c].push_back(observed[I_ion]);
    });
  }
  cvode_ms = (cpu_milliseconds() - cvode_ms) / n_cells;
  fmt::print("step clamp, 7 s, total current every ms, {} cells; CVODE at 1e-8/1e-10 (the truth): {:.1f} ms per cell\n",
             n_cells, cvode_ms);
  fmt::print("  tolerance  max step   steps  ms per cell  rms published  median cell  worst cell (uA/uF)\n");

  std::vector<double> record(n_samples * lane_count);
  for (const auto& [tolerance, max_step] : {std::pair{0.3, 8.0}, {1.0, 2.0}, {1.0, 8.0}, {3.0, 8.0}, {10.0, 8.0}}) {
    double best = 1e300;
    long steps = 0;
    std::vector<double> errors;
    for (int repeat = 0; repeat < 3; ++repeat) {
      errors.clear();
      steps = 0;
      double spent = 0;
      for (std::size_t begin = 0; begin < n_cells; begin += lane_count) {
        const double start = cpu_milliseconds();
        ClampedCells cells(model.ionic, model.batched);
        for (std::size_t l = 0; l < lane_count; ++l) cells.load(l, candidate(begin + l));
        cells.follow(drive, 0, end, {.recorded = {&I_ion, 1}, .tolerance = tolerance, .max_step = max_step}, record);
        spent += cpu_milliseconds() - start;
        steps += cells.steps();
        for (std::size_t l = 0; l < lane_count; ++l) {
          double sum = 0;
          for (std::size_t i = 0; i < n_samples; ++i)
            sum += std::pow(record[i * lane_count + l] - truth[begin + l][i], 2);
          errors.push_back(std::sqrt(sum / n_samples));
        }
      }
      best = std::min(best, spent);
    }
    const double published = errors[0];
    std::sort(errors.begin(), errors.end());
    fmt::print("  {:9} {:9} {:7} {:12.3f} {:14.5f} {:12.5f} {:11.5f}\n", tolerance, max_step,
               steps * static_cast<long>(lane_count) / static_cast<long>(n_cells), best / n_cells, published,
               errors[n_cells / 2], errors.back());
  }
}

void beating(const Model& model, std::size_t n) {
  std::vector<double> rows;
  for (std::size_t c = 0; c < n; ++c) {
    const auto row = candidate(c);
    rows.insert(rows.end(), row.begin(), row.end());
  }
  const std::size_t n_parameters = rows.size() / n;
  BeatingCriteria whole;
  whole.early = false;
  double ms = cpu_milliseconds();
  std::vector<LeftAlone> truth;
  for (std::size_t c = 0; c < n; ++c)
    truth.push_back(
        leave_alone(model.ionic, "cell", std::span(rows).subspan(c * n_parameters, n_parameters), whole, {1e-7, 1e-9}));
  ms = (cpu_milliseconds() - ms) / static_cast<double>(n);
  std::map<std::string, int> labels;
  for (const LeftAlone& cell : truth) ++labels[std::string(name_of(cell.label))];
  fmt::print("left alone for 30 s, {} cells; CVODE at 1e-7/1e-9: {:.1f} ms per cell;", n, ms);
  for (const auto& [label, count] : labels) fmt::print(" {} {}", count, label);
  fmt::print("\n  tolerance  early  ms per cell  mean time to verdict (s)  other label than CVODE's whole run\n");
  for (const auto& [tolerance, early] : {std::pair{1.0, false}, {1.0, true}, {0.3, false}, {0.3, true}, {0.1, true}}) {
    BeatingCriteria criteria;
    criteria.early = early;
    const double start = cpu_milliseconds();
    const auto found = leave_alone(model.ionic, model.batched, rows, n, criteria, {.tolerance = tolerance});
    const double spent = (cpu_milliseconds() - start) / static_cast<double>(n);
    int other = 0;
    double time = 0;
    std::map<std::string, int> how;
    for (std::size_t c = 0; c < n; ++c) {
      time += found[c].decided_at / static_cast<double>(n) / 1e3;
      if (found[c].label == truth[c].label) continue;
      ++other;
      ++how[fmt::format("{} for {}", name_of(found[c].label), name_of(truth[c].label))];
    }
    fmt::print("  {:9}  {:5}  {:11.2f}  {:24.1f}  {:.2f} %:", tolerance, early, spent, time,
               100.0 * other / static_cast<double>(n));
    for (const auto& [what, count] : how) fmt::print(" {} {},", count, what);
    fmt::print("\n");
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t candidates = argc > 1 ? std::stoul(argv[1]) : 2000;
  const std::string isa = argc > 2 ? argv[2] : "";
  if (isa == "avx2") hwy::SetSupportedTargetsForTest(HWY_AVX2);
  if (isa == "baseline") hwy::SetSupportedTargetsForTest(HWY_EMU128 | HWY_SCALAR);
  const Model model;
  fmt::print("instruction set {}\n", model.batched.isa());
  clamp(model);
  if (candidates > 0) beating(model, candidates);
}
