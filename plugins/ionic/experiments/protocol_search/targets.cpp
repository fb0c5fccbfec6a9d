#include "experiments/protocol_search/targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "experiments/names.hpp"

namespace tawara::experiments {
namespace {

std::string text_in(const Value& record, const char* key) {
  const Value* value = record.find(key);
  return value && value->is<std::string>() ? value->text() : std::string();
}

double median(std::vector<double> values) {
  if (values.empty()) return std::nan("");
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

}  // namespace

Targets::Targets(const Settings& settings, const Cohort& cohort) {
  for (const Cohort::Path& path : cohort.paths()) {
    if (!std::isfinite(path.scenario) || path.scenario == 0)
      throw ScenarioError("parameters", fmt::format("{} is {} in the scenario, so that it has no factor on that to "
                                                    "score; leave it out, or set it to another value",
                                                    path.name, path.scenario == 0 ? "0" : "not a number"));
    names_.push_back(path.name);
    scenario_.push_back(path.scenario);
  }
  if (settings.has("combinations"))
    for (const Value& record : settings.list("combinations")) {
      std::vector<Term> terms;
      if (const Value* list = record.find("terms"); list && list->is<List>())
        for (const Value& term : list->list()) {
          const Value *times = term.find("times"), *logarithm = term.find("ln");
          const std::string of = text_in(term, "of"), over = text_in(term, "over");
          terms.push_back({times && times->is_number() ? times->number() : 1,
                           of.empty() ? -1 : path(of, "combinations"), over.empty() ? -1 : path(over, "combinations"),
                           logarithm && logarithm->is<bool>() && logarithm->boolean()});
        }
      const std::string name = text_in(record, "name");
      const double value = sum(terms, scenario_);
      if (!std::isfinite(value) || value == 0)
        throw ScenarioError("combinations",
                            fmt::format("{} is {} at the values of the scenario, so that it has no factor on that to "
                                        "score; check its terms (of / over, ln, times)",
                                        name, value));
      names_.push_back(name);
      combinations_.push_back(std::move(terms));
      in_scenario_.push_back(value);
    }
  hidden_.resize(names_.size());
  if (settings.has("hidden"))
    for (const std::string& name : settings.texts("hidden"))
      hidden_[static_cast<std::size_t>(path(name, "hidden"))] = true;
}

int Targets::path(const std::string& name, const char* setting) const {
  const auto end = names_.begin() + static_cast<std::ptrdiff_t>(scenario_.size());
  const auto found = std::find(names_.begin(), end, name);
  if (found == end)
    throw ScenarioError(setting, fmt::format("'{}' is none of the parameters that vary here{}", name,
                                             did_you_mean(name, std::span(names_).first(scenario_.size()))));
  return static_cast<int>(found - names_.begin());
}

double Targets::sum(std::span<const Term> terms, std::span<const double> values) {
  double sum = 0;
  for (const Term& term : terms) {
    const double quotient = (term.of < 0 ? 1 : values[static_cast<std::size_t>(term.of)]) /
                            (term.over < 0 ? 1 : values[static_cast<std::size_t>(term.over)]);
    sum += term.times * (term.logarithm ? std::log(quotient) : quotient);
  }
  return sum;
}

void Targets::factors(std::span<const double> values, Eigen::Ref<Eigen::RowVectorXd> factors) const {
  Eigen::Index at = 0;
  for (std::size_t p = 0; p < scenario_.size(); ++p) factors(at++) = values[p] / scenario_[p];
  for (std::size_t c = 0; c < combinations_.size(); ++c)
    factors(at++) = sum(combinations_[c], values) / in_scenario_[c];
}

Accuracy accuracy_of(const Targets& targets, const Eigen::MatrixXd& truth, const Eigen::MatrixXd& predicted) {
  Accuracy result;
  std::vector<double> identifiable;
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const auto column = static_cast<Eigen::Index>(t);
    const Eigen::VectorXd error = predicted.col(column) - truth.col(column);
    const Eigen::VectorXd spread = truth.col(column).array() - truth.col(column).mean();
    result.mse.push_back(error.squaredNorm() / static_cast<double>(error.size()));
    result.mae.push_back(error.cwiseAbs().mean());
    result.R2.push_back(1 - error.squaredNorm() / spread.squaredNorm());
    if (targets.identifiable(t)) identifiable.push_back(result.R2.back());
    if (t >= targets.parameters()) continue;
    result.mean_mse += result.mse.back() / static_cast<double>(targets.parameters());
    result.mean_mae += result.mae.back() / static_cast<double>(targets.parameters());
  }
  result.median_R2 = median(std::move(identifiable));
  return result;
}

}  // namespace tawara::experiments
