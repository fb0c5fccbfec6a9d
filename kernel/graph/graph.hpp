#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "kernel/host/host.hpp"
#include "kernel/scenario/scenario.hpp"
#include "tawara/component.hpp"

namespace tawara {

/// Constant outputs of a prepared instance, by output index. Entries of evaluated outputs stay empty.
struct Constants {
  std::vector<Array> arrays;
  std::vector<Table> tables;
  std::vector<bool> present;
};

/// An instance after prepare(): immutable and shared between graphs whose keys agree.
struct PreparedInstance {
  PreparedInstance() = default;
  PreparedInstance(const PreparedInstance&) = delete;
  PreparedInstance& operator=(const PreparedInstance&) = delete;
  ~PreparedInstance();

  std::uint32_t worker = 0;  ///< its name when something goes wrong, see at_work.hpp
  std::string key;  ///< hash of all it was made from
  std::unique_ptr<Component> component;
  std::unique_ptr<const Prepared> prepared;  ///< null when every output is constant
  Constants constants;
  /// Slots whose instance had its evaluate parameters read during prepare(): varying those means preparing this again.
  std::set<std::size_t> arguments_read_of;
  std::vector<std::unique_ptr<Simulator>> simulators;
  std::vector<std::shared_ptr<const PreparedInstance>> inputs;  ///< kept alive
};

/// Values of the evaluate parameters of one instance.
struct Arguments {
  std::vector<std::vector<double>> values;  ///< per descriptor parameter; empty for prepare parameters
  std::vector<double> packed;               ///< by Descriptor::argument_index(); NaN where absent
};

/// A setting as numbers: a choice is its index, a bool 0 or 1, a subset its sorted ids; NaN for a number that a column
/// gives. @throws ScenarioError for values per region or node
[[nodiscard]] std::vector<double> as_numbers(const Parameter& parameter, const Value& value);
[[nodiscard]] Arguments arguments_of(const Settings& settings);
/// Recompute `packed` after values changed.
void pack(const Descriptor& descriptor, Arguments& arguments);

/// The column of `{ column = "name" }`, or nullptr.
[[nodiscard]] const std::string* column_of(const Value& value);
/// Does a column give one of its parameters? Such an instance has no results of its own, only in a population.
[[nodiscard]] bool takes_columns(const Settings& settings);

/// A scenario's graph prepared at one set of prepare parameters.
struct Graph {
  const Scenario* scenario = nullptr;
  std::vector<Settings> settings;                              ///< per instance
  std::vector<Arguments> arguments;                            ///< per instance, at scenario values
  std::vector<std::shared_ptr<const PreparedInstance>> nodes;  ///< per instance; null where not needed
  bool at_scenario_values = true;                              ///< no setting was changed for a sampler

  [[nodiscard]] const Descriptor& descriptor(std::size_t i) const {
    return *scenario->instances[i].component.descriptor;
  }
  [[nodiscard]] const std::string& name(std::size_t i) const { return scenario->instances[i].name; }
};

/// "ionic.torord 'myocyte' (plugin tawara-ionic 0.1.0)", for whoever has to be told that it crashed.
[[nodiscard]] std::uint32_t worker_called(const Instance& instance);

/// Every instance that `targets` reach, themselves included, inputs first.
[[nodiscard]] std::vector<std::size_t> upstream(const Scenario& scenario, const std::vector<std::size_t>& targets);
/// The same without what samplers vary on the way to what they simulate: what has results at the scenario's own values.
[[nodiscard]] std::vector<std::size_t> evaluated_upstream(const Scenario& scenario,
                                                          const std::vector<std::size_t>& targets);

/// An error with the instance and the scenario line it came from in front of it.
class RunError : public Error {
 public:
  using Error::Error;
};

}  // namespace tawara
