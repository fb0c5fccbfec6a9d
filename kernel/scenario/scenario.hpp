#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel/plugins/catalogue.hpp"
#include "kernel/plugins/left_out.hpp"
#include "tawara/settings.hpp"

namespace tawara {

/// Where in the user's input something stands: file:line:column, "--set #2", or a descriptor's default.
struct Location {
  std::string source;
  int line = 0, column = 0;  ///< from 1; 0 when the source has no lines
  [[nodiscard]] std::string text() const;
};

/// One complaint. All of a validation phase are reported together.
struct Problem {
  enum class Severity { error, warning };
  Severity severity = Severity::error;
  Location where;
  std::string message;             ///< one line
  std::vector<std::string> hints;  ///< "did you mean 'G_Kr_scale'?   (tawara describe ionic.torord)"
};

/// The problem as the user sees it, with the offending source line and a caret under it where there is one.
[[nodiscard]] std::string render(const Problem& problem);

/// Thrown by load_scenario() and by later phases that can still point at the scenario. Exit code 3.
class ScenarioProblems : public Error {
 public:
  explicit ScenarioProblems(std::vector<Problem> problems);
  [[nodiscard]] const std::vector<Problem>& problems() const { return problems_; }

 private:
  std::vector<Problem> problems_;
};

/// Instances in one slot of another instance.
struct Wire {
  std::string slot;
  std::vector<std::size_t> instances;     ///< indices into Scenario::instances
  std::vector<std::size_t> alternatives;  ///< per instance: which of the slot's alternatives it serves
  Location where;
};

/// A parameter given as `{ field = "heart.my_field" }`: the named output of another instance, per node.
struct FieldSource {
  std::string parameter;
  std::size_t instance = 0;  ///< index into Scenario::instances
  std::string output;
};

struct Instance {
  std::string name;
  Location where;
  ComponentEntry component;
  std::string use;  ///< as written: "ionic.torord" or "my-plugin:ionic.torord"
  Settings settings;
  std::map<std::string, Location> set_at;  ///< parameters that were set, and where
  std::vector<Wire> wires;                 ///< one per slot of the descriptor, in its order (maybe empty)
  std::vector<FieldSource> fields;         ///< further instances it depends on
  /// Where a parameter was set; of "stop.discrepancy" or "steps[2]" the nearest thing that was. Falls back to `where`.
  [[nodiscard]] Location locate(const std::string& parameter) const;
};

/// One [[sweep]] axis: several paths varied together, a value per path and row. Tables multiply.
struct SweepAxis {
  std::vector<std::string> paths;
  std::vector<std::vector<std::string>> rows;  ///< TOML text of each value, as --set would take it
  Location where;
};

struct RunOptions {
  std::vector<std::size_t> targets;  ///< instances to run; by default those nobody uses
  int threads = 0;                   ///< 0: all cores
  int max_prepared = 8;              ///< how many values a varied prepare parameter may take
  std::string isa;                   ///< force an instruction set for SIMD code; "" picks the best
};

struct OutputOptions {
  std::optional<std::filesystem::path> directory;  ///< absolute
  std::vector<std::string> save;                   ///< extra "instance.output" to write
};

/// A validated scenario: every instance has its component, typed settings and wires.
struct Scenario {
  std::filesystem::path file;
  std::string title;
  std::uint64_t seed = 1;
  std::vector<Instance> instances;  ///< file order
  std::vector<std::size_t> order;   ///< topological, inputs first
  RunOptions run;
  OutputOptions output;
  std::vector<SweepAxis> sweep;
  std::vector<Problem> warnings;
  /// Everything as TOML, defaults filled in and overrides applied; loads again to the same scenario.
  std::string resolved;
  [[nodiscard]] const Instance* find(std::string_view name) const;
};

struct ScenarioRequest {
  std::filesystem::path file;
  std::vector<std::string> sets;    ///< "instance.key=value" in order; later wins
  std::vector<std::string> sweeps;  ///< "instance.key=300:2000:8:log" or "=[300, 400]"
  std::optional<std::uint64_t> seed;
  std::optional<int> threads;
  std::vector<std::filesystem::path> plugins;  ///< --plugin
  bool files_must_exist = true;                ///< false (tawara check): a missing input file is a warning
  bool one_row = false;  ///< `sets` holds one row of the sweep: leave [[sweep]] out, of `resolved` too
  /// Leave out of `resolved` what the targets do not reach, and [output]: a scenario to run elsewhere, by itself.
  bool reached_only = false;
};

/// What the loader asks of the plugins. A struct of its own, so that the loader can be tested without any.
struct ComponentLookup {
  std::vector<ComponentEntry> components;  ///< all usable ones, sorted by name
  std::string note;                        ///< what discovery saw, printed with 'no component called'
  std::vector<LeftOut> left_out;           ///< what this build lacks, and why
  ComponentLookup() = default;
  explicit ComponentLookup(const Catalogue& catalogue);
  /// By "kind.name" or "plugin:kind.name"; more than one when two plugins offer the short name.
  [[nodiscard]] std::vector<ComponentEntry> find(std::string_view name) const;
};

/// The scenario's own plugin folders must be known before the catalogue can be made. @throws ScenarioProblems on syntax
/// errors
[[nodiscard]] std::vector<std::filesystem::path> plugin_paths_of(const ScenarioRequest& request);

/// Phases 1-5 and 7: syntax, header, components, keys and values, slots and priors, files. What `lookup` points at must
/// outlive the scenario. @throws ScenarioProblems
[[nodiscard]] Scenario load_scenario(const ScenarioRequest& request, const ComponentLookup& lookup);
[[nodiscard]] Scenario load_scenario(const ScenarioRequest& request, const Catalogue& catalogue);

/// Does the instance serve this alternative of the slot? Used by the loader, and to say who would.
[[nodiscard]] bool serves(const Descriptor& source, const std::vector<OutputNeed>& needs);

/// The product of the sweep axes as lists of "path=value" overrides, in file order (the last axis fastest); one empty
/// list when there is no sweep.
[[nodiscard]] std::vector<std::vector<std::string>> sweep_rows(const Scenario& scenario);

}  // namespace tawara
