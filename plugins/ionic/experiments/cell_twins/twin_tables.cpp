#include "experiments/cell_twins/twin_tables.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tawara::experiments {
namespace {

constexpr const char *of_net = "net_", *of_truth = "true_";

struct Quantity {
  const char *name, *unit;
  double CellSummary::Means::*value;
};
constexpr Quantity quantities[] = {
    {"cycle_length", "ms", &CellSummary::Means::cycle_length},
    {"APD90", "ms", &CellSummary::Means::APD90},
    {"APD50", "ms", &CellSummary::Means::APD50},
    {"V_peak", "mV", &CellSummary::Means::V_peak},
    {"MDP", "mV", &CellSummary::Means::MDP},
    {"CaT_amplitude", "mmol/L", &CellSummary::Means::CaT_amplitude},
};

template <class F>
void add(Table& table, std::span<const Twin> twins, const std::string& name, const std::string& unit, F&& of) {
  std::vector<double> numbers;
  for (const Twin& twin : twins) numbers.push_back(of(twin));
  table.add(name, unit, std::move(numbers));
}

template <class F>
void add_text(Table& table, std::span<const Twin> twins, const std::string& name, F&& of) {
  std::vector<std::string> texts;
  for (const Twin& twin : twins) texts.push_back(of(twin));
  table.add_text(name, std::move(texts));
}

void add_parameter(Table& table, std::span<const Twin> twins, const TwinTarget& t, Eigen::Index p,
                   const std::string& prefix, Eigen::VectorXd Twin::*x, Eigen::VectorXd Twin::*sd) {
  const auto at = [&](const Twin& twin, double deviations) {
    if ((twin.*x).size() == 0) return nan;
    return std::clamp(((twin.*x)[p] + deviations * (twin.*sd)[p]) * t.scale, t.low, t.high);
  };
  add(table, twins, prefix + t.path, t.unit, [&](const Twin& twin) { return at(twin, 0); });
  add(table, twins, prefix + t.path + "_low", t.unit, [&](const Twin& twin) { return at(twin, -interval_90); });
  add(table, twins, prefix + t.path + "_high", t.unit, [&](const Twin& twin) { return at(twin, interval_90); });
}

void copy(const Table& from, const std::string& name, Table& to, const std::string& as) {
  to.columns.push_back(from.at(name));
  to.columns.back().name = as;
}

void copy_parameters(const Table& all, std::span<const TwinTarget> targets, const std::string& prefix, Table& to) {
  for (const TwinTarget& t : targets) copy(all, prefix + t.path, to, t.path);
  for (const TwinTarget& t : targets)
    for (const char* end : {"_low", "_high"}) copy(all, prefix + t.path + end, to, t.path + end);
}

}  // namespace

Table all_of(std::span<const Twin> twins, std::span<const TwinTarget> targets, bool truth,
             const std::string& signal_unit) {
  Table table;
  add(table, twins, "index", "1", [](const Twin& t) { return static_cast<double>(t.index); });
  add_text(table, twins, "status", [](const Twin& t) { return t.status; });
  add(table, twins, "novelty", "1", [](const Twin& t) { return t.novelty; });
  add(table, twins, "noise", signal_unit, [](const Twin& t) { return t.noise; });
  add(table, twins, "misfit", "1", [](const Twin& t) { return t.misfit; });
  add(table, twins, "rms_net", signal_unit, [](const Twin& t) { return t.rms_net; });
  add(table, twins, "rms", signal_unit, [](const Twin& t) { return t.rms; });
  add(table, twins, "iterations", "1", [](const Twin& t) { return t.iterations; });
  add_text(table, twins, "stop", [](const Twin& t) { return t.stop; });
  add(table, twins, "beats_net", "1", [](const Twin& t) { return t.beats_net; });
  add(table, twins, "beats", "1", [](const Twin& t) { return t.beats; });
  add(table, twins, "pulled_back", "1", [](const Twin& t) { return t.pulled_back; });
  for (std::size_t p = 0; p < targets.size(); ++p) {
    add_parameter(table, twins, targets[p], static_cast<Eigen::Index>(p), "", &Twin::refined, &Twin::sd);
    add_parameter(table, twins, targets[p], static_cast<Eigen::Index>(p), of_net, &Twin::net, &Twin::net_sd);
    if (truth)
      add(table, twins, of_truth + targets[p].path, targets[p].unit,
          [&](const Twin& t) { return t.truth.empty() ? nan : t.truth[p]; });
  }
  const auto add_run = [&](const std::string& prefix, CellSummary::Means Twin::*run) {
    for (const Quantity& q : quantities)
      add(table, twins, prefix + q.name, q.unit, [&](const Twin& t) { return t.*run.*q.value; });
  };
  add_run("", &Twin::free);
  add_run(of_net, &Twin::free_net);
  if (truth) add_run(of_truth, &Twin::free_true);
  return table;
}

