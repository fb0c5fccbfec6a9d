#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/graph/graph.hpp"
#include "kernel/host/host.hpp"
#include "kernel/plugins/catalogue.hpp"
#include "kernel/scenario/scenario.hpp"

namespace tawara {

/// Validation phase 6: every component's constructor gets its settings. All complaints are reported together.
/// @throws ScenarioProblems, PluginError
void construct_all(const Scenario& scenario, const Catalogue& catalogue);

/// A prepare parameter at another value than the scenario's: (instance, parameter) -> value.
using SettingOverrides = std::map<std::pair<std::size_t, std::size_t>, Value>;

/// Turns a scenario into prepared graphs. Results are kept by key, in memory for the life of this object and, where a
/// component says `cacheable`, on disk; so a changed parameter prepares its component and what lies downstream, nothing
/// else.
class Preparer {
 public:
  Preparer(const Scenario& scenario, const Catalogue& catalogue, RunServices& services);

  /// @param which  instances, inputs first (upstream()). @throws ScenarioProblems, RunError, PluginError, Cancelled
  [[nodiscard]] Graph prepare(const std::vector<std::size_t>& which, const SettingOverrides& overrides = {});

  /// What a component had delivered when it was stopped (a sampler's last finished generation).
  struct Unfinished {
    std::string instance;
    const Descriptor* descriptor;
    Constants constants;
  };
  [[nodiscard]] const std::optional<Unfinished>& unfinished() const { return unfinished_; }

  [[nodiscard]] const Scenario& scenario() const { return scenario_; }
  [[nodiscard]] RunServices& services() const { return services_; }

 private:
  friend class Context;
  std::shared_ptr<const PreparedInstance> prepare_one(std::size_t instance, const Graph& graph);
  std::string key_of(std::size_t instance, const Graph& graph) const;

  const Scenario& scenario_;
  const Catalogue& catalogue_;
  RunServices& services_;
  std::map<std::string, std::shared_ptr<const PreparedInstance>> kept_;
  std::optional<Unfinished> unfinished_;
  mutable std::map<std::string, std::string> file_digests_;
};

/// What components see: evaluate parameters are left empty, so that nobody can read them from the wrong place.
[[nodiscard]] Settings without_evaluate_parameters(const Settings& settings);

/// A prepared instance as its users see it through a slot.
class GraphInput final : public Input {
 public:
  GraphInput(const Graph& graph, std::size_t instance);
  const std::string& instance() const override { return graph_.name(instance_); }
  const Descriptor& descriptor() const override { return graph_.descriptor(instance_); }
  const Settings& settings() const override { return graph_.settings[instance_]; }
  const Array& array(std::string_view output) const override;
  const Table& table(std::string_view output) const override;
  bool has(std::string_view output) const override;
  const Prepared& prepared() const override;
  std::span<const double> arguments() const override;
  std::span<const ColumnArgument> columns() const override { return columns_; }
  [[nodiscard]] bool arguments_read() const { return arguments_read_; }

 private:
  std::size_t constant(std::string_view output, bool table) const;
  const Graph& graph_;
  std::size_t instance_;
  std::vector<ColumnArgument> columns_;
  mutable bool arguments_read_ = false;
};

}  // namespace tawara
