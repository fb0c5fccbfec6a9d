#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel/scenario/node.hpp"
#include "kernel/scenario/problems.hpp"
#include "tawara/descriptor.hpp"

namespace tawara::scenario {

/// What checking a value needs besides the value.
struct ValueContext {
  std::filesystem::path folder;  ///< of the scenario file, absolute: paths are relative to it
  bool files_must_exist = true;
  Problems& problems;
};

/// Turn what was written into what the parameter declares: converted to its unit, inside its limits, a known choice, an
/// absolute path. Complains and returns an empty value where that cannot be. `path` is the parameter's address, for
/// messages. A `priors` parameter stays empty here: see priors.hpp.
[[nodiscard]] Value check_value(const Parameter& parameter, const Node& node, const std::string& path,
                                ValueContext& context);

/// The value of a parameter nobody set, in the form check_value gives; empty when it is absent (or required).
[[nodiscard]] Value default_of(const Parameter& parameter);

/// The keys of one table against its declared parameters.
struct TableCheck {
  std::string path;                     ///< "activation", or "inference.stop"
  std::string owner;                    ///< "'ionic.torord' has no parameter", the beginning of a complaint about a key
  std::string help;                     ///< "(tawara describe ionic.torord)"
  std::vector<std::string> other_keys;  ///< allowed too, but not values: `use` and slots
};
/// @returns one value per parameter, in order. @param set_at  gets where each parameter was set, when given
[[nodiscard]] std::vector<Value> check_table(const std::vector<Parameter>& parameters, const Node& table,
                                             const TableCheck& what, ValueContext& context,
                                             std::map<std::string, Location>* set_at = nullptr);

/// A number in the parameter's unit, or nothing after a complaint. Without looking at the limits.
[[nodiscard]] std::optional<double> read_number(const Parameter& parameter, const Node& node, const std::string& path,
                                                Problems& problems, bool difference = false);
/// Is the number inside the hard limits? Complains when not. @param written  as the user wrote it
bool check_limits(const Parameter& parameter, double value, const Node& written, const std::string& path,
                  Problems& problems);

/// A parameter of type number: one number, or a record that says how it varies: { column = "name" } where it acts at
/// evaluation (whether its users can take that is judged once they are known, see columns.cpp), and where it is a
/// field, { regions = { name = number, ... }, otherwise = number } or { field = "instance.output" }.
[[nodiscard]] Value check_number(const Parameter& parameter, const Node& node, const std::string& path,
                                 Problems& problems);

/// "0.65 m/s", or "0.65" where the unit is 1.
[[nodiscard]] std::string with_unit(double value, const std::string& unit);

}  // namespace tawara::scenario
