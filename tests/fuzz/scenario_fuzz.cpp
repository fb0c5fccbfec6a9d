// A scenario of any bytes loads, or is refused with words; one that loads, loads again as it was resolved.
#define DOCTEST_CONFIG_DISABLE  // the components of the scenario tests, without their test runner
#include <cstdio>
#include "../kernel/scenario/fixture.hpp"

#include "fuzz.hpp"

using namespace tawara;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Scratch scratch;
  ScenarioRequest request;
  request.file = scratch.write("study.toml", fuzz::text_of(data, size));
  request.files_must_exist = false;
  fuzz::attempt([&] {
    const Scenario scenario = load_scenario(request, components());
    (void)sweep_rows(scenario);
    for (const Problem& p : scenario.warnings) (void)render(p);
    ScenarioRequest again = request;
    again.file = scratch.write("resolved.toml", scenario.resolved);
    try {
      (void)load_scenario(again, components());
    } catch (const ScenarioProblems& e) {
      fprintf(stderr, "does not load again:\n%s\n--- resolved ---\n%s\n", e.what(), scenario.resolved.c_str());
      std::abort();
    }
  });
  return 0;
}
