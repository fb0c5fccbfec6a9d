#include <ostream>

#include "kernel/cli/commands.hpp"
#include "kernel/cli/run.hpp"
#include "kernel/graph/prepare.hpp"
#include "kernel/scenario/report.hpp"

namespace tawara {

int run_check(const ScenarioRequest& request, bool json, std::ostream& out) {
  ScenarioRequest without_files = request;
  without_files.files_must_exist = false;  // a scenario may be checked where its data are not
  try {
    const Catalogue catalogue = Catalogue::discover({request.plugins, plugin_paths_of(request)});
    const Scenario scenario = load_scenario(without_files, catalogue);
    construct_all(scenario, catalogue);  // each component's own check of values that must go together
    print_checked(scenario, json, out);
    return exit_fine;
  } catch (const ScenarioProblems& refused) {
    print_refused(refused.problems(), json, out);
    return exit_scenario;
  } catch (const PluginError& refused) {
    if (!json) throw;
    Problem problem;
    problem.where.source = request.file.string();
    problem.message = refused.what();
    print_refused({problem}, json, out);
    return exit_plugin;
  }
}

}  // namespace tawara
