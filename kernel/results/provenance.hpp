#pragma once
#include <string>

#include <nlohmann/json.hpp>

#include "kernel/scenario/scenario.hpp"

namespace tawara {

/// Where a result came from: plugins with versions and digests, compiler, CPU, seed, input files with digests,
/// citations. Times and status are added by the run.
[[nodiscard]] nlohmann::ordered_json provenance_of(const Scenario& scenario, int threads);
/// Now, as 2026-01-31T12:00:00Z.
[[nodiscard]] std::string timestamp();
[[nodiscard]] std::string cpu_model();

}  // namespace tawara
