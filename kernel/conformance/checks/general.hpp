#pragma once
#include "kernel/conformance/check.hpp"

namespace tawara::conformance {

// What is asked of every component; each is described in general.cpp.
void check_manifest(const Subject& subject, Findings& findings);
void check_limits(const Subject& subject, Findings& findings);
void check_outputs(const Subject& subject, Findings& findings);
void check_same_seed(const Subject& subject, Findings& findings);
void check_threads(const Subject& subject, Findings& findings);
void check_two_instances(const Subject& subject, Findings& findings);
void check_rows(const Subject& subject, Findings& findings);
void check_odd_values(const Subject& subject, Findings& findings);
void check_cache(const Subject& subject, Findings& findings);
void check_life_cycle(const Subject& subject, Findings& findings);
void check_cancellation(const Subject& subject, Findings& findings);
void check_environment(const Subject& subject, Findings& findings);

}  // namespace tawara::conformance
