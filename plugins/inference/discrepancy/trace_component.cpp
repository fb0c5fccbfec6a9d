#include "trace_component.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace tawara::discrepancy {
namespace {

class PreparedTrace final : public Prepared {
 public:
  PreparedTrace(TraceComparison how, std::string column, RecordingColumns recorded)
      : how_(std::move(how)), column_(std::move(column)), recorded_(std::move(recorded)) {}

  std::optional<TraceTarget> target;  // none: the recording is evaluated, row by row

  void evaluate(int group, Row& row) const override {
    const Table& simulated = row.input_table("simulated", "trace");
    if (!row.active()) return;
    std::optional<TraceTarget> planted;
    if (!target) {
      const Table& observed = row.input_table("observed", "trace");
      if (!row.active()) return;
      const std::string& whose = row.source("observed").instance();
      planted.emplace(recording_of(observed, recorded_, whose), how_, "'" + whose + "'");
    }
    const TraceTarget& against = target ? *target : *planted;

    const std::string& cell = row.source("simulated").instance();
    const Table::Column& value = column_of(simulated, cell);
    if (simulated.columns.front().unit != "ms")
      throw DataError("the trace of '" + cell + "' runs over " + simulated.columns.front().name + " [" +
                      simulated.columns.front().unit + "]; expected times in ms as its first column");
    const auto factor = how_.normalise ? std::optional(1.0) : unit_factor(value.unit, against.unit());
    if (!factor)
      throw DataError(column_ + " of '" + cell + "' is in " + value.unit + " and the recording in " + against.unit() +
                      "; expected a recording in " + value.unit +
                      " or what converts to it. Choose the column that was recorded, or set normalise = true");
    std::vector<double> compared;
    const TraceTarget::Fit fit = against.fit(simulated.columns.front().numbers, value.numbers, *factor, compared);
    if (!fit.cause.empty()) return row.fail(fit.cause, fit.text);
    if (group == 0) {
      row.set("discrepancy", fit.rmse);
      row.set("shift", fit.shift);
      return;
    }
    const std::string unit = how_.normalise ? "1" : against.unit();
    const auto copy = [](std::span<const double> x) { return std::vector<double>(x.begin(), x.end()); };
    row.output_table("compared") = Table()
                                       .add("t", "ms", copy(against.t()))
                                       .add("recorded", unit, copy(against.value()))
                                       .add("simulated", unit, std::move(compared))
                                       .add("weight", "1", copy(against.weight()));
  }

 private:
  [[nodiscard]] const Table::Column& column_of(const Table& table, const std::string& whose) const {
    std::string names;
    for (const auto& column : table.columns) {
      if (column.name == column_) return column;
      names += (names.empty() ? "" : ", ") + column.name;
    }
    throw ScenarioError("column", "the trace of '" + whose + "' has no column '" + column_ + "'; it has: " + names);
  }

  TraceComparison how_;
  std::string column_;
  RecordingColumns recorded_;
};

RecordingColumns recorded_columns(const Settings& settings) {
  return {settings.text("recorded_time"),
          settings.has("recorded_column") ? settings.text("recorded_column") : settings.text("column"),
          settings.has("weight_column") ? settings.text("weight_column") : std::string()};
}

}  // namespace

