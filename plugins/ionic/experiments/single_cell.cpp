#include "experiments/single_cell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <utility>

#include "experiments/beat.hpp"
#include "experiments/drugs.hpp"
#include "experiments/names.hpp"

namespace tawara::experiments {
namespace {

class PreparedSingleCell final : public Prepared {
 public:
  PreparedSingleCell(PacedRun run, std::vector<std::size_t> recorded) : run_(run), recorded_(std::move(recorded)) {}

  void evaluate(int, Row& row) const override {
    const Input& cell = row.source("cell");
    const auto& model = cell.as<IonicModel>();
    const auto drive = row.source("protocol").as<Protocol>().drive(model.default_stimulus());
    std::vector<double> arguments(row.arguments_of("cell").begin(), row.arguments_of("cell").end());
    const DrugFactors drugs = drug_factors(row);
    drugs.apply(arguments);
    idle_drugs_.warn_once(row.host(), cell, drugs);
    const PacedResult result =
        pace_cell(model, cell.instance(), arguments, *drive, run_, recorded_, [&] { return row.host().cancelled(); });
    const Biomarkers& last = result.beats.back();
    if (!last.problem.empty()) warn_once(row.host(), cell.instance(), last, result.beat_numbers.back());
    row.output_table("trace") = result.trace;
    row.output_table("biomarkers") = biomarker_table(result.beats, result.beat_numbers);
    row.set("APD90", last.APD90);
    row.set("APD50", last.APD50);
    row.set("V_rest", last.V_rest);
    row.set("V_peak", last.V_peak);
    row.set("dVdt_max", last.dVdt_max);
    row.set("CaT_amplitude", last.CaT_amplitude);
  }

 private:
  // A sampler evaluates thousands of rows: the first one speaks for all.
  void warn_once(Host& host, const std::string& cell, const Biomarkers& b, int beat) const {
    if (warned_.exchange(true)) return;
    host.warn(b.problem == "not captured"
                  ? fmt::format(
                        "beat {} of {} was not captured: V_m peaks at {:.1f} mV (a captured beat exceeds {:g} mV). Its "
                        "durations are NaN; try a stronger or longer stimulus, or a longer period",
                        beat, cell, b.V_peak, capture_voltage)
                  : fmt::format("beat {} of {} is not repolarised when it ends: APD90 is NaN; try a longer period",
                                beat, cell));
  }

