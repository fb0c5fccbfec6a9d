#pragma once
#include <optional>
#include <string>
#include <vector>

#include "kernel/conformance/check.hpp"

namespace tawara::conformance {

/// Other values for one parameter after the other of the subject's instance, as `--set` takes them: what a user might
/// try next, inside the limits, not too far from the default. Not all of them need go together with the rest.
[[nodiscard]] std::vector<std::string> variants(const Subject& subject);

/// Another number for the parameter, a tenth away or the next integer; nothing when its limits leave none.
[[nodiscard]] std::optional<double> another_number(const Parameter& parameter, double now);

}  // namespace tawara::conformance
