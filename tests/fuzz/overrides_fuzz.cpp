// Overrides, a line each: `--set` text, or `--sweep` text where the line begins with '*'.
#define DOCTEST_CONFIG_DISABLE  // the components of the scenario tests, without their test runner
#include "../kernel/scenario/fixture.hpp"
#include "fuzz.hpp"

using namespace tawara;

namespace {

constexpr std::string_view study = R"([define]
a = 3
[slab]
use = "geometry.slab"
[act]
use = "propagation.eikonal"
geometry = "slab"
CV_fibre = "${a} m/s"
stop = { tolerance = 0.1 }
[twin]
use = "propagation.reaction_eikonal"
activation = "act"
[ecg]
use = "ecg.pseudo"
source = "twin"
[mismatch]
use = "discrepancy.ecg"
simulated = "ecg"
[inference]
use = "sampler.smc_abc"
discrepancy = "mismatch"
parameters = [{ path = "twin.g_tm", normal = [0, 0.1], range = [-0.5, 0.5] }]
)";

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Scratch scratch;
  static const std::filesystem::path file = scratch.write("study.toml", study);
  ScenarioRequest request;
  request.file = file;
  for (std::string_view rest = fuzz::text_of(data, size); !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    if (line.starts_with('*'))
      request.sweeps.emplace_back(line.substr(1));
    else
      request.sets.emplace_back(line);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  fuzz::attempt([&] { (void)sweep_rows(load_scenario(request, components())); });
  return 0;
}
