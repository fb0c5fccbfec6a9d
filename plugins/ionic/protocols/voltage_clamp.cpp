#include "protocols/voltage_clamp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace tawara::protocols {
namespace {

class PreparedClamp final : public Prepared, public Protocol {
 public:
  explicit PreparedClamp(ClampDrive drive) : drive_(std::move(drive)) {}
  [[nodiscard]] const void* ability(std::string_view name) const override {
    return name == Protocol::ability_name ? static_cast<const Protocol*>(this) : nullptr;
  }
  [[nodiscard]] std::unique_ptr<Drive> drive(const IonicModel::Stimulus&) const override {
    return std::make_unique<ClampDrive>(drive_);
  }

 private:
  ClampDrive drive_;
};

/// What a search for a protocol has chosen.
std::vector<ClampStep> steps_in(const Input& of) {
  const Table& table = of.table("steps");
  const Table::Column *V = table.find("V_m"), *duration = table.find("duration"), *ramp_to = table.find("ramp_to");
  if (!V || !duration || V->unit != "mV" || duration->unit != "ms" || (ramp_to && ramp_to->unit != "mV"))
    throw ScenarioError("steps_of", fmt::format("the steps of '{}' are no command: expected the columns V_m [mV] and "
                                                "duration [ms]; take experiment.protocol_search",
                                                of.instance()));
  std::vector<ClampStep> steps;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    steps.push_back({V->numbers[row], duration->numbers[row], {}});
    if (ramp_to && !std::isnan(ramp_to->numbers[row])) steps.back().ramp_to = ramp_to->numbers[row];
  }
  return steps;
}

std::optional<double> number_in(const Value& record, const char* key) {
  const Value* value = record.find(key);
  return value && value->is_number() ? std::optional(value->number()) : std::nullopt;
}

std::vector<ClampStep> steps_of(const List& list, std::optional<double> V_test) {
  std::vector<ClampStep> steps;
  for (const Value& record : list) {
    auto V = number_in(record, "V");
    if (!V) V = V_test;
    if (!V)
      throw ScenarioError("steps",
                          fmt::format("step {} has no V; write V = ... (mV) there, or set V_test, which stands "
                                      "in for it",
                                      steps.size() + 1));
    steps.push_back({*V, number_in(record, "duration").value_or(0), number_in(record, "ramp_to")});
  }
  return steps;
}

}  // namespace

ClampDrive::ClampDrive(const std::vector<ClampStep>& steps, const Holding& holding) {
  if (steps.empty())
    throw ScenarioError("steps", "the list of steps is empty; write at least one, e.g. { V = -40, duration = 250 }");
  if (const auto problem = problem_of({holding.V, 1, {}}); !problem.empty()) throw ScenarioError("V_hold", problem);
  double end = 0;
  if (holding.before > 0) {
    pieces_.push_back({0, holding.V, 0});
    end = holding.before;
  }
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const ClampStep& step = steps[i];
    if (const auto problem = problem_of(step); !problem.empty())
      throw ScenarioError("steps", fmt::format("step {}: {}", i + 1, problem));
    const double slope = step.ramp_to ? (*step.ramp_to - step.V) / step.duration : 0;
    ramps_ = ramps_ || slope != 0;
    pieces_.push_back({end, step.V, slope});
    end += step.duration;
  }
  sweeps_.length = end;
  if (!holding.sweep_interval) return;
  // Decimal durations rarely add up to the last bit: a pause of rounding's length is none.
  const double pause = *holding.sweep_interval - end;
  if (pause < -1e-9 * end)
    throw ScenarioError("sweep_interval",
                        fmt::format("sweeps follow one another after {} ms, but one lasts {} ms; lengthen "
                                    "sweep_interval or leave it out",
                                    *holding.sweep_interval, end));
  sweeps_.length = *holding.sweep_interval;
  if (pause > 1e-9 * end) pieces_.push_back({end, holding.V, 0});
}

std::optional<double> ClampDrive::V_command(double t) const {
  const int n = sweeps_.at(t);
  if (n < 0) return pieces_.front().V;
  const double start = sweeps_.begin(n);
  // The edges as next_edge() gives them, so that both change on the same bit.
  const auto after = std::upper_bound(pieces_.begin(), pieces_.end(), t,
                                      [&](double at, const Piece& piece) { return at < start + piece.begin; });
  const Piece& piece = after == pieces_.begin() ? pieces_.front() : *std::prev(after);
  return piece.slope == 0 ? piece.V : piece.V + piece.slope * (t - (start + piece.begin));
}