Descriptor TraceDiscrepancy::describe() {
  Descriptor d("discrepancy.trace", "RMS difference of a simulated and a recorded trace");
  d.doc =
      "sqrt(sum of w (simulated - recorded)^2 / sum of w) over the recorded samples in `window`, in the recording's "
      "unit (a number "
      "without unit after `normalise`). The simulated trace is interpolated linearly to the recorded times; a recorded "
      "sample counts once, "
      "however densely it was sampled there. Recorded and simulated times have the same origin (of "
      "experiment.single_cell: the stimulus onset of the "
      "first recorded beat) unless upstrokes are aligned, that is, the first rise of each through the middle of its "
      "range.\n\n"
      "The recording is a CSV file with units in its header (`t [ms],V_m [mV]`; s, V, uV, mol/L, pA/pF and the like "
      "are converted) or the `trace` of another instance. Rows whose trace is not finite, has no upstroke to align "
      "or covers too little of the recording have no discrepancy; a sampler counts and rejects them.";
  d.path("recording")
      .absent_by_default()
      .says("CSV file with units in its header. Absent: `observed` is compared with.");
  d.text("column", "V_m").says("What is compared: a column of the simulated trace.");
  d.text("recorded_column", "").absent_by_default().says("Its name in the recording, where it has another there.");
  d.text("recorded_time", "t").says("Column of times in the recording.");
  d.text("weight_column", "")
      .absent_by_default()
      .says("Column of the recording with a weight per sample. Absent: all count alike.");
  d.list("window", make_parameter("time", Type::number, "ms"))
      .absent_by_default()
      .says("First and last time compared, by the recording's clock. Absent: all of it.");
  Parameter emphasis = make_parameter("emphasis", Type::record);
  emphasis.members = {
      make_parameter("from", Type::number, "ms").says("By the recording's clock."),
      make_parameter("to", Type::number, "ms").says("The last time that counts so."),
      make_parameter("weight", Type::number, "1").at_least(0).says("Factor on the weights in between.")};
  d.list("emphasis", emphasis)
      .says("Stretches that count more or less: { from = 0, to = 5, weight = 0.1 }.")
      .default_value = List{};
  d.choice("align", "none",
           {{"none", "one clock for both"}, {"upstroke", "shift the simulated trace until the first upstrokes meet"}})
      .says("Whether times are compared as they are.");
  d.boolean("normalise", false)
      .says("Compare shapes: each trace from 0 to 1 between the lowest and highest of its compared samples.");
  d.number("min_covered", "1", 0.9)
      .above(0)
      .at_most(1)
      .expert()
      .says("Least share of the recording's weight that a simulated trace must cover.");
  d.slot("simulated", "").needs("trace", "").says("A trace over time (ms), e.g. of experiment.single_cell.");
  d.slot("observed", "").needs("trace", "").optional().says("What it is compared with when there is no `recording`.");
  d.output("discrepancy", "1").summary_as("discrepancy").says("RMS difference, in the recording's unit.");
  d.output("shift", "ms").summary_as("shift_ms").says("Added to simulated times to align the upstrokes.");
  d.output_table("compared")
      .in_group(1)
      .shown_as(Hint::trace)
      .says("Both traces at the recorded times, as compared, and the weights.");
  return d;
}

TraceDiscrepancy::TraceDiscrepancy(const Settings& settings) {
  if (settings.has("window")) {
    const auto window = settings.numbers("window");
    if (window.size() != 2 || !(window[0] < window[1]))
      throw ScenarioError("window", "window must be two times in ms, the first one first, e.g. [0, 500]");
    how_.from = window[0];
    how_.to = window[1];
  }
  for (const Value& entry : settings.list("emphasis")) {
    const double from = entry.find("from")->number(), to = entry.find("to")->number();
    if (!(from <= to))
      throw ScenarioError("emphasis", "emphasis from " + std::to_string(from) + " to " + std::to_string(to) +
                                          " ms runs backwards; `to` must not be before `from`");
    how_.emphasis.push_back({from, to, entry.find("weight")->number()});
  }
  how_.align_upstrokes = settings.text("align") == "upstroke";
  how_.normalise = settings.boolean("normalise");
  how_.min_covered = settings.number("min_covered");
}

std::unique_ptr<const Prepared> TraceDiscrepancy::prepare(PrepareContext& context) const {
  const Settings& settings = context.settings();
  const RecordingColumns recorded = recorded_columns(settings);
  const bool from_file = settings.has("recording"), from_instance = context.count("observed") > 0;
  if (from_file && from_instance)
    throw ScenarioError("recording", "there are two recordings, the file and 'observed'; keep one of them");
  if (!from_file && !from_instance)
    throw ScenarioError("recording",
                        "there is nothing to compare with; name a CSV file as `recording`, or an instance with a trace "
                        "as `observed`");
  auto prepared = std::make_unique<PreparedTrace>(how_, settings.text("column"), recorded);
  if (from_file) {
    const auto file = settings.path("recording");
    prepared->target.emplace(read_recording(file, recorded), how_, file.string());
  } else if (const Input& observed = context.input("observed"); observed.has("trace")) {
    prepared->target.emplace(recording_of(observed.table("trace"), recorded, observed.instance()), how_,
                             "'" + observed.instance() + "'");
  }
  return prepared;
}

}  // namespace tawara::discrepancy
