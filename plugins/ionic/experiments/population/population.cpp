#include "experiments/population/population.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "experiments/drugs.hpp"
#include "experiments/lane_control.hpp"
#include "experiments/names.hpp"
#include "experiments/population/candidates.hpp"
#include "experiments/population/clamped_block.hpp"
#include "experiments/population/cohort.hpp"
#include "experiments/population/ending.hpp"
#include "experiments/population/run_cells.hpp"
#include "experiments/population/scenario_values.hpp"
#include "experiments/run_length.hpp"
#include "experiments/single_cell.hpp"
#include "recordings/sample_times.hpp"
#include "recordings/shard_recordings.hpp"
#include "recordings/table_rows.hpp"
#include "tawara/shards.hpp"

namespace tawara::experiments {
namespace {

constexpr std::size_t chunk_size = 64;      ///< cells that one thread takes at once: four per lane
constexpr std::size_t drawn_at_once = 128;  ///< cells whose candidates one thread judges
constexpr std::size_t replays = 3;          ///< of failed cells

/// Of a cell's row: how many candidates had this verdict.
std::string column_of(std::string_view verdict) {
  std::string name = "rejected_" + std::string(verdict);
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

/// What the shards have in common.
struct Findings {
  Table table;  ///< of all cells; stays empty when there are too many
  bool keep_table = false;
  std::map<std::string, std::size_t> causes;
  std::size_t cells = 0, failures = 0, not_at_rest = 0, not_captured = 0, not_repolarised = 0, no_beat = 0;
  std::vector<std::pair<std::uint64_t, std::string>> first_failures;
  CellsCost cost;
  std::vector<double> rejected = std::vector<double>(Candidates::verdicts.size());  ///< candidates, by verdict
  double judging_ms = 0, judged = 0;  ///< CPU time of what was judged in this run, and how many

  [[nodiscard]] double all_rejected() const { return std::accumulate(rejected.begin(), rejected.end(), 0.0); }

  void take(const Table& shard) {
    const Table::Column &status = shard.at("status"), &index = shard.at("index");
    const Table::Column* problem = shard.find("problem");
    cells += shard.rows();
    for (std::size_t v = 0; v < rejected.size(); ++v)
      if (const Table::Column* column = shard.find(column_of(Candidates::verdicts[v])))
        rejected[v] = std::accumulate(column->numbers.begin(), column->numbers.end(), rejected[v]);
    for (std::size_t row = 0; row < shard.rows(); ++row) {
      const std::string& text = status.texts[row];
      if (problem && problem->texts[row] == "not at rest") ++not_at_rest;
      if (problem && problem->texts[row] == "no beat") ++no_beat;
      if (problem && problem->texts[row] == "not captured") ++not_captured;
      if (problem && problem->texts[row] == "not repolarised") ++not_repolarised;
      if (text == "ok") continue;
      ++failures;
      ++causes[text.substr(0, text.find(':'))];
      if (first_failures.size() < replays)
        first_failures.emplace_back(static_cast<std::uint64_t>(index.numbers[row]), text);
    }
    if (keep_table) recordings::append_rows(table, shard);
  }
};

/// The results of one shard's cells while they are computed.
struct ShardResults {
  std::vector<CellSummary> cells;
  std::vector<double> varied;
  std::vector<float> traces;
};

/// For recordings where there are no shards to read them back from.
struct KeptTraces {
  bool wanted = false;
  Table known;
  std::vector<float> samples;  // of the signal
};

class PopulationRun {
 public:
  explicit PopulationRun(PrepareContext& context)
      : context_(context),
        host_(context.host()),
        settings_(context.settings()),
        model_(context.input("cell").as<IonicModel>()),
        drive_(context.input("protocol").as<Protocol>().drive(model_.default_stimulus())),
        cohort_(context),
        series_(settings_.has("only") ? "only" : "cells") {
    if (keeps_beating(settings_)) require_draws(settings_, cohort_);
    read_indices();
    read_plan();
    require_room_for_traces();
  }

  /// @return what it offers: recordings, where something was recorded
  std::unique_ptr<const Prepared> run() {
    announce();
    auto* shards = host_.find<Shards>();
    const auto shard_size = static_cast<std::uint64_t>(settings_.integer("shard_size"));
    const auto table_limit = static_cast<std::size_t>(settings_.integer("table_limit"));
    findings_.keep_table = indices_.size() <= table_limit;
    if (!findings_.keep_table && !shards)
      host_.warn(
          fmt::format("{} cells are more than table_limit ({}) and shards are not written here: only counts are "
                      "kept",
                      indices_.size(), table_limit));
    kept_.wanted = !shards && findings_.keep_table && signal_ &&
                   static_cast<double>(indices_.size() * plan_.samples() * sizeof(float)) <= most_in_shard;
    CellsOf cells_of;
    for (std::size_t from = 0; from < indices_.size();) {
      const std::uint64_t shard = indices_[from] / shard_size;
      std::size_t to = from;
      while (to < indices_.size() && indices_[to] / shard_size == shard) ++to;
      cells_of[shard] = std::span(indices_).subspan(from, to - from);
      from = to;
    }
    if (auto* work = host_.find<ShardWork>(); work && shards) {
      std::vector<std::size_t> all;
      for (const auto& [shard, cells] : cells_of) all.push_back(shard);
      work->make_missing(series_, all, [&](std::size_t shard) { compute(cells_of.at(shard), shards, shard); });
    }
    const auto progress = host_.progress("cells");
    std::size_t done = 0;
    for (const auto& [shard, cells] : cells_of) {
      findings_.take(shards && shards->has(series_, shard) ? shards->read(series_, shard)
                                                           : compute(cells, shards, shard));
      progress->update(static_cast<double>(done += cells.size()), static_cast<double>(indices_.size()));
    }
    conclude(shards != nullptr);
    auto recordings = shards ? read_back(*shards, cells_of) : kept();
    if (!recordings) return nullptr;
    return std::make_unique<recordings::OffersRecordings>(std::move(recordings));
  }

 private:
  using CellsOf = std::map<std::size_t, std::span<const std::uint64_t>>;  ///< by shard

  void read_plan() {
    const Input& cell = context_.input("cell");
    plan_.model = &model_;
    plan_.cohort = &cohort_;
    lanes_ = static_cast<const BatchedModel*>(cell.prepared().ability(BatchedModel::ability_name));
    if (settings_.text("integrator") == "batched") {
      plan_.batched = lanes_;
      if (!plan_.batched)
        host_.info(fmt::format("'{}' ({}) cannot be stepped in lanes; its cells run on CVODE", cell.instance(),
                               cell.descriptor().name));
    } else {
      plan_.batched = nullptr;
    }
    plan_.tolerances = {settings_.number("rtol"), settings_.number("atol")};
    BatchedPlan& run = plan_.run;
    read_lane_control(settings_, run.control);
    read_beats();
    plan_.summary.settle = settings_.number("settle");
    if (settings_.has("record")) {
      run.recorded = select_observables(model_, cell.instance(), settings_.texts("record"));
      run.sample_step = settings_.number("sample_step");
      read_onset();
      read_signal();
    } else if (plan_.summary.kind == RunKind::clamped) {
      throw ScenarioError("record",
                          fmt::format("'{}' clamps the voltage, so a cell has no biomarkers; say which currents "
                                      "to record",
                                      context_.input("protocol").instance()));
    }
  }

  /// Times of samples where some are closer together. Without, they are multiples of sample_step, whatever runs.
  void read_onset() {
    plan_.onset = settings_.number("onset");
    plan_.onset_step = settings_.number("onset_step");
    if (plan_.onset == 0) return;
    const std::string& protocol = context_.input("protocol").instance();
    if (!clamped_in_steps())
      throw ScenarioError(
          "onset", fmt::format("'{}' {}; the jumps that samples are taken closer together after are those of a "
                               "command of steps. Leave onset out, or make sample_step smaller",
                               protocol, plan_.summary.kind == RunKind::clamped ? "has ramps" : "does not clamp"));
    const auto pieces = command();
    const recordings::SampleTimes times{plan_.run.sample_step, plan_.onset, plan_.onset_step};
    const double bytes = bytes_of(static_cast<double>(times.count(pieces)));
    if (bytes > most_in_shard)
      throw ScenarioError("onset_step", fmt::format("with its samples after jumps a shard takes {:.3g} GiB; at most "
                                                    "{:g} GiB are kept. Lengthen onset_step, shorten onset, or make "
                                                    "shard_size smaller",
                                                    bytes / 0x1p30, most_in_shard / 0x1p30));
    plan_.run.sample_at = times.of(pieces);
  }

  void read_signal() {
    std::vector<std::string> names;
    for (const std::size_t o : plan_.run.recorded) names.push_back(model_.observables()[o].name);
    const std::string name = settings_.has("signal") ? settings_.text("signal") : names[names.size() > 1 ? 1 : 0];
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
      throw ScenarioError("signal", fmt::format("'{}' is not recorded{}; recorded are {}", name,
                                                did_you_mean(name, names), joined(names)));
    signal_ = static_cast<std::size_t>(found - names.begin());
  }

  [[nodiscard]] bool clamped_in_steps() const {
    return plan_.summary.kind == RunKind::clamped && plan_.drive->piecewise_constant();
  }

  /// Of the recorded sweep, from edge to edge.
  [[nodiscard]] std::vector<recordings::HeldVoltage> command() const {
    const Protocol::Drive& drive = *plan_.drive;
    return recordings::held_voltages(drive, drive.beat_start(plan_.run.beats - plan_.run.record_last),
                                     drive.beat_start(plan_.run.beats));
  }

  /// Of the traces of a full shard.
  [[nodiscard]] double bytes_of(double samples) const {
    const auto cells = std::min(indices_.size(), static_cast<std::size_t>(settings_.integer("shard_size")));
    return samples * static_cast<double>(sizeof(float) * plan_.run.recorded.size() * cells);
  }

  void read_beats() {
    BatchedPlan& run = plan_.run;
    const std::string& protocol = context_.input("protocol").instance();
    const auto beats =
        settings_.has("beats") ? std::optional(static_cast<int>(settings_.integer("beats"))) : std::nullopt;
    const auto duration = settings_.has("duration") ? std::optional(settings_.number("duration")) : std::nullopt;
    const RunLength length = run_length(*drive_, protocol, beats, duration);
    run.beats = length.beats;
    plan_.summary.kind = length.clamped ? RunKind::clamped : length.free ? RunKind::free : RunKind::paced;
    if (length.clamped)
      if (const auto warning = check_commands(*drive_, protocol, length); !warning.empty()) host_.warn(warning);
    const int last = run.beats - 1;
    ending_.emplace(*drive_, run.beats,
                    duration ? drive_->beat_start(last) + length.last_beat : drive_->beat_start(run.beats));
    plan_.drive = &*ending_;
    plan_.summary.alternans_beats = static_cast<int>(settings_.integer("alternans_beats"));
    const int alternans = plan_.summary.alternans_beats;
    if (alternans > 0 && (alternans < 3 || alternans > run.beats || plan_.summary.kind != RunKind::paced))
      throw ScenarioError("alternans_beats",
                          fmt::format("alternans needs at least 3 paced beats and there are {}; alternans_beats is {}",
                                      plan_.summary.kind == RunKind::paced ? run.beats : 0, alternans));
    run.record_last = std::max(1, alternans);
  }

  void read_indices() {
    const std::optional<std::size_t> rows = cohort_.design_rows();
    const auto first = static_cast<std::uint64_t>(settings_.integer("first_cell"));
    if (!settings_.has("cells") && !rows)
      throw ScenarioError("cells", "an empty population: say how many cells, or give a design with a row for each");
    if (rows && first >= *rows)
      throw ScenarioError("first_cell",
                          fmt::format("first_cell is {} but the design has {} rows (from 0)", first, *rows));
    const std::uint64_t n =
        settings_.has("cells") ? static_cast<std::uint64_t>(settings_.integer("cells")) : *rows - first;
    if (rows && first + n > *rows)
      throw ScenarioError(
          "cells", fmt::format("{} cells from cell {} on are asked for, but the design has {} rows", n, first, *rows));
    if (!settings_.has("only")) {
      indices_.resize(n);
      std::iota(indices_.begin(), indices_.end(), first);
      return;
    }
    for (const double index : settings_.numbers("only")) {
      const auto i = static_cast<std::uint64_t>(index);
      if (i < first || i >= first + n)
        throw ScenarioError("only",
                            fmt::format("there is no cell {}; cells are numbered {} to {}", i, first, first + n - 1));
      indices_.push_back(i);
    }
    if (indices_.empty()) throw ScenarioError("only", "an empty population: `only` lists no cell");
    std::sort(indices_.begin(), indices_.end());
    indices_.erase(std::unique(indices_.begin(), indices_.end()), indices_.end());
  }

  void require_room_for_traces() {
    const BatchedPlan& run = plan_.run;
    if (run.sample_step <= 0) return;
    const double duration = ending_->beat_start(run.beats) - ending_->beat_start(run.beats - run.record_last);
    const auto cells = std::min(indices_.size(), static_cast<std::size_t>(settings_.integer("shard_size")));
    require_room({run.sample_step, duration, run.recorded.size(), cells, sizeof(float)}, most_in_shard,
                 "record fewer observables, or make shard_size smaller");
  }

  void announce() {
    if (cohort_.rows_not_ok() > 0)
      host_.info(fmt::format("rows of the design left out because their status is not ok: {}", cohort_.rows_not_ok()));
    std::vector<std::string> names;
    for (const Cohort::Path& path : cohort_.paths()) names.push_back(path.name);
    host_.info(fmt::format("{} cells {}; they differ in {}", indices_.size(),
                           plan_.batched
                               ? fmt::format("in {} ({}, {})", ClampedBlock::suits(plan_) ? "blocks of 16" : "lanes",
                                             plan_.batched->isa(), settings_.text("precision"))
                               : "on CVODE",
                           names.empty() ? "nothing" : joined(names)));
    if (keeps_beating(settings_))
      host_.info("candidates for each cell are left alone for 30 s, and the first that beats by itself is the cell");
    if (names.empty() && indices_.size() > 1)
      host_.warn(fmt::format(
          "all {} cells are the same: nothing varies between them. Give `parameters` (priors), or a `design` "
          "with columns named after parameters",
          indices_.size()));
    if (!plan_.batched && plan_.run.control.precision == lanes::Precision::f32)
      host_.warn(
          "precision = \"float\" is of steps in lanes, and CVODE computes in 64 bits; leave precision out, or take "
          "integrator = \"batched\" and a model that has it");
    idle_drugs_.warn_once(host_, context_.input("cell"), cohort_.factors());
  }

  /// Of these cells and of those that share a block with them.
  CandidatesOf find_candidates(std::span<const std::uint64_t> indices) {
    std::vector<std::uint64_t> cells;
    for (const std::uint64_t index : indices) {
      if (!ClampedBlock::suits(plan_)) {
        cells.push_back(index);
        continue;
      }
      const std::uint64_t block = ClampedBlock::block_of(index);
      if (cells.empty() || ClampedBlock::block_of(cells.back()) != block)
        for (std::size_t lane = 0; lane < lane_count; ++lane) cells.push_back(block * lane_count + lane);
    }
    const BeatingFilter filter(model_, lanes_, cohort_);
    std::vector<std::vector<Candidates>> found((cells.size() + drawn_at_once - 1) / drawn_at_once);
    std::vector<double> cpu_ms(found.size());
    host_.parallel_for(found.size(), [&](std::size_t c) {
      const std::size_t at = c * drawn_at_once;
      found[c] = filter.find(std::span(cells).subspan(at, std::min(drawn_at_once, cells.size() - at)), cpu_ms[c],
                             [&] { return host_.cancelled(); });
    });
    CandidatesOf result;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      result[cells[i]] = found[i / drawn_at_once][i % drawn_at_once];
      findings_.judged += result[cells[i]].drawn();
    }
    findings_.judging_ms = std::accumulate(cpu_ms.begin(), cpu_ms.end(), findings_.judging_ms);
    return result;
  }

  Table compute(std::span<const std::uint64_t> indices, Shards* shards, std::uint64_t shard) {
    const CandidatesOf candidates = keeps_beating(settings_) ? find_candidates(indices) : CandidatesOf();
    if (keeps_beating(settings_)) plan_.candidates = &candidates;
    const std::size_t n = indices.size(), samples = plan_.samples(), observables = plan_.run.recorded.size();
    ShardResults results{std::vector<CellSummary>(n), std::vector<double>(n * cohort_.paths().size()),
                         std::vector<float>(n * samples * observables)};
    std::vector<CellsCost> costs((n + chunk_size - 1) / chunk_size);
    host_.parallel_for(costs.size(), [&](std::size_t c) {
      const std::size_t at = c * chunk_size, size = std::min(chunk_size, n - at), trace = samples * observables;
      costs[c] =
          run_cells(plan_, indices.subspan(at, size), std::span(results.cells).subspan(at, size),
                    std::span(results.varied).subspan(std::min(at, results.varied.size())), n,
                    std::span(results.traces).subspan(at * trace, size * trace), [&] { return host_.cancelled(); });
    });
    for (const CellsCost& cost : costs) {
      findings_.cost.evaluations += cost.evaluations;
      findings_.cost.beats += cost.beats;
      findings_.cost.cpu_ms += cost.cpu_ms;
    }
    std::vector<Table::Column> paths;
    for (std::size_t p = 0; p < cohort_.paths().size(); ++p) {
      const auto begin = results.varied.begin() + static_cast<std::ptrdiff_t>(p * n);
      paths.push_back(
          {cohort_.paths()[p].name, cohort_.paths()[p].unit, {begin, begin + static_cast<std::ptrdiff_t>(n)}, {}});
    }
    Table table = summary_table(plan_.summary, indices, std::move(paths), results.cells);
    if (keeps_beating(settings_))
      for (std::size_t v = 0; v < Candidates::verdicts.size(); ++v) {
        table.add(column_of(Candidates::verdicts[v]), "1", {});
        for (const std::uint64_t index : indices)
          table.columns.back().numbers.push_back(candidates.at(index).rejected[v]);
      }
    plan_.candidates = nullptr;
    if (shards) shards->write(series_, shard, table, arrays_of(results, n, samples));
    if (kept_.wanted) {
      recordings::append_rows(kept_.known, table);
      for (std::size_t k = 0; k < n * samples; ++k) kept_.samples.push_back(results.traces[k * observables + *signal_]);
    }
    return table;
  }

  /// One array cells x samples per observable, and the times; the command; what the scenario sets.
  std::vector<Shards::NamedArray> arrays_of(const ShardResults& results, std::size_t n, std::size_t samples) const {
    std::vector<Shards::NamedArray> arrays;
    if (samples > 0) arrays.push_back({recordings::trace_times, "ms", Array::of(plan_.sample_times())});
    const std::size_t observables = samples > 0 ? plan_.run.recorded.size() : 0;
    for (std::size_t o = 0; o < observables; ++o) {
      Array array(DType::f32, {n, samples});
      const auto values = array.mutable_span<float>();
      for (std::size_t k = 0; k < n * samples; ++k) values[k] = results.traces[k * observables + o];
      const auto& observable = model_.observables()[plan_.run.recorded[o]];
      arrays.push_back({recordings::trace_prefix + observable.name, observable.unit, std::move(array)});
    }
    if (clamped_in_steps()) {
      std::vector<double> V, durations;
      for (const Recordings::Step& step : recordings::command_of(command())) {
        V.push_back(step.V);
        durations.push_back(step.duration);
      }
      arrays.push_back({recordings::command_V, "mV", Array::of(V)});
      arrays.push_back({recordings::command_duration, "ms", Array::of(durations)});
    }
    const auto add = [&](const char* prefix, const Input& input) {
      for (const Recordings::Quantity& q : scenario_values(input))
        arrays.push_back({prefix + input.instance() + "." + q.name, q.unit, Array::scalar(q.value)});
    };
    add(recordings::scenario_prefix, context_.input("cell"));
    for (std::size_t k = 0; k < context_.count("drugs"); ++k) add(recordings::drug_prefix, context_.input("drugs", k));
    return arrays;
  }

  [[nodiscard]] recordings::About about() const {
    const auto& observable = model_.observables()[plan_.run.recorded[*signal_]];
    recordings::About about{{observable.name, observable.unit}, plan_.sample_times(), {}, {}, {}};
    if (clamped_in_steps()) about.command = recordings::command_of(command());
    const auto add = [&](const std::string& prefix, const Input& input) {
      for (const Recordings::Quantity& q : scenario_values(input))
        if (std::isfinite(q.value)) about.conditions.push_back({prefix + q.name, q.unit, q.value});
    };
    add("", context_.input("cell"));
    for (std::size_t k = 0; k < context_.count("drugs"); ++k)
      add(context_.input("drugs", k).instance() + ".", context_.input("drugs", k));
    recordings::sort_by_name(about.conditions);
    for (const Cohort::Path& path : cohort_.paths()) about.varied.push_back({path.name, path.unit, path.scenario});
    return about;
  }

  [[nodiscard]] std::unique_ptr<const Recordings> read_back(const Shards& shards, const CellsOf& cells_of) const {
    const auto* arrays = host_.find<ArrayFiles>();
    const auto* tables = host_.find<TableFiles>();
    if (!signal_ || !arrays || !tables) return nullptr;
    std::vector<recordings::ShardRecordings::Shard> files;
    for (const auto& [shard, cells] : cells_of) files.push_back({shards.file(series_, shard), cells.size()});
    return std::make_unique<recordings::ShardRecordings>(about(), std::move(files), 0, indices_.size(),
                                                         recordings::ShardRecordings::Files{*arrays, *tables},
                                                         "remove the file and go on with --resume");
  }

  [[nodiscard]] std::unique_ptr<const Recordings> kept() {
    if (!kept_.wanted) return nullptr;
    return std::make_unique<recordings::KeptRecordings>(about(), std::move(kept_.known), std::move(kept_.samples));
  }

  void conclude(bool in_shards) {
    const auto n = static_cast<double>(findings_.cells);
    if (in_shards && !findings_.keep_table)
      host_.info(fmt::format("{} cells are in the shards {}.{}.*.h5; read them with dataset.population",
                             findings_.cells, settings_.instance(), series_));
    if (findings_.failures > 0) report_failures();
    if (findings_.not_at_rest > 0)
      host_.warn(
          fmt::format("the last beat of {} of {} cells does not begin at rest (V_m is {:g} mV or higher at the "
                      "stimulus): their durations are NaN; try a longer period",
                      findings_.not_at_rest, findings_.cells, resting_voltage));
    if (findings_.no_beat > 0)
      host_.warn(
          fmt::format("{} of {} cells have no whole beat of their own between settle = {:g} ms and the end of the "
                      "record: their results are NaN; try a greater duration, or a smaller settle",
                      findings_.no_beat, findings_.cells, plan_.summary.settle));
    if (findings_.not_captured > 0)
      host_.warn(
          fmt::format("the last beat of {} of {} cells was not captured: their durations are NaN; try a stronger "
                      "or longer stimulus, or another period (the column t_up50 tells cells that beat by themselves)",
                      findings_.not_captured, findings_.cells));
    if (findings_.not_repolarised > 0)
      host_.warn(fmt::format("the last beat of {} of {} cells is not repolarised when it ends: APD90 is NaN",
                             findings_.not_repolarised, findings_.cells));
    const double allowed = settings_.number("max_failed_fraction");
    if (static_cast<double>(findings_.failures) > allowed * n)
      throw SolverError(
          fmt::format("{} of {} cells failed, the first (cell {}) with {}; narrow what varies to what the "
                      "model can do, or raise max_failed_fraction ({:g})",
                      findings_.failures, findings_.cells, findings_.first_failures[0].first,
                      findings_.first_failures[0].second, allowed));
    context_.put("population", std::move(findings_.table));
    context_.put("cells", n);
    context_.put("failures", static_cast<double>(findings_.failures));
    put_candidates(n);
    const CellsCost& cost = findings_.cost;
    context_.put("ns_per_cell_step",
                 cost.evaluations > 0 ? 1e6 * cost.cpu_ms / static_cast<double>(cost.evaluations) : 0.0);
    context_.put("cpu_ms_per_cell_beat", cost.beats > 0 ? cost.cpu_ms / static_cast<double>(cost.beats) : 0.0);
    context_.put("isa", plan_.batched ? plan_.batched->isa() : std::string_view("baseline"));
  }

  void put_candidates(double n) {
    const double rejected = findings_.all_rejected();
    const auto not_kept = findings_.causes.find("not_beating");
    const double accepted = n - (not_kept == findings_.causes.end() ? 0 : static_cast<double>(not_kept->second));
    Table verdicts;
    verdicts.add_text("verdict", {keeps_beating(settings_) ? "beating" : "not judged"})
        .add("candidates", "1", {accepted});
    if (keeps_beating(settings_)) {
      host_.info(fmt::format("{} of {} candidates beat by themselves ({:.1f} %); the others: {}", accepted,
                             accepted + rejected, 100 * accepted / (accepted + rejected),
                             rejected > 0 ? verdicts_in_words(findings_.rejected) : "none"));
      for (std::size_t v = 0; v < Candidates::verdicts.size(); ++v) {
        verdicts.columns[0].texts.emplace_back(Candidates::verdicts[v]);
        verdicts.columns[1].numbers.push_back(findings_.rejected[v]);
      }
    }
    context_.put("verdicts", std::move(verdicts));
    context_.put("candidates", accepted + rejected);
    context_.put("accepted", accepted);
    context_.put("acceptance", accepted / (accepted + rejected));
    context_.put("cpu_ms_per_candidate", findings_.judged > 0 ? findings_.judging_ms / findings_.judged : 0.0);
  }

  void report_failures() {
    std::vector<std::string> causes, files;
    for (const auto& [cause, count] : findings_.causes) causes.push_back(fmt::format("{} {}", count, cause));
    if (auto* replay = settings_.has("only") ? nullptr : host_.find<Replay>())
      for (const auto& [index, text] : findings_.first_failures) {
        const std::string name = fmt::format("repro_{}", index);
        const std::pair<std::string, Value> changes[] = {{"only", List{Value(static_cast<std::int64_t>(index))}}};
        replay->write(name, changes);
        files.push_back(fmt::format("{}.{}.toml", settings_.instance(), name));
      }
    host_.warn(fmt::format("{} of {} cells failed ({}); see the column status{}", findings_.failures, findings_.cells,
                           joined(causes),
                           files.empty() ? "" : fmt::format(". To run one of them alone: {}", joined(files))));
  }

  PrepareContext& context_;
  Host& host_;
  const Settings& settings_;
  const IonicModel& model_;
  std::unique_ptr<Protocol::Drive> drive_;
  std::optional<Ending> ending_;
  Cohort cohort_;
  const char* series_;  // of shards
  CellsPlan plan_;
  const BatchedModel* lanes_ = nullptr;  // of the model, where it has them
  std::vector<std::uint64_t> indices_;
  std::optional<std::size_t> signal_;  // of run.recorded: what recordings are of
  Findings findings_;
  KeptTraces kept_;
  IdleDrugs idle_drugs_;
};

void describe_cells(Descriptor& d) {
  d.priors("parameters")
      .absent_by_default()
      .says(
          "What differs from cell to cell, drawn for each: `{ path = \"myocyte.scale_I_Kr\", uniform = [0.8, 1.2] }`. "
          "Any "
          "evaluate parameter of cell and drugs.");
  d.choice("method", "random",
           {{"random", "independent draws, from a stream of random numbers for each cell"},
            {"sobol", "a randomly shifted Sobol sequence, addressed by the cell's index; best at powers of two"}})
      .says("How `parameters` are drawn.");
  describe_keep(d);
  d.integer("cells", 0).absent_by_default().at_least(1).says("How many; absent: the rows of the design.");
  d.integer("first_cell", 0)
      .at_least(0)
      .says(
          "Index of the first one. Parts of one population made on several machines fit together; begin them at "
          "multiples of shard_size.");
  d.list("only", make_parameter("index", Type::integer).at_least(0))
      .absent_by_default()
      .says("Run these cells alone. Their results are the same to the last byte; their shards are INSTANCE.only.*.h5.");
}

void describe_run(Descriptor& d) {
  d.integer("beats", 100)
      .absent_by_default()
      .at_least(1)
      .usual(1, 1000)
      .says(
          "Beats from the initial state; results are of the last. Absent: 100; under a clamp one sweep; of a protocol "
          "with a last beat (s1s2), all.");
  d.number("duration", "ms")
      .absent_by_default()
      .above(0)
      .usual(1000, 60000)
      .says("How long the last beat is followed; absent: until the next begins. Needed for cells left alone.");
  d.number("settle", "ms", 0).at_least(0).says("Cells left alone: spontaneous beats before this are not counted.");
  d.integer("alternans_beats", 0)
      .at_least(0)
      .usual(0, 20)
      .says("Look for alternans in that many last beats (3 at least); 0: do not.");
  d.choice(
       "integrator", "batched",
       {{"batched", "in SIMD lanes, steps by error, each cell for itself; under a clamp without ramps in blocks of 16"},
        {"cvode", "one after the other on CVODE: slower, to tolerances of your own"}})
      .says("How cells are stepped. A model without lanes runs on CVODE.");
  describe_lane_control(d);
  d.number("rtol", "1", 1e-6).above(0).at_most(1e-2).log().expert().says("Relative tolerance of CVODE.");
  d.number("atol", "1", 1e-8)
      .above(0)
      .at_most(1e-3)
      .log()
      .expert()
      .says("Absolute tolerance of CVODE, times the typical size of each state.");
}

void describe_results(Descriptor& d) {
  d.list("record", make_parameter("observable", Type::text))
      .absent_by_default()
      .says(
          "Observables whose traces over the last beat are kept in the shards, V_m with them (arrays trace_V_m, ...: "
          "cells x samples, 32 bits; times in trace_t); absent: none. With them the population offers `recordings`.");
  d.number("sample_step", "ms", 1).above(0).usual(0.1, 10).says("Spacing of these traces.");
  d.number("onset", "ms", 0)
      .at_least(0)
      .usual(0, 20)
      .says(
          "Under a command of steps: so long after each jump, where fast currents flow, they are sampled every "
          "`onset_step` instead. Two steps at the same voltage have no jump between them.");
  d.number("onset_step", "ms", 0.1).above(0).usual(0.05, 1).says("Spacing there, from the jump on.");
  d.text("signal", "")
      .absent_by_default()
      .says("Which of `record` those get that learn from this population; absent: the first that is not V_m.");
  d.integer("shard_size", 4096).allowed(1, 1000000).expert().says("Cells in one file of results.");
  d.integer("table_limit", 100000)
      .at_least(0)
      .says("Up to so many cells `population` holds them all; beyond, they are in the shards only.");
  d.number("max_failed_fraction", "1", 0.5).allowed(0, 1).says("Fail the run when more cells than this fail.");
  d.constant_table("population")
      .shown_as(Hint::population)
      .says(
          "A row per cell: index, what varied, biomarkers of the last beat (or means over spontaneous beats), EADs, "
          "rhythm, steps, status (\"ok\", or \"cause: text\").");
  d.constant("cells", "1", "").summary_as("cells").says("Cells run.");
  d.constant("failures", "1", "").summary_as("failures").says("Cells that failed; their results are NaN.");
  d.constant("candidates", "1", "").summary_as("candidates").says("Cells drawn: `cells`, unless `keep` left some out.");
  d.constant("accepted", "1", "").summary_as("accepted").says("Those of them that belong to the population.");
  d.constant("acceptance", "1", "").summary_as("acceptance").says("Accepted candidates as a fraction of all.");
  d.constant_table("verdicts")
      .shown_as(Hint::table)
      .says(
          "With keep = \"beating\": what candidates do when left alone, and how many; \"parameter\" is a value that "
          "the "
          "parameter cannot have. Of each cell by itself: its columns rejected_... in `population`.");
  d.constant("cpu_ms_per_candidate", "ms", "")
      .summary_as("cpu_ms_per_candidate")
      .says("CPU time of judging one; not part of cpu_ms_per_cell_beat.");
  d.constant("ns_per_cell_step", "ns", "")
      .summary_as("ns_per_cell_step")
      .says("CPU time per evaluation of the model in one cell.");
  d.constant("cpu_ms_per_cell_beat", "ms", "")
      .summary_as("cpu_ms_per_cell_beat")
      .says("CPU time per beat of one cell, with everything that was done to sum it up.");
  d.constant_text("isa").summary_as("isa").says("Instruction set of the lanes.");
}

}  // namespace

Descriptor Population::describe() {
  Descriptor d("experiment.population", "Thousands to millions of cells that differ in their parameters");
  d.doc =
      "Every cell runs the protocol from the model's initial state, in SIMD lanes and on all threads. What differs "
      "between cells is drawn from priors (`parameters`), stands in a `design` whose columns are named after "
      "parameters "
      "(\"myocyte.scale_I_Kr\"), or is taken from its columns by `{ column = \"name\" }` in cell or drugs; everything "
      "about a cell depends on its index alone, so any cell can be run again by itself (`only`). Results stream into "
      "shards (`INSTANCE.cells.00000.h5`, ...) as they come; a resumed run keeps finished ones. A cell that fails is "
      "counted by cause, has a status and NaN results, and the first few get a scenario of their own "
      "(`INSTANCE.repro_INDEX.toml`). Definitions of biomarkers and detectors: plugins/ionic/README.md; they are taken "
      "at the ends of the integrator's steps.";
  describe_cells(d);
  describe_run(d);
  describe_results(d);
  d.slot("cell", "ionic").offers("ionic").spread("parameters").says("The cell model.");
  d.slot("protocol", "protocol").offers("protocol").says("When and how cells are stimulated.");
  add_drugs_slot(d).spread("parameters");
  d.slot("design", "").optional().needs("population", "").says("A row for each cell.");
  return d;
}

Population::Population(const Settings&) {}

std::unique_ptr<const Prepared> Population::prepare(PrepareContext& context) const {
  return PopulationRun(context).run();
}

}  // namespace tawara::experiments
