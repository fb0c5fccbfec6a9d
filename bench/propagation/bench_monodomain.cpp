// What a step of tissue costs, cells and diffusion apart, and when the benchmark slab of Niederer et al. 2011
// activates.
//   bench_monodomain niederer [SPACING mm] [SCHEME] [STEPS_PER_MS] [f64|f32] [THREADS]
//   bench_monodomain sheet [f64|f32] [THREADS]     Mitchell and Schaeffer, 400 x 400 nodes
// SCHEME: standard, fourth_order, linear_elements, matched (which is found first)
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "mitchell_schaeffer/mitchell_schaeffer.hpp"
#include "monodomain/activation_times.hpp"
#include "monodomain/cable.hpp"
#include "monodomain/tissue.hpp"
#include "tawara/component.hpp"
#include "tp06/constants.hpp"
#include "tp06/tp06.hpp"

using namespace tawara;
using namespace tawara::propagation::monodomain;

namespace {

double cpu_seconds() {  // of all threads
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

WaveCell wave_of(const Prepared& prepared, std::vector<double> parameters, double threshold) {
  return {static_cast<const IonicModel*>(prepared.ability(IonicModel::ability_name)),
          static_cast<const BatchedModel*>(prepared.ability(BatchedModel::ability_name)), std::move(parameters),
          threshold};
}

std::vector<std::unique_ptr<TissueCells>> everywhere(const WaveCell& cell, const Grid& grid, Precision precision) {
  std::vector<std::uint32_t> nodes(grid.size());
  std::iota(nodes.begin(), nodes.end(), 0u);
  std::vector<std::unique_ptr<TissueCells>> cells;
  cells.push_back(
      TissueCells::make(*cell.model, *cell.batched, precision, nodes, cell.parameters.size(), cell.parameters));
  return cells;
}

/// CPU of a run by part.
struct Cost {
  double cells = 0, diffusion = 0, activation = 0;
  long steps = 0;
  void print(std::size_t nodes, const TissueCells& made) const {
    const double per = 1e9 / (static_cast<double>(steps) * static_cast<double>(nodes));
    std::printf(
        "  %zu nodes, %ld steps: cells %.1f, diffusion %.1f, LAT %.1f ns per node-step; %.2f s CPU, %.0f MB of "
        "states\n",
        nodes, steps, cells * per, diffusion * per, activation * per, cells + diffusion + activation,
        static_cast<double>(made.bytes()) / 1e6);
  }
};

void one_step(Tissue& tissue, ActivationTimes& activation, Cost& cost) {
  const double a = cpu_seconds();
  tissue.diffuse();
  const double b = cpu_seconds();
  activation.look(tissue.time(), tissue.V_between());
  const double c = cpu_seconds();
  tissue.react();
  cost.diffusion += b - a;
  cost.activation += c - b;
  cost.cells += cpu_seconds() - c;
  ++cost.steps;
}

void niederer(double spacing, const std::string& scheme, double dt, Precision precision, std::size_t threads) {
  const auto prepared = tp06::prepare_tp06(tp06::constants_for(tp06::Layer::epi), tp06::Layer::epi);
  const WaveCell cell = wave_of(*prepared, std::vector<double>(16, 1.0), 0);
  const Grid grid = Grid::box({20, 7, 3}, spacing);
  const DiffusionTensor D = DiffusionTensor::of_fibre(0.1334 / 1.4, 0.0176 / 1.4, {1, 0, 0});
  const double before = cpu_seconds();
  const NeighbourMass mass = scheme == "matched"           ? matching_mass(cell, dt)
                             : scheme == "linear_elements" ? NeighbourMass::linear_elements()
                             : scheme == "fourth_order"    ? NeighbourMass::fourth_order()
                                                           : NeighbourMass::standard();
  const double matching = cpu_seconds() - before;
  Stimulus start = box_stimulus(grid, {0, 0, 0}, {1.5, 1.5, 1.5});
  start.amplitude = -35.714;
  start.duration = 2;
  Tissue tissue(grid, {D}, mass, dt, everywhere(cell, grid, precision), {start}, threads);
  ActivationTimes activation(grid.size(), 0);
  Cost cost;
  const std::size_t last = grid.size() - 1;
  while (!activation.activated(last) && tissue.time() < 250) one_step(tissue, activation, cost);
  const auto at = [&](double x, double y, double z) {
    const std::array<double, 3> place = {x, y, z};
    std::size_t node = 0;
    for (std::size_t d = 0; d < 3; ++d)
      node += grid.stride(d) * static_cast<std::size_t>(std::lround(place[d] * static_cast<double>(grid.nodes[d] - 1)));
    return activation.LAT()[node];
  };
  std::printf("niederer %s, dx %g mm, dt 1/%g ms, masses %.4f along, %.4f across (%.2f s CPU): LAT in ms\n",
              scheme.c_str(), spacing, 1 / dt, mass(spacing, D.diagonal[0]), mass(spacing, D.diagonal[1]), matching);
  std::printf(
      "  (0 0 0) %.3f (0 7 0) %.3f (20 0 0) %.3f (20 7 0) %.3f (0 0 3) %.3f (0 7 3) %.3f (20 0 3) %.3f P8 %.3f "
      "centre %.3f\n",
      at(0, 0, 0), at(0, 1, 0), at(1, 0, 0), at(1, 1, 0), at(0, 0, 1), at(0, 1, 1), at(1, 0, 1), at(1, 1, 1),
      at(0.5, 0.5, 0.5));
  cost.print(grid.size(), tissue.cells(0));
}

void sheet(Precision precision, std::size_t threads) {
  const auto prepared = mitchell_schaeffer::prepare_mitchell_schaeffer(-80, 100);
  const WaveCell cell = wave_of(*prepared, {0.3, 6, 120, 150, 0.13, 1, 1}, -30);
  Grid grid;
  grid.nodes = {400, 400, 1};
  grid.spacing = {0.25, 0.25, 0.25};
  Stimulus start = box_stimulus(grid, {0, 0, 0}, {2, 100, 0});
  start.amplitude = -60;
  Tissue tissue(grid, {{{0.1, 0.1, 0.1}, {}}}, 0, 1.0 / 16, everywhere(cell, grid, precision), {start}, threads);
  ActivationTimes activation(grid.size(), -30);
  Cost cost;
  for (int s = 0; s < 600; ++s) one_step(tissue, activation, cost);
  std::printf("sheet: LAT at 10 mm %.3f ms\n", activation.LAT()[40]);
  cost.print(grid.size(), tissue.cells(0));
}

}  // namespace

int main(int argc, char** argv) {
  const auto argument = [&](int i, const char* otherwise) { return std::string(argc > i ? argv[i] : otherwise); };
  const auto precision = [&](int i) { return argument(i, "f64") == "f32" ? Precision::f32 : Precision::f64; };
  if (argument(1, "") == "sheet") {
    sheet(precision(2), std::strtoul(argument(3, "1").c_str(), nullptr, 10));
  } else if (argument(1, "") == "niederer") {
    niederer(std::strtod(argument(2, "0.5").c_str(), nullptr), argument(3, "matched"),
             1 / std::strtod(argument(4, "32").c_str(), nullptr), precision(5),
             std::strtoul(argument(6, "1").c_str(), nullptr, 10));
  } else {
    std::puts(
        "bench_monodomain niederer [SPACING mm] [standard|fourth_order|linear_elements|matched] [STEPS_PER_MS] "
        "[f64|f32] [THREADS]\nbench_monodomain sheet [f64|f32] [THREADS]");
    return 2;
  }
}
