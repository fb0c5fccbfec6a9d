#include <ostream>

#include "kernel/cli/commands.hpp"
#include "kernel/cli/run.hpp"
#include "kernel/scenario/report.hpp"

namespace tawara {

int run_graph(const ScenarioRequest& request, bool dot, std::ostream& out) {
  ScenarioRequest without_files = request;
  without_files.files_must_exist = false;
  const Catalogue catalogue = Catalogue::discover({request.plugins, plugin_paths_of(request)});
  const Scenario scenario = load_scenario(without_files, catalogue);
  dot ? print_dot(scenario, out) : print_graph(scenario, out);
  return exit_fine;
}

}  // namespace tawara