  PacedRun run_;
  std::vector<std::size_t> recorded_;
  mutable std::atomic<bool> warned_ = false;
  IdleDrugs idle_drugs_;
};

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
      throw ScenarioError("record",
                          fmt::format("'{}' is no observable of '{}'; it has: {}", name, cell, joined(known)));
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
}

PacedResult pace_cell(const IonicModel& model, const std::string& name, std::span<const double> parameters,
                      const Protocol::Drive& drive, const PacedRun& run, std::span<const std::size_t> recorded,
                      const std::function<bool()>& cancelled) {
  cvode::CellIntegrator integrator(model, name, parameters, run.tolerances);
  CellReader reader(model, parameters);
  PacedResult result;
  for (std::size_t o : recorded)
    result.trace.columns.push_back({model.observables()[o].name, model.observables()[o].unit, {}, {}});
  std::vector<double> t;

  const int first_recorded = run.beats - run.record_last;
  if (drive.beat_start(0) > 0) integrator.advance(drive, drive.beat_start(0));
  for (int n = 0; n < run.beats; ++n) {
    if (cancelled && cancelled()) throw Cancelled();
    if (n < first_recorded) {
      integrator.advance(drive, drive.beat_start(n + 1));
      continue;
    }
    // The last beat keeps its end, the others leave it to the next one's start.
    const double duration = BeatSpan::of(drive, n).duration();
    const double offset = drive.beat_start(n) - drive.beat_start(first_recorded);
    std::vector<double> samples;
    for (int i = 0; i * run.sample_step < duration; ++i) samples.push_back(i * run.sample_step);
    if (n + 1 == run.beats) samples.push_back(duration);
    const Beat beat = record_beat(integrator, reader, drive, n, samples, [&](double since, std::span<const double> y) {
      t.push_back(offset + since);
      const auto values = reader.observe(y);
      for (std::size_t c = 0; c < recorded.size(); ++c) result.trace.columns[c].numbers.push_back(values[recorded[c]]);
    });
    result.beats.push_back(biomarkers_of(beat));
    result.beat_numbers.push_back(n + 1);
  }
  result.trace.columns.insert(result.trace.columns.begin(), {"t", "ms", std::move(t), {}});
  return result;
}

Descriptor SingleCell::describe() {
  Descriptor d("experiment.single_cell", "Paces one cell; traces, currents and biomarkers of its last beats");
  d.doc =
      "The cell starts from its published initial state and is paced for `beats` beats; the last `record_last` are "
      "recorded. Definitions of the biomarkers: plugins/ionic/README.md. A beat that is not captured or not "
      "repolarised "
      "has NaN where a biomarker does not exist, a word in the column `problem`, and a warning; a state that is "
      "no longer a number is a failure. CaT_amplitude is NaN for models without calcium. `currents` in the trace do "
      "not "
      "include the stimulus.";
  d.maturity = Maturity::stable;
  d.integer("beats", 100)
      .at_least(1)
      .usual(1, 1000)
      .says("Beats from the initial state; biomarkers are those of the last.");
  d.integer("record_last", 1).at_least(1).says("How many beats, counted from the last one back, are recorded.");
  d.list("record", make_parameter("observable", Type::text))
      .absent_by_default()
      .says("Observables in the trace; V_m always comes first. Absent: V_m, Ca_i and every current.");
  d.number("sample_step", "ms", 0.5)
      .above(0)
      .usual(0.05, 1)
      .says("Spacing of the trace. Biomarkers have a finer grid of their own.");
  d.choice("integrator", "cvode", {{"cvode", "BDF of variable order and step, restarted at stimulus edges"}})
      .says("How the cell is stepped.");
  d.number("rtol", "1", 1e-6).above(0).at_most(1e-2).usual(1e-9, 1e-5).log().expert().says("Relative tolerance.");
  d.number("atol", "1", 1e-8)
      .above(0)
      .at_most(1e-3)
      .usual(1e-11, 1e-7)
      .log()
      .expert()
      .says("Absolute tolerance, times the typical size of each state.");
  d.slot("cell", "ionic").offers("ionic").says("The cell model.");
  d.slot("protocol", "protocol").offers("protocol").says("When and how it is stimulated.");
  add_drugs_slot(d);
  d.output_table("trace").shown_as(Hint::trace).says("t from the stimulus onset of the first recorded beat.");
  d.output_table("biomarkers").shown_as(Hint::table).says("A row per recorded beat.");
  const std::pair<const char*, const char*> scalars[] = {{"APD90", "ms"},       {"APD50", "ms"},
                                                         {"V_rest", "mV"},      {"V_peak", "mV"},
                                                         {"dVdt_max", "mV/ms"}, {"CaT_amplitude", "mmol/L"}};
  for (const auto& [name, unit] : scalars) d.output(name, unit).shown_as(Hint::scalar).says("Of the last beat.");
  return d;
}

SingleCell::SingleCell(const Settings& settings) {
  run_.beats = static_cast<int>(settings.integer("beats"));
  run_.record_last = static_cast<int>(settings.integer("record_last"));
  run_.sample_step = settings.number("sample_step");
  run_.tolerances = {settings.number("rtol"), settings.number("atol")};
  if (settings.has("record")) record_ = settings.texts("record");
  if (run_.record_last > run_.beats)
    throw ScenarioError("record_last", fmt::format("record_last is {} but there are only {} beats; at most all of them "
                                                   "can be recorded",
                                                   run_.record_last, run_.beats));
}

std::unique_ptr<const Prepared> SingleCell::prepare(PrepareContext& context) const {
  const Input& cell = context.input("cell");
  const auto& model = cell.as<IonicModel>();
  const Input& protocol = context.input("protocol");
  require_current_protocol(*protocol.as<Protocol>().drive(model.default_stimulus()), protocol.instance());
  return std::make_unique<PreparedSingleCell>(run_, select_observables(model, cell.instance(), record_));
}

}  // namespace tawara::experiments
