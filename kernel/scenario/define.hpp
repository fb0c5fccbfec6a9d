#pragma once
#include "kernel/scenario/node.hpp"
#include "kernel/scenario/problems.hpp"

namespace tawara::scenario {

/// Replace "${name}" everywhere by the values of [define], which is removed. A text that is nothing but "${name}" takes
/// the value with its type; inside a longer text, texts, numbers and booleans are written out. No arithmetic. A define
/// may use those above it.
void apply_defines(Node& document, Problems& problems);

}  // namespace tawara::scenario
