#pragma once
#include <iosfwd>

#include "kernel/scenario/scenario.hpp"

namespace tawara {

/// What `tawara check` prints of a scenario that is fine: its warnings, then one line; or all of it as JSON.
void print_checked(const Scenario& scenario, bool json, std::ostream& out);
/// ... and of one that is not.
void print_refused(const std::vector<Problem>& problems, bool json, std::ostream& out);

/// The wiring as a tree from the targets to what they need; an instance met before is only named.
void print_graph(const Scenario& scenario, std::ostream& out);
/// The same for Graphviz; arrows point the way the data flow.
void print_dot(const Scenario& scenario, std::ostream& out);

}  // namespace tawara
