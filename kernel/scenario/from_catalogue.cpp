// Where the scenario meets the plugins; apart, so that all the rest needs none.
#include <fmt/format.h>

#include "kernel/scenario/scenario.hpp"

namespace tawara {

ComponentLookup::ComponentLookup(const Catalogue& catalogue) : components(catalogue.components()), left_out(tawara::left_out()) {
  std::string refused;
  std::size_t usable = 0, refusals = 0;
  for (const auto& file : catalogue.files()) {
    if (file->usable()) {
      ++usable;
      continue;
    }
    ++refusals;
    refused += (refused.empty() ? "" : ", ") + file->path.filename().string();
  }
  note = fmt::format("{} plugin{} found in {} folder{}", usable, usable == 1 ? "" : "s", catalogue.folders().size(),
                     catalogue.folders().size() == 1 ? "" : "s");
  if (refusals > 0) note += fmt::format("; {} refused: {}", refusals, refused);
  note += ". See: tawara doctor";
}

Scenario load_scenario(const ScenarioRequest& request, const Catalogue& catalogue) {
  return load_scenario(request, ComponentLookup(catalogue));
}

}  // namespace tawara