Table twins_table(const Table& all, std::span<const TwinTarget> targets) {
  Table table;
  for (const char* name : {"index", "status", "novelty", "noise", "misfit", "rms_net", "rms", "iterations", "stop",
                           "beats_net", "beats", "pulled_back"})
    copy(all, name, table, name);
  for (const Quantity& q : quantities) copy(all, q.name, table, q.name);
  copy_parameters(all, targets, "", table);
  return table;
}

Table net_table(const Table& all, std::span<const TwinTarget> targets) {
  Table table;
  for (const char* name : {"index", "status", "novelty"}) copy(all, name, table, name);
  copy(all, "beats_net", table, "beats");
  for (const Quantity& q : quantities) copy(all, of_net + std::string(q.name), table, q.name);
  copy_parameters(all, targets, of_net, table);
  return table;
}

std::vector<double> relative_errors(const Table& all, const std::string& prefix, const char* quantity) {
  const auto &found = all.at(prefix + quantity).numbers, &truth = all.at(of_truth + std::string(quantity)).numbers;
  std::vector<double> errors;
  for (std::size_t row = 0; row < found.size(); ++row) errors.push_back((found[row] - truth[row]) / truth[row]);
  return errors;
}

Table truth_table(const Table& all) {
  Table table;
  copy(all, "index", table, "index");
  for (const Quantity& q : quantities)
    for (const char* prefix : {of_truth, of_net, ""}) {
      const std::string name = *prefix ? prefix + std::string(q.name) : std::string(q.name);
      copy(all, name, table, name);
    }
  for (const char* quantity : {"cycle_length", "APD90"}) {
    table.add(std::string(quantity) + "_error_net", "1", relative_errors(all, of_net, quantity));
    table.add(std::string(quantity) + "_error", "1", relative_errors(all, "", quantity));
  }
  return table;
}

std::vector<std::size_t> ok_rows(const Table& all) {
  std::vector<std::size_t> rows;
  const auto& status = all.at("status").texts;
  for (std::size_t row = 0; row < status.size(); ++row)
    if (status[row] == "ok") rows.push_back(row);
  return rows;
}

Table accuracy_table(const Table& all, std::span<const TwinTarget> targets) {
  struct Sums {
    std::vector<double> mae, mse, covered;
  } net, refined;
  std::vector<std::string> names;
  const std::vector<std::size_t> rows = ok_rows(all);
  const auto sum_up = [&](Sums& sums, const TwinTarget& t, const std::string& prefix) {
    const auto &x = all.at(prefix + t.path).numbers, &low = all.at(prefix + t.path + "_low").numbers,
               &high = all.at(prefix + t.path + "_high").numbers, &truth = all.at(of_truth + t.path).numbers;
    double absolute = 0, squares = 0, inside = 0, n = 0;
    for (const std::size_t row : rows) {
      const double error = (x[row] - truth[row]) / t.scale;
      if (!std::isfinite(error)) continue;
      ++n;
      absolute += std::fabs(error);
      squares += error * error;
      inside += truth[row] >= low[row] && truth[row] <= high[row];
    }
    sums.mae.push_back(n > 0 ? absolute / n : nan);
    sums.mse.push_back(n > 0 ? squares / n : nan);
    sums.covered.push_back(n > 0 ? inside / n : nan);
  };
  for (const TwinTarget& t : targets) {
    names.push_back(t.path);
    sum_up(net, t, of_net);
    sum_up(refined, t, "");
  }
  Table table;
  table.add_text("name", std::move(names));
  table.add("mae_net", "1", std::move(net.mae)).add("mae", "1", std::move(refined.mae));
  table.add("mse_net", "1", std::move(net.mse)).add("mse", "1", std::move(refined.mse));
  table.add("coverage_net", "1", std::move(net.covered)).add("coverage", "1", std::move(refined.covered));
  return table;
}

void append_to(Table& all, const Table& more) {
  if (all.columns.empty()) {
    all = more;
    return;
  }
  for (std::size_t c = 0; c < all.columns.size(); ++c) {
    Table::Column& to = all.columns[c];
    const Table::Column& from = more.at(to.name);
    to.numbers.insert(to.numbers.end(), from.numbers.begin(), from.numbers.end());
    to.texts.insert(to.texts.end(), from.texts.begin(), from.texts.end());
  }
}

}  // namespace tawara::experiments
