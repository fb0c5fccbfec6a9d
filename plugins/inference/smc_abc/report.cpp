#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "population/columns.hpp"

namespace tawara::smc_abc {
namespace {

template <class... T>
std::string print(const char* format, T... values) {
  char text[400];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

std::vector<double> sorted_values(const Posterior& posterior, std::size_t path) {
  std::vector<double> out;
  for (const Particle& p : posterior.run.population) out.push_back(posterior.space.shown(path, p.values));
  std::sort(out.begin(), out.end());
  return out;
}

std::size_t index_of(const Posterior& posterior, const char* scalar) {
  std::size_t k = 0;
  while (k < posterior.scalars.size() && posterior.scalars[k].name != scalar) ++k;
  return k;
}

}  // namespace

double quantile(std::span<const double> sorted, double p) {
  const double place = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Table population_table(const Posterior& posterior) {
  const auto& particles = posterior.run.population;
  Table table;
  std::vector<Values> rows;
  for (const Particle& p : particles) rows.push_back(p.values);
  for (std::size_t k = 0; k < posterior.paths.size(); ++k) population::add_column(table, posterior.paths[k], rows, k);
  std::vector<double> discrepancy;
  for (const Particle& p : particles) discrepancy.push_back(p.discrepancy);
  table.add("discrepancy", "1", std::move(discrepancy));
  for (std::size_t k = 0; k < posterior.scalars.size(); ++k) {
    std::vector<double> column;
    for (const Particle& p : particles) column.push_back(p.scalars[k]);
    table.add(posterior.scalars[k].name, posterior.scalars[k].unit, std::move(column));
  }
  table.add("weight", "1", std::vector<double>(particles.size(), 1.0 / static_cast<double>(particles.size())));
  return table.add_text("status", std::vector<std::string>(particles.size(), "ok"));
}

Table history_table(const Posterior& posterior) {
  const auto& history = posterior.run.history;
  Table table;
  const auto column = [&](const std::string& name, const std::string& unit, auto number) {
    std::vector<double> values;
    for (const Generation& r : history) values.push_back(static_cast<double>(number(r)));
    table.add(name, unit, std::move(values));
  };
  column("iteration", "1", [](const Generation& r) { return r.iteration; });
  column("threshold", "1", [](const Generation& r) { return r.threshold; });
  column("acceptance", "1", [](const Generation& r) { return r.acceptance; });
  column("unique_fraction", "1", [](const Generation& r) { return r.unique_fraction; });
  column("ess", "1", [](const Generation& r) { return r.ess; });
  column("evaluations", "1", [](const Generation& r) { return r.evaluations; });
  column("moves", "1", [](const Generation& r) { return r.moves; });
  column("failures", "1", [](const Generation& r) { return r.failures; });
  for (std::size_t k = 0; k < posterior.scalars.size(); ++k)
    column(posterior.scalars[k].name + "_mean", posterior.scalars[k].unit,
           [k](const Generation& r) { return r.scalars[k]; });
  for (std::size_t k = 0; k < posterior.paths.size(); ++k) {
    const bool subset = posterior.space.priors[k].kind == Prior::Kind::subset;
    const std::string name = posterior.paths[k].path + (subset ? ".count" : ""),
                      unit = subset ? "1" : posterior.paths[k].unit;
    column(name + " mean", unit, [k](const Generation& r) { return r.mean[k]; });
    column(name + " sd", unit, [k](const Generation& r) { return r.sd[k]; });
  }
  return table;
}

Table recovery_table(const Posterior& posterior) {
  std::vector<std::string> names, units;
  std::vector<double> truth, median, low, high, inside;
  for (const std::size_t k : posterior.space.numbers) {
    const Prior& prior = posterior.space.priors[k];
    if (prior.truth.empty()) continue;
    const auto values = sorted_values(posterior, k);
    names.push_back(prior.path);
    units.push_back(posterior.paths[k].unit);
    truth.push_back(prior.truth[0]);
    median.push_back(quantile(values, 0.5));
    low.push_back(quantile(values, 0.025));
    high.push_back(quantile(values, 0.975));
    // A multiple of a decimal step is a rounding error away from the decimal number the scenario gives.
    const double slack = 1e-9 * std::max({std::abs(truth.back()), std::abs(low.back()), std::abs(high.back())});
    inside.push_back(truth.back() >= low.back() - slack && truth.back() <= high.back() + slack ? 1 : 0);
  }
  return Table()
      .add_text("parameter", names)
      .add_text("unit", units)
      .add("truth", "", truth)
      .add("median", "", median)
      .add("low95", "", low)
      .add("high95", "", high)
      .add("inside", "1", inside);
}

double coverage(const Table& recovery) {
  const auto& inside = recovery.at("inside").numbers;
  if (inside.empty()) return NAN;
  return std::accumulate(inside.begin(), inside.end(), 0.0) / static_cast<double>(inside.size());
}

std::vector<std::string> answer(const Posterior& posterior, const Table& recovery) {
  const Run& run = posterior.run;
  const Generation& last = run.history.back();
  std::vector<std::string> lines;
  std::string first =
      print("discrepancy %.4g (best) to %.4g", run.population.front().discrepancy, run.population.back().discrepancy);
  if (const std::size_t k = index_of(posterior, "pcc"); k < posterior.scalars.size())
    first += print(", PCC %.3f (best), %.3f (mean)", run.population.front().scalars[k], last.scalars[k]);
  lines.push_back(first + "; " + in_words(run.stop));
  for (std::size_t k = 0; k < posterior.paths.size(); ++k) {
    const bool subset = posterior.space.priors[k].kind == Prior::Kind::subset;
    if (posterior.paths[k].type == Type::choice) continue;
    const auto values = sorted_values(posterior, k);
    lines.push_back(print("%s%s: median %.4g, 95 %% band %.4g to %.4g%s", posterior.paths[k].path.c_str(),
                          subset ? " (count)" : "", quantile(values, 0.5), quantile(values, 0.025),
                          quantile(values, 0.975),
                          subset || posterior.paths[k].unit == "1" ? "" : (" " + posterior.paths[k].unit).c_str()));
  }
  if (const std::size_t n = recovery.rows(); n > 0)
    lines.push_back(
        print("planted values inside the 95 %% band: %.0f of %zu", coverage(recovery) * static_cast<double>(n), n));
  lines.push_back(print("%zu particles, %.0f %% distinct, effective sample size %.0f; %d iterations, %lld evaluations",
                        run.population.size(), 100 * last.unique_fraction, last.ess, run.iteration,
                        static_cast<long long>(run.counts.evaluations)));
  if (run.counts.failed() > 0) lines.push_back(run.counts.in_words());
  return lines;
}

std::vector<std::string> doubts(const Posterior& posterior, double target_discrepancy) {
  constexpr double few = 100, edge = 0.05;
  const Generation& last = posterior.run.history.back();
  std::vector<std::string> lines;
  if (last.threshold > target_discrepancy)
    lines.push_back(
        print("the target discrepancy %.4g was not reached (threshold %.4g): ", target_discrepancy, last.threshold) +
        in_words(posterior.run.stop));
  if (last.ess < few)
    lines.push_back(
        print("the effective sample size is %.0f; below %.0f the ends of a 95 %% band are rough: use more particles",
              last.ess, few));
  for (const std::size_t k : posterior.space.numbers) {
    const Prior& prior = posterior.space.priors[k];
    const double low = prior.quantile(1e-9), high = prior.quantile(1 - 1e-9);
    const bool bounded = prior.kind == Prior::Kind::uniform || prior.kind == Prior::Kind::log_uniform ||
                         prior.kind == Prior::Kind::integer;
    if (!bounded || !(high > low)) continue;
    const double median = quantile(sorted_values(posterior, k), 0.5), place = (median - low) / (high - low);
    if (place > edge && place < 1 - edge) continue;
    lines.push_back(
        print("%s sits at the %s end of its prior (median %.4g of %.4g to %.4g): the data may want it further out",
              prior.path.c_str(), place > 0.5 ? "upper" : "lower", median, low, high));
  }
  return lines;
}

}  // namespace tawara::smc_abc
