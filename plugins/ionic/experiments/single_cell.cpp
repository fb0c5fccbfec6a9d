#include "experiments/single_cell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <utility>

#include "experiments/cell_results.hpp"
#include "experiments/drugs.hpp"
#include "experiments/initial_state.hpp"
#include "experiments/lane_control.hpp"
#include "experiments/names.hpp"
#include "experiments/paced_lanes.hpp"
#include "experiments/run_length.hpp"

namespace tawara::experiments {
namespace {

struct Plan {
  PacedRun run;
  bool clamped, free;
  bool in_lanes;
  lanes::StepControl control;
  std::vector<std::size_t> recorded;
};

class PreparedSingleCell final : public Prepared, public BatchEvaluate {
 public:
  explicit PreparedSingleCell(Plan plan) : plan_(std::move(plan)) {}

  [[nodiscard]] const void* ability(std::string_view name) const override {
    return plan_.in_lanes && name == "batch" ? static_cast<const BatchEvaluate*>(this) : nullptr;
  }

  void evaluate(int, Row& row) const override {
    const Input& cell = row.source("cell");
    const auto& model = cell.as<IonicModel>();
    const auto drive = row.source("protocol").as<Protocol>().drive(model.default_stimulus());
    const PacedResult result =
        pace_cell(model, cell.instance(), arguments(row), *drive, plan_.run, plan_.recorded, cancelled(row.host()));
    give(row, result);
  }

  [[nodiscard]] int lanes() const override { return static_cast<int>(lane_count); }

  void evaluate(int, Batch& batch) const override {
    std::vector<int> rows;
    std::vector<std::vector<double>> parameters;
    for (int r = 0; r < batch.rows(); ++r) {
      Row row(batch, r);
      if (!row.active()) continue;
      try {
        parameters.push_back(arguments(row));
        rows.push_back(r);
      } catch (const ScenarioError& error) {
        row.fail("parameter", error.what());
      } catch (const SolverError& error) {  // a drug without an answer at this dose
        row.fail("solver", error.what());
      }
    }
    if (rows.empty()) return;
    const Row any(batch, rows.front());
    const Input& cell = any.source("cell");
    const auto& model = cell.as<IonicModel>();
    const auto drive = any.source("protocol").as<Protocol>().drive(model.default_stimulus());
    const LanesRun plan{model, cell.as<BatchedModel>(), *drive, plan_.run, plan_.control, plan_.recorded};
    const std::vector<LanesResult> results = pace_in_lanes(plan, parameters, cancelled(batch.host()));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      Row row(batch, rows[i]);
      if (const auto& failure = results[i].failure; !failure.text.empty())
        row.fail(failure.cause, fmt::format("{}: {}", cell.instance(), failure.text));
      else
        give(row, results[i].result);
    }
  }

 private:
  [[nodiscard]] std::vector<double> arguments(const Row& row) const {
    const Input& cell = row.source("cell");
    const auto given = row.arguments_of("cell");
    std::vector<double> arguments(given.begin(), given.end());
    require_numbers(cell.descriptor(), cell.instance(), arguments);
    const DrugFactors drugs = drug_factors(row);
    drugs.apply(arguments);
    idle_drugs_.warn_once(row.host(), cell, drugs);
    return arguments;
  }

  static std::function<bool()> cancelled(Host& host) {
    return [&host] { return host.cancelled(); };
  }

  void give(Row& row, const PacedResult& run) const {
    const Input& cell = row.source("cell");
    const auto& model = cell.as<IonicModel>();
    const CellResults results = cell_results(run, cell.instance(), plan_.clamped, plan_.free);
    // A sampler evaluates thousands of rows: the first one speaks for all.
    if (!results.warning.empty() && !warned_.exchange(true)) row.host().warn(results.warning);
    if (plan_.run.steady_tolerance > 0) say_steady(row.host(), model, cell.instance(), run);
    row.output_table("trace") = run.trace;
    row.output_table("biomarkers") = results.beats;
    row.output_table("final_state") = state_table(model, run.state);
    for (const auto& [name, value] : results.scalars) row.set(name, value);
  }

