#include "experiments/cell_twins/twin_overlays.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tawara::experiments {
namespace {

std::string name_of(const std::string& quantity, const ShownCell& cell, const std::string& curve) {
  return fmt::format("{}_{} {}", quantity, cell.index, curve);
}

}  // namespace

Table overlaid_currents(const ClampedCurrents& currents, const Recordings::Signal& signal,
                        std::span<const ShownCell> cells) {
  constexpr double same_time = 1e-6;  // ms
  const ClampedSimulation& simulation = currents.simulation();
  std::vector<double> command;
  double end = 0;
  std::size_t step = 0;
  for (const double t : simulation.times) {
    while (step < simulation.command.size() && t >= end + simulation.command[step].duration - same_time)
      end += simulation.command[step++].duration;
    command.push_back(simulation.command[std::min(step, simulation.command.size() - 1)].V);
  }
  Table table;
  table.add("t", "ms", simulation.times).add("V_command", "mV", std::move(command));
  for (const ShownCell& cell : cells) {
    table.add(name_of(signal.name, cell, "recorded"), signal.unit, cell.recorded);
    for (const ShownCell::Curve& curve : cell.curves) {
      if (!curve.clamped) continue;
      Eigen::MatrixXd y;
      currents.simulate(std::span(&curve.arguments, 1), y);
      table.add(name_of(signal.name, cell, curve.name), signal.unit, {y.data(), y.data() + y.size()});
    }
  }
  return table;
}

Table overlaid_runs(const FreeRuns& runs, std::span<const std::size_t> observables, double length,
                    std::span<const ShownCell> cells) {
  constexpr double spacing = 1;  // ms
  std::vector<double> t;
  for (std::size_t i = 0; i < static_cast<std::size_t>(length / spacing); ++i)
    t.push_back(static_cast<double>(i) * spacing);
  Table table;
  table.add("t", "ms", std::move(t));
  for (const ShownCell& cell : cells)
    for (const ShownCell::Curve& curve : cell.curves) {
      const auto traces = runs.traces(curve.arguments, observables, spacing, length);
      for (std::size_t o = 0; o < observables.size(); ++o) {
        const auto& observable = runs.model->observables()[observables[o]];
        table.add(name_of(observable.name, cell, curve.name), observable.unit, traces[o]);
      }
    }
  return table;
}

}  // namespace tawara::experiments
