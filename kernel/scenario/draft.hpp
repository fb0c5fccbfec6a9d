#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "kernel/scenario/node.hpp"
#include "kernel/scenario/problems.hpp"
#include "kernel/scenario/values.hpp"

namespace tawara::scenario {

/// A scenario while it is being checked: what was written beside what it has become so far.
struct Draft {
  const ScenarioRequest& request;
  const ComponentLookup& lookup;
  Problems problems;
  Node document;                     ///< overrides applied, defines gone
  std::vector<std::string> defines;  ///< names in [define]
  std::string requires_version;
  std::vector<std::string> plugins;  ///< absolute
  Scenario scenario;
  std::vector<const Node*> tables;         ///< per instance: its table
  std::vector<std::vector<Value>> values;  ///< per instance: as in Settings, priors still empty until checked

  [[nodiscard]] ValueContext context() { return {scenario.file.parent_path(), request.files_must_exist, problems}; }
  [[nodiscard]] std::optional<std::size_t> index_of(std::string_view instance) const;
  [[nodiscard]] std::vector<std::string> instance_names() const;
  [[nodiscard]] const Descriptor& descriptor(std::size_t instance) const {
    return *scenario.instances[instance].component.descriptor;
  }
};

/// "activation (line 38)".
[[nodiscard]] std::string with_line(const Instance& instance);

/// "instance.name" split at its only dot; empty parts when it is not of that form.
struct Address {
  std::string instance, name;
};
[[nodiscard]] Address split_address(std::string_view text);

// The phases, in order. Each adds its complaints to draft.problems.

void read_header(Draft& draft);      ///< [tawara], [run], [output]
void find_components(Draft& draft);  ///< `use` of every instance
void check_values(Draft& draft);     ///< keys, types, units, limits
void check_wiring(Draft& draft);     ///< slots, cycles, order, targets, what to save
void check_columns(Draft& draft);    ///< { column = "name" }: do all users of the instance take it?
void check_priors(Draft& draft);     ///< after the wiring: a prior must lie upstream
void check_sweep(Draft& draft);
[[nodiscard]] std::string resolved_text(const Draft& draft);

}  // namespace tawara::scenario
