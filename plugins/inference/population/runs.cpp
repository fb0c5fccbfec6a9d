#include "runs.hpp"

#include <algorithm>
#include <cmath>

#include "columns.hpp"
#include "tawara/error.hpp"

namespace tawara::population {
namespace {

constexpr std::size_t rows_at_once = 256;  // between two looks at Ctrl-C

std::vector<int> scalars_of(std::span<const ObservableInfo> observables) {
  std::vector<int> out;
  for (std::size_t i = 0; i < observables.size(); ++i) {
    const Output& o = observables[i].output;
    if (o.shape.empty() && !o.table && !o.constant) out.push_back(static_cast<int>(i));
  }
  return out;
}

}  // namespace

Runs simulate(Simulator& simulator, Host& host, std::span<const Values> rows, std::vector<double> weights,
              double max_failed_fraction) {
  const std::vector<int> wanted = scalars_of(simulator.observables());
  std::vector<std::vector<double>> scalars(wanted.size());
  std::vector<std::string> status;
  Runs out;
  const auto progress = host.progress("simulating");
  for (std::size_t first = 0; first < rows.size(); first += rows_at_once) {
    const auto chunk = rows.subspan(first, std::min(rows_at_once, rows.size() - first));
    std::vector<Result> results(chunk.size());
    simulator.evaluate(chunk, wanted, {}, results);
    for (const Result& r : results) {
      if (r.status == Status::cancelled) throw Cancelled();
      const bool ok = r.status == Status::ok;
      for (std::size_t k = 0; k < wanted.size(); ++k) scalars[k].push_back(ok ? r.arrays.at(k).number() : NAN);
      status.push_back(ok ? "ok" : r.cause + ": " + r.text);
      out.failures += ok ? 0 : 1;
    }
    progress->update(static_cast<double>(first + chunk.size()), static_cast<double>(rows.size()));
  }
  if (static_cast<double>(out.failures) > max_failed_fraction * static_cast<double>(rows.size()))
    throw SolverError(std::to_string(out.failures) + " of " + std::to_string(rows.size()) +
                      " simulations failed, the first with " +
                      *std::find_if(status.begin(), status.end(), [](const std::string& s) { return s != "ok"; }) +
                      "; narrow the parameters to what can be simulated, or raise max_failed_fraction");
  for (std::size_t k = 0; k < simulator.paths().size(); ++k) add_column(out.table, simulator.paths()[k], rows, k);
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    const ObservableInfo& info = simulator.observables()[static_cast<std::size_t>(wanted[k])];
    out.table.add(info.instance + "." + info.output.name, info.output.unit, std::move(scalars[k]));
  }
  out.table.add("weight", "1", std::move(weights)).add_text("status", std::move(status));
  return out;
}

}  // namespace tawara::population
