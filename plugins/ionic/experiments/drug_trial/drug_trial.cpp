#include "experiments/drug_trial/drug_trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "experiments/drug_trial/doses.hpp"
#include "experiments/drug_trial/findings.hpp"
#include "experiments/drug_trial/parents.hpp"
#include "experiments/drug_trial/spread.hpp"
#include "experiments/drug_trial/trial_cells.hpp"
#include "experiments/lane_control.hpp"
#include "experiments/names.hpp"
#include "tawara/shards.hpp"

namespace tawara::experiments {
namespace {

constexpr std::size_t chunk_size = 64;  ///< cells that one thread takes at once: four per lane
constexpr std::size_t told = 10;        ///< more parents than this are in the tables only
constexpr const char* series = "cells";

const BatchedModel& lanes_of(const Input& cell) {
  const void* found = cell.prepared().ability(BatchedModel::ability_name);
  if (!found)
    throw ScenarioError("cell", fmt::format("'{}' ({}) cannot be stepped in lanes, as a trial needs; cell models made "
                                            "with the SDK's tawara/model can",
                                            cell.instance(), cell.descriptor().name));
  if (!cell.columns().empty())
    throw ScenarioError("cell", fmt::format("'{}' takes the column '{}', but a trial has no `design` to take it from; "
                                            "set a value, and name the column of `parents` after the parameter",
                                            cell.instance(), cell.columns()[0].column));
  return *static_cast<const BatchedModel*>(found);
}

/// "812 normal, 3 EAD"; outcomes that there are none of are left out.
std::string in_words(const Counts& counts, bool normal) {
  std::vector<std::string> words;
  for (const Outcome outcome : outcomes)
    if (counts.count(outcome) > 0 && (normal || outcome != Outcome::normal))
      words.push_back(fmt::format("{} {}", counts.count(outcome), name_of(outcome)));
  return words.empty() ? "none" : joined(words);
}

/// "a, b, c and 49 more"
std::string some_of(std::span<const std::string> names) {
  constexpr std::size_t most = 6;
  if (names.size() <= most) return joined(names);
  return fmt::format("{} and {} more", joined(names.first(most)), names.size() - most);
}

/// A word of a column's name, in which blanks would begin another curve.
std::string as_word(std::string name) {
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

void add_counts(Table& table, std::span<const Counts> rows) {
  for (const Outcome outcome : outcomes) {
    std::vector<double> column;
    for (const Counts& counts : rows) column.push_back(static_cast<double>(counts.count(outcome)));
    table.add(std::string(name_of(outcome)), "1", std::move(column));
  }
}

/// Median and quartiles: NAME, NAME_lower, NAME_upper.
void add_quartiles(Table& table, const std::string& name, std::span<const Quartiles> rows) {
  const auto add = [&](const std::string& column, double Quartiles::*quartile) {
    std::vector<double> values;
    for (const Quartiles& row : rows) values.push_back(row.*quartile);
    table.add(column, "ms", std::move(values));
  };
  add(name, &Quartiles::median);
  add(name + "_lower", &Quartiles::lower);
  add(name + "_upper", &Quartiles::upper);
}

class Trial {
 public:
  explicit Trial(PrepareContext& context)
      : context_(context),
        host_(context.host()),
        settings_(context.settings()),
        doses_(doses_of(context)),
        parents_(parents_of(context)),
        spread_(context) {
    const Input& cell = context.input("cell");
    plan_.model = &cell.as<IonicModel>();
    plan_.batched = &lanes_of(cell);
    plan_.doses = doses_;
    plan_.settle = settings_.number("settle");
    plan_.duration = settings_.number("duration");
    plan_.from_drug_free = settings_.text("begin") == "drug_free";
    plan_.criteria.EAD_rise = settings_.number("EAD_rise");
    plan_.criteria.EAD_below = settings_.number("EAD_below");
    read_lane_control(settings_, plan_.control);
    n_cells_ = static_cast<std::size_t>(settings_.integer("cells"));
    shard_size_ = static_cast<std::size_t>(settings_.integer("shard_size"));
    if (spread_.paths().empty() && n_cells_ > 1)
      throw ScenarioError(
          "parameters", fmt::format("nothing differs between the {} cells around a parent; say what does, as "
                                    "parameters = [{{ paths = [\"{}.scale_I_Kr\"], within = 0.2 }}], or take cells = 1",
                                    n_cells_, cell.instance()));
    findings_.assign(parents_.all.size(), Findings(doses_));
    own_.resize(parents_.all.size());
  }

  void run() {
    announce();
    try_parents();
    auto* shards = host_.find<Shards>();
    const std::size_t per_parent = (n_cells_ + shard_size_ - 1) / shard_size_;
    std::vector<std::size_t> all;  // numbered on from parent to parent
    for (std::size_t p = 0; p < parents_.all.size(); ++p)
      for (std::size_t s = 0; beats(p) && s < per_parent; ++s) all.push_back(p * per_parent + s);
    const auto compute_shard = [&](std::size_t shard) {
      return compute(shard / per_parent, shard % per_parent, shards, shard);
    };
    if (auto* work = host_.find<ShardWork>(); work && shards)
      work->make_missing(series, all, [&](std::size_t shard) { compute_shard(shard); });
    const auto progress = host_.progress("cells");
    std::size_t done = 0;
    for (const std::size_t shard : all) {
      const Table cells = shards && shards->has(series, shard) ? shards->read(series, shard) : compute_shard(shard);
      findings_[shard / per_parent].take(cells);
      progress->update(static_cast<double>(done += cells.rows()),
                       static_cast<double>(all.size() / per_parent * n_cells_), parents_.all[shard / per_parent].name);
    }
    conclude();
  }

 private:
  /// The parent itself, normally and without a drug.
  [[nodiscard]] bool beats(std::size_t parent) const { return own_[parent].without.outcome == Outcome::normal; }

  void announce() {
    if (parents_.rows_not_ok > 0)
      host_.info(fmt::format("rows of the parents whose status is not ok: {}", parents_.rows_not_ok));
    std::vector<std::string> varied;
    for (const Spread::Path& path : spread_.paths()) varied.push_back(path.name);
    host_.info(fmt::format("{} parent{}{}, {} cells around each, in lanes ({}, {}); they differ in {}",
                           parents_.all.size(), parents_.all.size() == 1 ? "" : "s",
                           parents_.given.empty() ? "" : fmt::format(" with their own {}", some_of(parents_.given)),
                           n_cells_, plan_.batched->isa(), settings_.text("precision"),
                           varied.empty() ? "nothing" : some_of(varied)));
    for (std::size_t d = 0; d < doses_.size(); ++d)
      if (d + 1 == doses_.size() || doses_[d + 1].drug != doses_[d].drug)
        IdleDrugs().warn_once(host_, context_.input("cell"), doses_[d].factors);
  }

  void try_parents() {
    std::vector<std::vector<double>> arguments;
    for (const Parent& parent : parents_.all) arguments.push_back(parent.arguments);
    add_cost(run_trial(plan_, arguments, own_, [&] { return host_.cancelled(); }));
    std::size_t beating = 0;
    for (std::size_t p = 0; p < own_.size(); ++p) {
      beating += beats(p) ? 1 : 0;
      if (!beats(p))
        host_.warn(
            fmt::format("the parent {} does not beat normally without a drug (it is {}{}): nothing can be said "
                        "about drugs on cells around it, and its rows are NaN",
                        parents_.all[p].name, name_of(own_[p].without.outcome),
                        own_[p].without.problem.empty() ? "" : ", " + own_[p].without.problem));
    }
    if (beating == 0)
      throw ScenarioError(
          "cell",
          fmt::format("{} without a drug, left alone for {:g} ms and watched for {:g} ms ({}), so that there is "
                      "nothing to compare with. Cells of a trial are not paced: take a model that beats by "
                      "itself (ionic.kernik), or other parents",
                      own_.size() == 1 ? "the cell does not beat normally" : "no parent beats normally", plan_.settle,
                      plan_.duration, outcomes_without()));
  }

  [[nodiscard]] std::string outcomes_without() const {
    Counts counts;
    for (const TrialCell& parent : own_) counts.add(parent.without.outcome);
    return in_words(counts, true);
  }

  void add_cost(const TrialCost& cost) {
    cost_.runs += cost.runs;
    cost_.cpu_ms += cost.cpu_ms;
  }

  Table compute(std::size_t parent, std::size_t part, Shards* shards, std::size_t shard) {
    const std::size_t first = part * shard_size_, n = std::min(shard_size_, n_cells_ - first),
                      n_paths = spread_.paths().size();
    std::vector<TrialCell> cells(n);
    std::vector<double> values(n_paths * n);  // by path
    std::vector<TrialCost> costs((n + chunk_size - 1) / chunk_size);
    host_.parallel_for(costs.size(), [&](std::size_t c) {
      std::vector<std::vector<double>> arguments;
      std::vector<std::size_t> sound;
      std::vector<double> factors(n_paths);
      for (std::size_t i = c * chunk_size; i < std::min((c + 1) * chunk_size, n); ++i) {
        spread_.factors(first + i, factors);
        std::vector<double> its;
        const std::string problem = spread_.arguments(parents_.all[parent], factors, its);
        for (std::size_t k = 0; k < n_paths; ++k)
          values[k * n + i] = parents_.all[parent].arguments[spread_.paths()[k].argument] * factors[k];
        if (!problem.empty()) {
          cells[i].without.problem = "parameter: " + problem;
          continue;
        }
        sound.push_back(i);
        arguments.push_back(std::move(its));
      }
      std::vector<TrialCell> tried(sound.size());
      costs[c] = run_trial(plan_, arguments, tried, [&] { return host_.cancelled(); });
      for (std::size_t k = 0; k < sound.size(); ++k) cells[sound[k]] = std::move(tried[k]);
    });
    for (const TrialCost& cost : costs) add_cost(cost);
    Table table = table_of(parent, first, values, cells);
    if (shards) shards->write(series, shard, table, {});
    return table;
  }

  /// A row per cell.
  [[nodiscard]] Table table_of(std::size_t parent, std::size_t first, std::span<const double> values,
                               std::span<const TrialCell> cells) const {
    const std::size_t n = cells.size();
    Table table;
    std::vector<double> index(n);
    std::iota(index.begin(), index.end(), static_cast<double>(first));
    table.add_text("parent", std::vector<std::string>(n, parents_.all[parent].name))
        .add("index", "1", std::move(index));
    for (std::size_t k = 0; k < spread_.paths().size(); ++k) {
      const auto its = values.subspan(k * n, n);
      table.add(spread_.paths()[k].name, spread_.paths()[k].unit, {its.begin(), its.end()});
    }
    add_responses(table, {"outcome", "EADs", "cycle_length", "APD90"}, n,
                  [&](std::size_t i) { return &cells[i].without; });
    for (std::size_t d = 0; d < doses_.size(); ++d)
      add_responses(table,
                    {column_of("outcome", doses_[d]), column_of("EADs", doses_[d]),
                     column_of("cycle_length", doses_[d]), column_of("APD90", doses_[d])},
                    n, [&](std::size_t i) { return cells[i].with.empty() ? nullptr : &cells[i].with[d]; });
    std::vector<std::string> status;
    for (const TrialCell& cell : cells) status.push_back(status_of(cell));
    table.add_text("status", std::move(status));
    return table;
  }

  /// @param response  of a cell; null where it was not tried
  template <class F>
  static void add_responses(Table& table, const std::array<std::string, 4>& names, std::size_t n, F&& response) {
    std::vector<std::string> outcome;
    std::vector<double> EADs, cycle_length, APD90;
    for (std::size_t i = 0; i < n; ++i) {
      const Response* r = response(i);
      outcome.emplace_back(r ? name_of(r->outcome) : "");
      EADs.push_back(r && r->outcome != Outcome::failed ? r->EADs : nan);
      cycle_length.push_back(r ? r->cycle_length : nan);
      APD90.push_back(r ? r->APD90 : nan);
    }
    table.add_text(names[0], std::move(outcome)).add(names[1], "1", std::move(EADs));
    table.add(names[2], "ms", std::move(cycle_length)).add(names[3], "ms", std::move(APD90));
  }

  /// "ok", or what went wrong first.
  [[nodiscard]] std::string status_of(const TrialCell& cell) const {
    if (!cell.without.problem.empty()) return cell.without.problem;
    for (std::size_t d = 0; d < cell.with.size(); ++d)
      if (!cell.with[d].problem.empty())
        return fmt::format("{} (with {:g} nmol/L of {})", cell.with[d].problem, doses_[d].concentration,
                           doses_[d].name);
    return "ok";
  }

  void conclude() {
    std::size_t failures = 0, cells = 0;
    std::string first;
    for (std::size_t p = 0; p < findings_.size(); ++p) {
      failures += findings_[p].failures;
      cells += findings_[p].without.all();
      if (first.empty() && findings_[p].failures > 0)
        first = fmt::format("{} of {}", findings_[p].first_failure, parents_.all[p].name);
    }
    if (failures > 0)
      host_.warn(fmt::format("{} of {} cells failed; see the column status of the shards. The first: {}", failures,
                             cells, first));
    put_incidence();
    put_EAD();
    put_without();
    put_parents();
    put_examples();
    put_summary(failures);
  }

  /// f(parent, dose) for each row of `incidence`.
  template <class F>
  void for_each_arm(F&& f) const {
    for (std::size_t p = 0; p < parents_.all.size(); ++p)
      for (std::size_t d = 0; d < doses_.size(); ++d) f(p, d);
  }

  void put_incidence() {
    std::vector<std::string> parent, drug;
    std::vector<double> concentration, cells, fraction, low, high;
    std::vector<Counts> counts;
    std::vector<Quartiles> cycle_length, APD90;
    for_each_arm([&](std::size_t p, std::size_t d) {
      const Findings::Arm& arm = findings_[p].arms()[d];
      const Proportion EAD = arm.EAD();
      parent.push_back(parents_.all[p].name);
      drug.push_back(doses_[d].name);
      concentration.push_back(doses_[d].concentration);
      cells.push_back(static_cast<double>(arm.counts.all()));
      counts.push_back(arm.counts);
      fraction.push_back(EAD.fraction);
      low.push_back(EAD.low);
      high.push_back(EAD.high);
      cycle_length.push_back(quartiles_of(arm.cycle_length_change));
      APD90.push_back(quartiles_of(arm.APD90_change));
    });
    Table table;
    table.add_text("parent", std::move(parent)).add_text("drug", std::move(drug));
    table.add("concentration", "nmol/L", std::move(concentration)).add("cells", "1", std::move(cells));
    add_counts(table, counts);
    table.add("EAD_fraction", "1", std::move(fraction)).add("EAD_low", "1", std::move(low));
    table.add("EAD_high", "1", std::move(high));
    add_quartiles(table, "cycle_length_change", cycle_length);
    add_quartiles(table, "APD90_change", APD90);
    context_.put("incidence", std::move(table));
  }

  /// Charts of a table share what their columns' first words share: one chart of all parents, one of each with its
  /// interval.
  void put_EAD() {
    Table table;
    const std::size_t n = settings_.numbers("concentrations").size();
    const auto column = [&](std::size_t p, std::size_t first_dose, const std::string& name, double Proportion::*what) {
      std::vector<double> values;
      for (std::size_t d = first_dose; d < first_dose + n; ++d) values.push_back(findings_[p].arms()[d].EAD().*what);
      table.add(name, "1", std::move(values));
    };
    std::vector<double> concentrations;
    for (std::size_t d = 0; d < n; ++d) concentrations.push_back(doses_[d].concentration);
    table.add("concentration", "nmol/L", std::move(concentrations));
    for (std::size_t first = 0; first < doses_.size(); first += n)
      for (std::size_t p = 0; p < parents_.all.size(); ++p)
        column(p, first, fmt::format("EAD_{} {}", as_word(doses_[first].name), parents_.all[p].name),
               &Proportion::fraction);
    for (std::size_t first = 0; first < doses_.size(); first += n)
      for (std::size_t p = 0; p < parents_.all.size(); ++p) {
        const std::string chart = fmt::format("EAD_{}_{}", as_word(doses_[first].name), as_word(parents_.all[p].name));
        column(p, first, chart + " fraction", &Proportion::fraction);
        column(p, first, chart + " low", &Proportion::low);
        column(p, first, chart + " high", &Proportion::high);
      }
    context_.put("EAD", std::move(table));
  }

  void put_without() {
    std::vector<std::string> parent;
    std::vector<double> cells;
    std::vector<Counts> counts;
    std::vector<Quartiles> cycle_length, APD90;
    for (std::size_t p = 0; p < parents_.all.size(); ++p) {
      parent.push_back(parents_.all[p].name);
      cells.push_back(static_cast<double>(findings_[p].without.all()));
      counts.push_back(findings_[p].without);
      cycle_length.push_back(quartiles_of(findings_[p].cycle_length));
      APD90.push_back(quartiles_of(findings_[p].APD90));
    }
    Table table;
    table.add_text("parent", std::move(parent)).add("cells", "1", std::move(cells));
    add_counts(table, counts);
    add_quartiles(table, "cycle_length", cycle_length);
    add_quartiles(table, "APD90", APD90);
    context_.put("without_drug", std::move(table));
  }

  void put_parents() {
    std::vector<std::string> parent, outcome;
    std::vector<double> cycle_length, APD90;
    for (std::size_t p = 0; p < parents_.all.size(); ++p) {
      parent.push_back(parents_.all[p].name);
      outcome.emplace_back(name_of(own_[p].without.outcome));
      cycle_length.push_back(own_[p].without.cycle_length);
      APD90.push_back(own_[p].without.APD90);
    }
    Table table;
    table.add_text("parent", std::move(parent)).add("cycle_length", "ms", std::move(cycle_length));
    table.add("APD90", "ms", std::move(APD90)).add_text("outcome", std::move(outcome));
    for (std::size_t d = 0; d < doses_.size(); ++d) {
      std::vector<std::string> with;
      for (const TrialCell& cell : own_) with.emplace_back(cell.with.empty() ? "" : name_of(cell.with[d].outcome));
      table.add_text(column_of("outcome", doses_[d]), std::move(with));
    }
    context_.put("parents", std::move(table));
  }

  /// Of each parent and drug the first cell with an EAD, at the lowest concentration that gives one.
  void put_examples() {
    const double step = settings_.number("sample_step");
    struct Example {
      std::size_t parent, dose;
      std::uint64_t cell;
      TrialTrace trace;
    };
    std::vector<Example> examples;
    const auto most = static_cast<std::size_t>(settings_.integer("examples"));
    std::pair<std::size_t, std::size_t> last{~std::size_t{0}, 0};  // parent and drug that have theirs
    for_each_arm([&](std::size_t p, std::size_t d) {
      const auto& cell = findings_[p].arms()[d].first_EAD;
      if (!cell || last == std::pair(p, doses_[d].drug) || examples.size() >= most) return;
      last = {p, doses_[d].drug};
      examples.push_back({p, d, *cell, {}});
    });
    host_.parallel_for(examples.size(), [&](std::size_t e) {
      if (host_.cancelled()) throw Cancelled();
      std::vector<double> factors(spread_.paths().size()), arguments;
      spread_.factors(examples[e].cell, factors);
      if (!spread_.arguments(parents_.all[examples[e].parent], factors, arguments).empty()) return;
      examples[e].trace = trace_of(plan_, arguments, doses_[examples[e].dose], step);
    });
    Table table;
    table.add("t", "ms", sample_times(plan_, step));
    for (Example& example : examples) {
      const std::string chart = fmt::format("V_m_{}_cell_{}", as_word(parents_.all[example.parent].name), example.cell);
      const Dose& dose = doses_[example.dose];
      for (std::vector<double>* trace : {&example.trace.without, &example.trace.with}) trace->resize(table.rows(), nan);
      table.add(chart + " without", "mV", std::move(example.trace.without));
      table.add(fmt::format("{} {} {:g} nmol/L", chart, dose.name, dose.concentration), "mV",
                std::move(example.trace.with));
    }
    context_.put("examples", std::move(table));
  }

  void put_summary(std::size_t failures) {
    double highest = nan, lowest_at_most = nan, highest_at_most = nan;  // at most: of the last dose
    std::size_t parent = 0, dose = 0;
    for_each_arm([&](std::size_t p, std::size_t d) {
      const double fraction = findings_[p].arms()[d].EAD().fraction;
      if (std::isnan(fraction)) return;
      if (!(fraction <= highest)) {
        highest = fraction;
        parent = p;
        dose = d;
      }
    });
    for (std::size_t p = 0; p < parents_.all.size(); ++p) {
      const double fraction = findings_[p].arms()[dose].EAD().fraction;
      lowest_at_most = std::fmin(lowest_at_most, fraction);
      highest_at_most = std::fmax(highest_at_most, fraction);
      if (!beats(p) || parents_.all.size() > told) continue;
      const Findings::Arm& last = findings_[p].arms().back();
      const Proportion EAD = last.EAD();
      host_.info(fmt::format(
          "{}: {} of {} cells beat normally without a drug (the others: {}); with {:g} nmol/L of {} {:.1f} % of them "
          "have EADs (95 %: {:.1f} to {:.1f} %)",
          parents_.all[p].name, findings_[p].without.count(Outcome::normal), n_cells_,
          in_words(findings_[p].without, false), doses_.back().concentration, doses_.back().name, 100 * EAD.fraction,
          100 * EAD.low, 100 * EAD.high));
    }
    const Proportion EAD = findings_[parent].arms()[dose].EAD();
    context_.put("EAD_highest", highest);
    context_.put("EAD_highest_low", EAD.low);
    context_.put("EAD_highest_high", EAD.high);
    context_.put("EAD_highest_parent", std::isnan(highest) ? std::string_view("") : parents_.all[parent].name);
    context_.put("EAD_highest_drug", std::isnan(highest) ? std::string_view("") : doses_[dose].name);
    context_.put("EAD_highest_concentration", std::isnan(highest) ? nan : doses_[dose].concentration);
    context_.put("EAD_between_parents", highest_at_most - lowest_at_most);
    context_.put("failures", static_cast<double>(failures));
    context_.put("cpu_ms_per_run", cost_.runs > 0 ? cost_.cpu_ms / static_cast<double>(cost_.runs) : 0.0);
  }

  PrepareContext& context_;
  Host& host_;
  const Settings& settings_;
  std::vector<Dose> doses_;
  Parents parents_;
  Spread spread_;
  TrialPlan plan_;
  std::size_t n_cells_ = 0, shard_size_ = 0;
  std::vector<TrialCell> own_;      // the parents themselves
  std::vector<Findings> findings_;  // by parent
  TrialCost cost_;
};

void describe_cells(Descriptor& d) {
  d.priors("parameters")
      .says(
          "What differs between the cells around a parent: `{ paths = [\"myocyte.g_Kr\"], within = 0.2 }`. A cell's "
          "value is the parent's times what is drawn here over what the scenario sets, so `within` is about each "
          "parent. Numbers that act at evaluation and are not 0 in the scenario.");
  d.integer("cells", 4000)
      .allowed(1, 10000000)
      .usual(500, 20000)
      .says("Around each parent, drawn before it is known which of them beat normally without a drug.");
  d.list("parent_rows", make_parameter("row", Type::integer).at_least(0))
      .absent_by_default()
      .says("Rows of `parents` to take, from 0; absent: all whose status is ok.");
  d.list("concentrations", make_parameter("concentration", Type::number, "nmol/L").at_least(0).at_most(1e9))
      .says("Free concentrations at which each of the drugs is tried, each by itself.")
      .default_value = List{10.0, 20.0, 30.0, 40.0, 50.0};
}

void describe_run(Descriptor& d) {
  d.number("settle", "ms", 10000)
      .at_least(0)
      .usual(1000, 60000)
      .says("How long a cell is left alone first, each time.");
  d.number("duration", "ms", 10000)
      .above(0)
      .usual(5000, 60000)
      .says("How long it is watched then; at least two of its beats have to begin meanwhile.");
  d.choice("begin", "initial",
           {{"initial", "every run begins in the model's initial state"},
            {"drug_free", "runs with a drug begin where the same cell's run without it ended"}})
      .says("The state in which a drug is given.");
  d.number("EAD_rise", "mV", 3).above(0).usual(1, 10).expert().says("An EAD rises by this at least.");
  d.number("EAD_below", "mV", 0).usual(-30, 20).expert().says("An EAD takes off below this.");
  describe_lane_control(d);
}

void describe_results(Descriptor& d) {
  d.integer("examples", 6)
      .allowed(0, 100)
      .says("At most so many traces of cells with an EAD are kept: one for each parent and drug, in this order.");
  d.number("sample_step", "ms", 2).above(0).usual(0.5, 10).says("Spacing of these traces.");
  d.integer("shard_size", 512)
      .allowed(1, 1000000)
      .expert()
      .says(
          "Cells of one parent in one file of results, what a resumed run keeps; with more than 8 threads make it "
          "larger: threads take 64 of them at a time.");
  d.constant_table("incidence")
      .shown_as(Hint::table)
      .says(
          "By parent, drug and concentration: how many cells of those that beat normally without it do what with it; "
          "the "
          "fraction with EADs and its 95 % interval (Wilson's score); median and quartiles of how cycle length and "
          "APD90 "
          "change in cells that beat normally with it too.");
  d.constant_table("EAD")
      .shown_as(Hint::trace)
      .says("By concentration: the fraction of cells with EADs, of all parents and of each with its interval.");
  d.constant_table("without_drug")
      .shown_as(Hint::table)
      .says("What all cells of each parent do without a drug; those that are not normal were left out.");
  d.constant_table("parents").shown_as(Hint::table).says("The parents themselves, without a drug and at each dose.");
  d.constant_table("examples")
      .shown_as(Hint::trace)
      .says(
          "V_m of cells with an EAD, without the drug and with: the first cell at the lowest concentration that gives "
          "one.");
  d.constant("EAD_highest", "1", "").summary_as("EAD_highest").says("Highest fraction of cells with EADs.");
  d.constant("EAD_highest_low", "1", "").summary_as("EAD_highest_low").says("Its 95 % interval.");
  d.constant("EAD_highest_high", "1", "").summary_as("EAD_highest_high").says("Its 95 % interval.");
  d.constant_text("EAD_highest_parent").summary_as("EAD_highest_parent").says("Whose cells these are.");
  d.constant_text("EAD_highest_drug").summary_as("EAD_highest_drug").says("The drug they have.");
  d.constant("EAD_highest_concentration", "nmol/L", "")
      .summary_as("EAD_highest_concentration_nM")
      .says("Its concentration.");
  d.constant("EAD_between_parents", "1", "")
      .summary_as("EAD_between_parents")
      .says("Highest less lowest fraction among the parents at that dose.");
  d.constant("failures", "1", "").summary_as("failures").says("Cells that could not be followed in one of their runs.");
  d.constant("cpu_ms_per_run", "ms", "")
      .summary_as("cpu_ms_per_run")
      .says("CPU time of one run of a cell, settling included.");
}

}  // namespace

Descriptor DrugTrial::describe() {
  Descriptor d("experiment.drug_trial", "Drugs on populations of beating cells around one parent or several");
  d.doc =
      "Cells vary around each parent (a row of `parents`, or the scenario's own cell), are left alone without a drug, "
      "and those that beat normally again with each drug at each concentration. Early afterdepolarisations (EADs) are "
      "counted over these; cells that fail to repolarise or come to rest are counted apart. A cell is normal when it "
      "beats without EADs and at intervals that differ by at most 10 %.\n\n"
      "Cell i has the same factors on its parameters around every parent, whatever the number of cells and threads: "
      "parents are compared cell by cell. Cells are not paced. Rows of cells, with their values and what they do at "
      "each dose, go into shards (`INSTANCE.cells.00000.h5`, parent after parent), which a resumed run keeps and "
      "dataset.population reads. An example is scenarios/drug_trial.toml. Definitions: plugins/ionic/README.md and "
      "plugins/ionic/experiments/drug_trial/README.md.";
  d.citations = {"Wilson, J Am Stat Assoc 22 (1927) 209 (interval)"};
  describe_cells(d);
  describe_run(d);
  describe_results(d);
  d.slot("cell", "ionic")
      .offers("ionic")
      .spread("parameters")
      .says("The cell model; it must beat by itself and run in lanes.");
  d.slot("drugs", "drug")
      .many()
      .offers("drug")
      .says(
          "Each is tried by itself; the trial sets `concentration`, in nmol/L. drug.hill_block with several `blocks` "
          "is "
          "one drug on several currents.");
  d.slot("parents", "")
      .optional()
      .needs("population", "")
      .says("A row per parent, columns named after parameters of the cell (\"myocyte.g_Kr\").");
  return d;
}

DrugTrial::DrugTrial(const Settings&) {}

std::unique_ptr<const Prepared> DrugTrial::prepare(PrepareContext& context) const {
  Trial(context).run();
  return nullptr;
}

}  // namespace tawara::experiments
