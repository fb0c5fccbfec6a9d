// Cost of one forward evaluation, parameters to discrepancy, as a sampler pays it: draws from the priors of a scenario,
// evaluated in full (no threshold) through the kernel on one thread.
//
//   build/bin/bench_forward [SCENARIO] [ROWS] [--set instance.key=value ...]
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <string>

#include "kernel/graph/evaluator.hpp"
#include "kernel/graph/prepare.hpp"
#include "kernel/graph/simulator.hpp"
#include "kernel/host/isa.hpp"
#include "kernel/results/provenance.hpp"
#include "tawara/prior.hpp"

namespace {

using namespace tawara;

double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

struct Stopwatch {
  double start = cpu_seconds();
  [[nodiscard]] double milliseconds() const { return 1e3 * (cpu_seconds() - start); }
};

}  // namespace

int main(int argc, char** argv) {
  ScenarioRequest request;
  request.file = argc > 1 ? argv[1] : "scenarios/sex_specific_twin.toml";
  const std::size_t n = argc > 2 ? std::stoul(argv[2]) : 64;
  for (int i = 3; i + 1 < argc; i += 2) request.sets.emplace_back(argv[i + 1]);
  request.threads = 1;
  const Catalogue catalogue = Catalogue::discover({});
  const Scenario scenario = load_scenario(request, catalogue);
  choose_isa(scenario.run.isa);
  RunServices services(scenario.seed, 1);
  Preparer preparer(scenario, catalogue, services);
  const auto sampler = static_cast<std::size_t>(scenario.find("inference") - scenario.instances.data());
  std::vector<std::size_t> ends;
  for (const Wire& wire : scenario.instances[sampler].wires)
    ends.insert(ends.end(), wire.instances.begin(), wire.instances.end());
  const Graph graph = preparer.prepare(upstream(scenario, ends));
  const auto simulator = make_simulator(preparer, graph, sampler, "parameters");
  const auto priors = read_priors(scenario.instances[sampler].settings.list("parameters"), simulator->paths());

  std::vector<Values> rows(n);
  for (std::size_t i = 0; i < n; ++i) {
    Random random(1, "bench", i);
    for (const Prior& p : priors) rows[i].push_back(p.draw(random));
    // The two orders every particle of the scenario obeys.
    const auto ordered = [&](std::string_view larger, std::string_view smaller) {
      std::size_t a = 0, b = 0;
      for (std::size_t k = 0; k < priors.size(); ++k) {
        if (priors[k].path == larger) a = k;
        if (priors[k].path == smaller) b = k;
      }
      if (rows[i][a] < rows[i][b]) std::swap(rows[i][a], rows[i][b]);
    };
    ordered("twin.APD_max", "twin.APD_min");
    ordered("activation.CV_endo_dense", "activation.CV_endo_sparse");
  }

  // lat_rms needs the eikonal only, the discrepancy everything.
  const auto observables = simulator->observables();
  std::map<std::string, int> wanted;
  for (std::size_t k = 0; k < observables.size(); ++k)
    wanted[observables[k].instance + "." + observables[k].output.name] = static_cast<int>(k);
  std::vector<Result> results(n);
  const auto time = [&](const std::string& name) {
    const int which[] = {wanted.at(name)};
    simulator->evaluate(rows, which, {}, results);  // warm-up: buffers, workspaces, what runs once
    std::vector<double> per_row;
    for (int repeat = 0; repeat < 5; ++repeat) {
      const Stopwatch watch;
      simulator->evaluate(rows, which, {}, results);
      per_row.push_back(watch.milliseconds() / static_cast<double>(n));
    }
    std::sort(per_row.begin(), per_row.end());
    fmt::print("{:24} {:6.2f} ms per row (CPU, one thread; {:.2f} .. {:.2f} over 5 repeats of {} rows)\n", name,
               per_row[2], per_row.front(), per_row.back(), n);
  };
  fmt::print("{}, blocks of {} rows, isa {}\n", cpu_model(), simulator->block(),
             scenario.run.isa.empty() ? "best" : scenario.run.isa);
  time("lat_error.lat_rms");
  time("mismatch.discrepancy");
}