  void say_steady(Host& host, const IonicModel& model, const std::string& cell, const PacedResult& run) const {
    if (said_steady_.exchange(true)) return;
    const int before = run.beat_numbers.front() - 1;
    if (run.steady.reached)
      host.info(fmt::format("{} is steady after {} beats (to {:g})", cell, before, plan_.run.steady_tolerance));
    else
      host.warn(not_steady(model, cell, run.steady, plan_.run.steady_tolerance, before));
  }

  Plan plan_;
  IdleDrugs idle_drugs_;
  mutable std::atomic<bool> warned_ = false, said_steady_ = false;
};

std::optional<int> optional_integer(const Settings& settings, const char* name) {
  return settings.has(name) ? std::optional(static_cast<int>(settings.integer(name))) : std::nullopt;
}
std::optional<double> optional_number(const Settings& settings, const char* name) {
  return settings.has(name) ? std::optional(settings.number(name)) : std::nullopt;
}

Parameter initial_element() {
  Parameter element = make_parameter("initial", Type::record);
  element.members = {make_parameter("state", Type::text).says("Name of a state of the cell."),
                     make_parameter("value", Type::number).says("In that state's unit.")};
  return element;
}

}  // namespace

std::vector<std::size_t> select_observables(const IonicModel& model, const std::string& cell,
                                            std::span<const std::string> names) {
  const auto all = model.observables();
  std::vector<std::size_t> chosen = {0};  // V_m
  const auto add = [&](std::size_t index) {
    if (std::find(chosen.begin(), chosen.end(), index) == chosen.end()) chosen.push_back(index);
  };
  if (names.empty()) {
    for (std::size_t o = 0; o < all.size(); ++o)
      if (all[o].name == "Ca_i" || all[o].unit == "uA/uF") add(o);
    return chosen;
  }
  for (const std::string& name : names) {
    std::size_t o = 0;
    while (o < all.size() && all[o].name != name) ++o;
    if (o == all.size()) {
      std::vector<std::string> known;
      for (const auto& observable : all) known.push_back(observable.name);
      throw ScenarioError("record", fmt::format("'{}' is no observable of '{}'{} (it has: {})", name, cell,
                                                did_you_mean(name, known), joined(known)));
    }
    add(o);
  }
  return chosen;
}

void require_current_protocol(const Protocol::Drive& drive, const std::string& protocol) {
  if (drive.V_command(drive.beat_start(0)))
    throw ScenarioError("protocol", fmt::format("'{}' clamps the voltage, this experiment paces with a stimulus "
                                                "current; use protocol.pacing",
                                                protocol));
  if (!std::isfinite(drive.beat_start(1)))
    throw ScenarioError("protocol", fmt::format("'{}' leaves the cell alone, this experiment paces with a stimulus "
                                                "current; use protocol.pacing",
                                                protocol));
}

void require_numbers(const Descriptor& cell, const std::string& instance, std::span<const double> arguments) {
  std::size_t argument = 0;
  for (const Parameter& p : cell.parameters) {
    if (!is_argument(p)) continue;
    const double value = arguments[argument++];
    const bool absent = std::isnan(value) && p.optional;
    if (!std::isfinite(value) && !absent)
      throw ScenarioError(
          "cell", fmt::format("{}.{} is {:g}; a parameter of a cell must be a finite number", instance, p.name, value));
  }
}

void require_room(const Sampling& sampling, double most, const std::string& instead) {
  const double samples = sampling.duration / sampling.step;
  const double bytes = samples * static_cast<double>(sampling.bytes * sampling.columns * sampling.cells);
  if (!(bytes > most)) return;
  const double wanted = sampling.step * bytes / most, digit = std::pow(10.0, std::floor(std::log10(wanted)) - 1);
  throw ScenarioError(
      "sample_step",
      fmt::format("sample_step = {:g} ms makes {:.3g} samples of {} columns{}, {:.3g} GiB; at most {:g} GiB are kept. "
                  "Set sample_step = {:g} (ms) or more, or {}",
                  sampling.step, samples, sampling.columns,
                  sampling.cells > 1 ? fmt::format(" for each of {} cells", sampling.cells) : "", bytes / 0x1p30,
                  most / 0x1p30, std::ceil(wanted / digit) * digit, instead));
}

