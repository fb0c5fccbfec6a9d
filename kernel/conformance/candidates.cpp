#include "kernel/conformance/candidates.hpp"

#include <algorithm>

#include "kernel/conformance/study.hpp"
#include "kernel/docs/example.hpp"
#include "kernel/graph/prepare.hpp"

namespace tawara::conformance {

std::vector<Candidate> candidates(const Catalogue& catalogue, const ComponentEntry& component, const PluginFile* toys,
                                  const std::vector<std::filesystem::path>& scenarios) {
  std::vector<Candidate> all;
  for (const auto& file : scenarios) all.push_back({"", file});
  const auto add_example = [&](auto may_fill) {
    std::vector<ComponentEntry> components{component};
    for (const bool toy : {true, false})  // of equally cheap ones the first is taken
      for (const ComponentEntry& c : catalogue.components())
        if (c.descriptor != component.descriptor && (c.plugin == toys) == toy && (toy || may_fill(c)))
          components.push_back(c);
    const auto toml = docs::Examples(components).scenario(0);
    if (toml && std::none_of(all.begin(), all.end(), [&](const Candidate& c) { return c.toml == *toml; }))
      all.push_back({*toml, {}});
  };
  add_example([](const ComponentEntry&) { return false; });
  add_example([&](const ComponentEntry& c) { return c.plugin == component.plugin; });
  add_example([](const ComponentEntry&) { return true; });
  return all;
}

std::optional<Found> accepted(const Catalogue& catalogue, const ComponentEntry& component, const Candidate& candidate) {
  const Scenario scenario =
      candidate.file.empty() ? load(catalogue, candidate.toml, {}) : load(catalogue, candidate.file, {});
  for (const std::size_t i : upstream(scenario, scenario.run.targets)) {
    const Instance& instance = scenario.instances[i];
    if (instance.component.descriptor != component.descriptor) continue;
    construct_all(scenario, catalogue);
    return Found{scenario.resolved, instance.name};
  }
  return std::nullopt;
}

}  // namespace tawara::conformance
