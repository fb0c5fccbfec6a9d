#pragma once
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string>

#include "kernel/plugins/catalogue.hpp"
#include "kernel/scenario/scenario.hpp"

namespace tawara {

/// `tawara list [KIND]`: usable components, one line each. @throws CommandLineError when nobody offers that kind
int run_list(const Catalogue& catalogue, const std::string& kind, bool json, std::ostream& out);

enum class DescribeFormat {
  text,
  toml,      ///< an instance with every default, to paste into a scenario
  markdown,  ///< a page of the reference
  json,
};

/// `tawara describe NAME`: all a component's descriptor says, also that of a plugin that cannot be used.
/// @throws CommandLineError when the name is unknown (with suggestions) or two plugins offer it
int run_describe(const Catalogue& catalogue, const std::string& name, DescribeFormat format, std::ostream& out);

/// `tawara docs DIR`: a page for every usable component and an index, as a static site.
/// @throws CommandLineError when the folder holds something else, or there is nothing to document
int run_docs(const Catalogue& catalogue, const std::filesystem::path& folder, std::ostream& out);

/// `tawara check FILE`: every validation phase, no simulation; missing input files are warnings. @returns 0, 3, or with
/// `json` also 4
/// @throws PluginError without `json`
int run_check(const ScenarioRequest& request, bool json, std::ostream& out);

/// `tawara graph FILE`: its wiring as an indented tree, or for Graphviz. @throws ScenarioProblems
int run_graph(const ScenarioRequest& request, bool dot, std::ostream& out);

/// What came of opening a plugin that looks well.
struct OpenTrial {
  std::string reason, refusal;        ///< as of a PluginFile; empty when it opened
  std::vector<std::string> warnings;  ///< what opening it does that is odd
};
using TryOpening = std::function<OpenTrial(const PluginFile&)>;

/// `tawara doctor`: this build, this machine, where plugins were looked for and the verdict on each file.
/// @param try_opening  tells how usable plugins open; none: they are not opened
/// @returns 4 when a file or folder was refused, else 0
int run_doctor(const Catalogue& catalogue, bool json, std::ostream& out, const TryOpening& try_opening = {});

}  // namespace tawara