Descriptor SingleCell::describe() {
  Descriptor d("experiment.single_cell", "One cell under any protocol; traces, currents and biomarkers of its beats");
  d.doc =
      "The cell starts from its published state (or `initial_state`, `initial`) and is run for `beats` beats, or until "
      "beats repeat themselves (`until = \"steady\"`); the last `record_last` are recorded. A beat is what lies "
      "between "
      "two stimuli; under a voltage clamp a sweep, which has currents but no biomarkers (NaN, problem \"clamped\"); of "
      "a cell left alone (`protocol.quiet`) one record of `duration`, whose `biomarkers` table has a row for each beat "
      "of the cell's own. Definitions: plugins/ionic/README.md. A beat that is not captured, not repolarised or does "
      "not begin at rest has NaN "
      "where a biomarker does not exist, a word in the column `problem`, and a warning; a state that is no longer a "
      "number is a failure. Calcium biomarkers are NaN for models without calcium. Currents in the trace do not "
      "include the stimulus.";
  d.maturity = Maturity::stable;
  d.integer("beats", 100)
      .absent_by_default()
      .at_least(1)
      .usual(1, 1000)
      .says(
          "Beats from the initial state; biomarkers are those of the last. Absent: 100; under a clamp one sweep; of a "
          "protocol with a last beat (s1s2), all.");
  d.number("duration", "ms")
      .absent_by_default()
      .above(0)
      .usual(100, 60000)
      .says("How long the last beat is followed; absent: until the next begins. Needed for a cell left alone.");
  d.choice(
       "until", "beats",
       {{"beats", "that many beats"},
        {"steady", "until two beats in a row repeat the states they began in to steady_tolerance, at most `beats`"}})
      .says("When recording begins.");
  d.number("steady_tolerance", "1", 1e-4)
      .above(0)
      .at_most(0.1)
      .usual(1e-5, 1e-3)
      .log()
      .says(
          "Largest relative change of any state from beat to beat that counts as steady; of states below a hundredth "
          "of their typical size, relative to that.");
  d.integer("record_last", 1).at_least(1).says("How many beats, counted from the last one back, are recorded.");
  d.list("record", make_parameter("observable", Type::text))
      .absent_by_default()
      .says("Observables in the trace; V_m always comes first. Absent: V_m, Ca_i and every current.");
  d.number("sample_step", "ms", 0.5)
      .above(0)
      .usual(0.05, 1)
      .says("Spacing of the trace. Biomarkers have a finer grid of their own.");
  d.path("initial_state")
      .absent_by_default()
      .says(
          "CSV of states to begin in, columns name and value (and index, from 1, where names are another code's), "
          "such as a `final_state` of another run. States that it leaves out begin as published.");
  d.list("initial", initial_element())
      .absent_by_default()
      .says("States to begin in, after initial_state: [{ state = \"Na_i\", value = 10 }].");
  d.choice("integrator", "cvode",
           {{"cvode", "BDF of variable order and step, restarted at the protocol's edges"},
            {"batched", "exponential midpoint steps in SIMD lanes, as populations are run; needs a model that has it"}})
      .says("How the cell is stepped.");
  d.choice("precision", "double", {{"double", "64 bit"}, {"float", "32 bit: faster, within the bound in the README"}})
      .expert()
      .says("Of steps in lanes.");
  d.number("tolerance", "1", 1)
      .above(0)
      .at_most(100)
      .usual(0.3, 3)
      .log()
      .expert()
      .says("Of steps in lanes, in units of the default accuracy; larger is coarser.");
  d.number("rtol", "1", 1e-6)
      .above(0)
      .at_most(1e-2)
      .usual(1e-9, 1e-5)
      .log()
      .expert()
      .says("Relative tolerance of CVODE.");
  d.number("atol", "1", 1e-8)
      .above(0)
      .at_most(1e-3)
      .usual(1e-11, 1e-7)
      .log()
      .expert()
      .says("Absolute tolerance of CVODE, times the typical size of each state.");
  d.slot("cell", "ionic").offers("ionic").says("The cell model.");
  d.slot("protocol", "protocol").offers("protocol").says("When and how it is stimulated, or clamped, or left alone.");
  add_drugs_slot(d);
  d.output_table("trace").shown_as(Hint::trace).says("t from the onset of the first recorded beat.");
  d.output_table("biomarkers").shown_as(Hint::table).says("A row per recorded beat.");
  d.output_table("final_state").shown_as(Hint::table).says("The state at the end, as initial_state takes it.");
  for (const Scalar& scalar : cell_scalars())
    d.output(scalar.name, scalar.unit).shown_as(Hint::scalar).says(scalar.doc);
  return d;
}