double ClampDrive::next_edge(double t) const {
  const int n = sweeps_.at(t);
  if (n < 0) return sweeps_.begin(0);
  const double start = sweeps_.begin(n);
  const auto after = std::upper_bound(pieces_.begin(), pieces_.end(), t,
                                      [&](double at, const Piece& piece) { return at < start + piece.begin; });
  return after == pieces_.end() ? sweeps_.begin(n + 1) : start + after->begin;
}

Descriptor VoltageClamp::describe() {
  Descriptor d("protocol.voltage_clamp", "Steps and ramps of command voltage, ideal clamp");
  d.doc =
      "A sweep is `V_hold` during `hold` ms, the steps one after another, and `V_hold` again until `sweep_interval` is "
      "over. Sweeps repeat; each is a beat of the experiment. The clamp is ideal: V_m is the command, without "
      "capacitive transient or series resistance. Steps are a list, or a CSV `file` with the columns `V_m [mV]`, "
      "`duration [ms]` and, for ramps, `ramp_to [mV]`, or those that an `experiment.protocol_search` of the same "
      "scenario "
      "has found (`steps_of`). A step without V is at `V_test`, which can be swept: one "
      "scenario "
      "measures a current-voltage curve.\n\n"
      "```toml\nsteps = [{ V = -40, duration = 250 }, { V = -40, ramp_to = 40, duration = 100 }]\n```";
  d.maturity = Maturity::stable;
  Parameter step = make_parameter("step", Type::record);
  step.members = {
      make_parameter("V", Type::number, "mV")
          .absent_by_default()
          .allowed(lowest_command, highest_command)
          .says("Command voltage, of a ramp its start; absent: V_test."),
      make_parameter("duration", Type::number, "ms").above(0).says("How long the step lasts."),
      make_parameter("ramp_to", Type::number, "mV")
          .absent_by_default()
          .allowed(lowest_command, highest_command)
          .says("Where a ramp ends; absent: V is held."),
  };
  d.list("steps", step).absent_by_default().says("Steps in order. These, a file or steps_of.");
  d.path("file").absent_by_default().says("CSV of steps, in place of the list.");
  d.number("V_test", "mV")
      .absent_by_default()
      .allowed(lowest_command, highest_command)
      .usual(-120, 60)
      .may_vary()
      .says("Voltage of the listed steps that have none of their own.");
  d.number("V_hold", "mV", -80)
      .allowed(lowest_command, highest_command)
      .usual(-100, -40)
      .may_vary()
      .says("Holding potential.");
  d.number("hold", "ms", 0).at_least(0).usual(0, 5000).may_vary().says("Time at V_hold before the first step.");
  d.number("sweep_interval", "ms")
      .absent_by_default()
      .above(0)
      .may_vary()
      .says("From the start of one sweep to the next; absent: they follow without a pause.");
  d.slot("steps_of", "")
      .optional()
      .needs("steps", "")
      .says("A search whose steps are the command, in place of a list or a file.");
  return d;
}

VoltageClamp::VoltageClamp(const Settings& settings)
    : holding_{.V = settings.number("V_hold"), .before = settings.number("hold"), .sweep_interval = {}} {
  const auto optional = [&](const char* name) {
    return settings.has(name) ? std::optional(settings.number(name)) : std::nullopt;
  };
  holding_.sweep_interval = optional("sweep_interval");
  if (settings.has("file")) file_ = settings.path("file");
  if (settings.has("steps") && file_)
    throw ScenarioError("file", "both `steps` and `file` are given; keep one of them");
  if (!settings.has("steps") && settings.has("V_test"))
    throw ScenarioError("V_test", fmt::format("V_test stands in for a V that is missing in `steps`; the steps are {}",
                                              file_ ? "in a file" : "not in the scenario"));
  if (!settings.has("steps")) return;
  steps_ = steps_of(settings.list("steps"), optional("V_test"));
  ClampDrive(*steps_, holding_);  // refuse what cannot be before anything is prepared
}

std::unique_ptr<const Prepared> VoltageClamp::prepare(PrepareContext& context) const {
  if (context.count("steps_of") > 0) {
    if (steps_ || file_)
      throw ScenarioError(
          "steps_of", fmt::format("both `{}` and `steps_of` are given; keep one of them", steps_ ? "steps" : "file"));
    return std::make_unique<PreparedClamp>(ClampDrive(steps_in(context.input("steps_of")), holding_));
  }
  if (!steps_ && !file_)
    throw ScenarioError("steps",
                        "a voltage clamp needs steps; write steps = [{ V = -40, duration = 250 }], name a "
                        "`file`, or the search that finds them (`steps_of`)");
  return std::make_unique<PreparedClamp>(ClampDrive(file_ ? read_clamp_steps(*file_) : *steps_, holding_));
}

}  // namespace tawara::protocols
