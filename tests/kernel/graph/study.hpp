#pragma once
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "kernel/graph/evaluator.hpp"
#include "kernel/graph/prepare.hpp"
#include "kernel/graph/simulator.hpp"

namespace tawara {

/// A scenario text, loaded and prepared with the fixture components.
struct Study {
  Catalogue catalogue = Catalogue::discover({{std::filesystem::path(TAWARA_GRAPH_FIXTURE)}, {}});
  Scenario scenario;
  RunServices services{1, 2};
  std::unique_ptr<Preparer> preparer;
  Graph graph;

  /// @param folder  where results go, as in a run; none: as in a dry run
  explicit Study(const std::string& toml, const std::filesystem::path& folder = {}, bool resume = false) {
    const std::filesystem::path file =
        std::filesystem::temp_directory_path() / ("tawara_graph_test" + std::to_string(::getpid()) + ".toml");
    std::ofstream(file) << toml;
    ScenarioRequest request;
    request.file = file;
    scenario = load_scenario(request, catalogue);
    std::filesystem::remove(file);
    services.quiet(true);
    if (!folder.empty()) services.keep_state_in(folder, resume);
    preparer = std::make_unique<Preparer>(scenario, catalogue, services);
    graph = preparer->prepare(upstream(scenario, scenario.run.targets));
  }
  std::size_t index(std::string_view name) const {
    return static_cast<std::size_t>(scenario.find(name) - scenario.instances.data());
  }
  std::unique_ptr<Simulator> simulator() { return make_simulator(*preparer, graph, index("inference"), "parameters"); }
  double number(std::string_view instance, std::string_view output) {
    FixedEvaluator e(graph, services);
    const auto i = index(instance);
    const Array* a = e.array(i, static_cast<std::size_t>(graph.descriptor(i).output_index(output)));
    return a ? a->number() : NAN;
  }
};

}  // namespace tawara