SingleCell::SingleCell(const Settings& settings)
    : beats_(optional_integer(settings, "beats")),
      duration_(optional_number(settings, "duration")),
      in_lanes_(settings.text("integrator") == "batched") {
  run_.record_last = static_cast<int>(settings.integer("record_last"));
  run_.sample_step = settings.number("sample_step");
  run_.tolerances = {settings.number("rtol"), settings.number("atol")};
  if (settings.text("until") == "steady") run_.steady_tolerance = settings.number("steady_tolerance");
  if (settings.has("record")) record_ = settings.texts("record");
  if (settings.has("initial_state")) initial_file_ = settings.path("initial_state");
  if (settings.has("initial"))
    for (const Value& element : settings.list("initial"))
      initial_.emplace_back(element.find("state")->text(), element.find("value")->number());
  read_lane_control(settings, control_);
}

std::unique_ptr<const Prepared> SingleCell::prepare(PrepareContext& context) const {
  const Input& cell = context.input("cell");
  const Input& protocol = context.input("protocol");
  const auto& model = cell.as<IonicModel>();
  if (in_lanes_ && !cell.prepared().ability(BatchedModel::ability_name))
    throw ScenarioError(
        "integrator",
        fmt::format("'{}' ({}) does not offer 'batched', steps in SIMD lanes; ionic.torord, .torord_land, "
                    ".tp06, .kernik and .mitchell_schaeffer do. Take one of them, or set integrator = "
                    "\"cvode\"",
                    cell.instance(), cell.descriptor().name));

  const auto drive = protocol.as<Protocol>().drive(model.default_stimulus());
  const RunLength length = run_length(*drive, protocol.instance(), beats_, duration_);
  if (length.free && run_.steady_tolerance > 0)
    throw ScenarioError("until", fmt::format("'{}' leaves the cell alone: it has one beat, which never ends, so no two "
                                             "can be compared and until = \"steady\" has no meaning. Leave until out",
                                             protocol.instance()));
  if (length.clamped)
    if (const auto warning = check_commands(*drive, protocol.instance(), length); !warning.empty())
      context.host().warn(warning);
  Plan plan{run_,      length.clamped, length.free,
            in_lanes_, control_,       select_observables(model, cell.instance(), record_)};
  plan.run.beats = length.beats;
  if (duration_) plan.run.last_beat = length.last_beat;
  if (run_.record_last > length.beats)
    throw ScenarioError("record_last", fmt::format("record_last is {} but there are only {} beats; at most all of them "
                                                   "can be recorded",
                                                   run_.record_last, length.beats));
  if (run_.steady_tolerance > 0 && length.beats < run_.record_last + 2)
    throw ScenarioError("beats",
                        fmt::format("a steady state takes two beats to show, before the {} recorded; there are "
                                    "{} in all. Set beats = {} or more",
                                    run_.record_last, length.beats, run_.record_last + 2));
  const double recorded = drive->beat_start(length.beats - 1) - drive->beat_start(length.beats - run_.record_last);
  require_room({run_.sample_step, recorded + length.last_beat, plan.recorded.size() + 1}, most_in_table,
               "record fewer beats (record_last) or observables (record)");
  if (!in_lanes_ && control_.precision == lanes::Precision::f32)
    context.host().warn(
        "precision = \"float\" is of steps in lanes, and CVODE computes in 64 bits; set integrator = \"batched\", or "
        "leave precision out");
  if (initial_file_ || !initial_.empty()) {
    plan.run.initial = published_state(model);
    if (initial_file_) {
      const std::size_t changed = read_states_into(*initial_file_, model, plan.run.initial);
      context.host().info(
          fmt::format("{} of {} states from {}", changed, plan.run.initial.size(), initial_file_->filename().string()));
    }
    set_states(model, cell.instance(), initial_, plan.run.initial);
    if (const auto doubt = doubtful_gates(model, plan.run.initial); !doubt.empty())
      context.host().warn(fmt::format("'{}' begins with {}", cell.instance(), doubt));
  }
  return std::make_unique<PreparedSingleCell>(std::move(plan));
}

}  // namespace tawara::experiments
