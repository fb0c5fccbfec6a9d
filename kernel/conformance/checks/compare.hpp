#pragma once
#include <string>
#include <utility>
#include <vector>

#include "kernel/conformance/check.hpp"
#include "kernel/conformance/study.hpp"

namespace tawara::conformance {

/// Digests of a study's results, by "instance.output".
using Digests = std::vector<std::pair<std::string, std::string>>;

[[nodiscard]] Digests digests(Study& study);
/// The study as these options change it, in this process.
[[nodiscard]] Digests digests_here(const Subject& subject, const StudyOptions& options = {});
/// The same in a process that did nothing else; so ask for these first.
/// @throws Error when it fails there, with the reason
[[nodiscard]] Digests digests_alone(const Subject& subject, const StudyOptions& options = {});

/// The first output that differs, or "".
[[nodiscard]] std::string first_difference(const Digests& a, const Digests& b);

}  // namespace tawara::conformance
