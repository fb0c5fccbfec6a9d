#pragma once
#include <filesystem>

#include <nlohmann/json.hpp>

#include "kernel/graph/evaluator.hpp"
#include "kernel/graph/graph.hpp"
#include "kernel/results/report.hpp"

namespace tawara {

/// Evaluate and write what the instances show: tables and leads as CSV, node fields as VTU, whatever `save` names as
/// HDF5.
/// @param which   instances evaluated at scenario values, inputs first
/// @param scalars filled with {"instance": {"key": number}}, the content of summary.json; NaN is left out
/// @param report  gets what can be drawn
/// @throws RunError naming the instance and its place in the scenario when it has no answer
void write_results(const Graph& graph, FixedEvaluator& evaluator, const std::vector<std::size_t>& which,
                   const std::filesystem::path& folder, nlohmann::ordered_json& scalars, Report& report);

/// The tables a stopped component had delivered, as INSTANCE.OUTPUT.unfinished.csv: kept, and not taken for a result.
void write_unfinished(const Preparer::Unfinished& unfinished, const std::filesystem::path& folder);

}  // namespace tawara
