#include "recordings/amplifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <string_view>
#include <utility>

#include "recordings/sample_times.hpp"
#include "tawara/protocol.hpp"

namespace tawara::recordings {
namespace {

using Column = AmplifierFile::Column;

enum class Quantity { time, voltage, current, current_by_capacitance };

struct Unit {
  std::string_view name;
  Quantity of;
  double factor;  ///< to ms, mV, pA, uA/uF
};
constexpr std::array units = {
    Unit{"us", Quantity::time, 1e-3},
    Unit{"µs", Quantity::time, 1e-3},
    Unit{"ms", Quantity::time, 1},
    Unit{"s", Quantity::time, 1e3},
    Unit{"uV", Quantity::voltage, 1e-3},
    Unit{"mV", Quantity::voltage, 1},
    Unit{"V", Quantity::voltage, 1e3},
    Unit{"fA", Quantity::current, 1e-3},
    Unit{"pA", Quantity::current, 1},
    Unit{"nA", Quantity::current, 1e3},
    Unit{"uA", Quantity::current, 1e6},
    Unit{"µA", Quantity::current, 1e6},
    Unit{"mA", Quantity::current, 1e9},
    Unit{"A", Quantity::current, 1e12},
    Unit{"pA/pF", Quantity::current_by_capacitance, 1},
    Unit{"uA/uF", Quantity::current_by_capacitance, 1},
    Unit{"µA/µF", Quantity::current_by_capacitance, 1},
    Unit{"A/F", Quantity::current_by_capacitance, 1},
};

const Unit* unit_called(std::string_view name) {
  const auto found = std::find_if(units.begin(), units.end(), [&](const Unit& unit) { return unit.name == name; });
  return found == units.end() ? nullptr : &*found;
}

std::string names_of(const std::vector<Column>& columns) {
  std::string names;
  for (const Column& column : columns)
    names += fmt::format("{}{} [{}]", names.empty() ? "" : ", ", column.name, column.unit);
  return names;
}

class Reading {
 public:
  Reading(PrepareContext& context, AmplifierFile file)
      : context_(context), settings_(context.settings()), file_(std::move(file)) {}

  std::unique_ptr<const Prepared> run() {
    if (file_.columns.empty() || file_.columns[0].values.size() < 2)
      throw DataError(fmt::format("{} holds no recording: two samples at least are expected", file_.file));
    read_command();
    read_times();
    const std::vector<const Column*> currents = find_currents();
    const std::vector<const Column*> voltages = find_voltages();
    if (voltages.size() > 1 && voltages.size() != currents.size())
      throw ScenarioError("voltage", fmt::format("{} columns of voltage for {} of current; name one, or one for each",
                                                 voltages.size(), currents.size()));
    for (std::size_t c = 0; c < currents.size(); ++c)
      for (std::size_t s = 0; s < sweeps(); ++s) {
        read_sweep(*currents[c], s);
        if (!voltages.empty() && !command_.empty()) check_voltage(*voltages[voltages.size() > 1 ? c : 0], s);
      }
    if (settings_.text("sweeps") == "average") average();
    return conclude();
  }

 private:
  void read_command() {
    if (context_.count("protocol") == 0) return;
    const Input& protocol = context_.input("protocol");
    const auto drive = protocol.as<Protocol>().drive({});
    if (!drive->V_command(drive->beat_start(0)) || !drive->piecewise_constant())
      throw ScenarioError("protocol", fmt::format("'{}' is no command of steps: it does not clamp the voltage, or has "
                                                  "ramps. Take a protocol.voltage_clamp of steps",
                                                  protocol.instance()));
    command_ = held_voltages(*drive, drive->beat_start(0), drive->beat_start(1));
    duration_ = command_.back().end;
  }

  /// Times of all rows, and how many make a sweep.
  void read_times() {
    const std::size_t rows = file_.columns[0].values.size();
    const Column* column = find_time();
    times_.resize(rows);
    if (column) {
      const double factor = unit_called(column->unit)->factor;
      for (std::size_t i = 0; i < rows; ++i) times_[i] = column->values[i] * factor;
    } else {
      const double rate = settings_.has("sampling_rate") ? settings_.number("sampling_rate") : file_.sampling_rate;
      if (!(rate > 0))
        throw ScenarioError("sampling_rate",
                            fmt::format("{} has no column of times (unit ms or s; it has {}); say how often it was "
                                        "sampled: sampling_rate = 10 (kHz)",
                                        file_.file, names_of(file_.columns)));
      for (std::size_t i = 0; i < rows; ++i) times_[i] = static_cast<double>(i) / rate;
    }
    check_times();
    const double start = settings_.number("start");
    for (double& t : times_) t -= start;
    if (times_.front() > spacing_)
      throw ScenarioError("start", fmt::format("{} begins at {:g} ms, after start = {:g} ms; start is when the command "
                                               "begins, in the file's own time",
                                               file_.file, times_.front() + start, start));
    if (!std::isfinite(duration_)) duration_ = times_.back();
    if (settings_.has("sweep_interval") && settings_.number("sweep_interval") < duration_ - spacing_ &&
        !command_.empty())
      throw ScenarioError("sweep_interval", fmt::format("sweeps begin every {:g} ms, but the command lasts {:g} ms",
                                                        settings_.number("sweep_interval"), duration_));
    if (times_.back() + spacing_ < duration_ - 1e-6)
      throw DataError(
          fmt::format("{} ends {:g} ms after the command begins (start = {:g} ms), but the command lasts "
                      "{:g} ms: the recording is cut off, or of another command",
                      file_.file, times_.back(), start, duration_));
  }

  void check_times() {
    std::vector<double> gaps(times_.size() - 1);
    for (std::size_t i = 0; i < gaps.size(); ++i) {
      gaps[i] = times_[i + 1] - times_[i];
      if (!(gaps[i] > 0))
        throw DataError(fmt::format("{}: {:g} ms after {:g} ms; times must ascend{}", file_.place(i + 1), times_[i + 1],
                                    times_[i],
                                    std::isfinite(gaps[i]) ? ". Sweeps one below the other belong into columns" : ""));
    }
    std::vector<double> sorted = gaps;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    spacing_ = *middle;
    for (std::size_t i = 0; i < gaps.size(); ++i)
      if (gaps[i] > 1.5 * spacing_ || gaps[i] < 0.5 * spacing_)
        throw DataError(fmt::format(
            "{}: {:g} ms after the sample before it, where others are {:g} ms apart; {}. "
            "Samples must be evenly spaced",
            file_.place(i + 1), gaps[i], spacing_, gaps[i] > spacing_ ? "samples are missing" : "there are too many"));
  }

  const Column* find_time() const {
    if (settings_.has("time")) return &of_quantity(settings_.text("time"), "time", Quantity::time, "ms or s");
    if (settings_.has("sampling_rate")) return nullptr;
    for (const Column& column : file_.columns)
      if (const Unit* unit = unit_called(column.unit); unit && unit->of == Quantity::time) return &column;
    return nullptr;
  }

  [[nodiscard]] const Column& called(const std::string& name, const char* parameter) const {
    for (const Column& column : file_.columns)
      if (column.name == name) return column;
    throw ScenarioError(parameter, fmt::format("{} has no '{}'; it has {}", file_.file, name, names_of(file_.columns)));
  }
  [[nodiscard]] const Column& of_quantity(const std::string& name, const char* parameter, Quantity wanted,
                                          const char* expected) const {
    const Column& column = called(name, parameter);
    if (const Unit* unit = unit_called(column.unit); !unit || unit->of != wanted)
      throw ScenarioError(parameter,
                          fmt::format("'{}' of {} is in '{}'; expected {}", name, file_.file, column.unit, expected));
    return column;
  }

  [[nodiscard]] std::vector<const Column*> find_currents() const {
    std::vector<const Column*> found;
    if (settings_.has("current")) {
      for (const std::string& name : settings_.texts("current")) found.push_back(&called(name, "current"));
    } else {
      for (const Column& column : file_.columns)
        if (const Unit* unit = unit_called(column.unit);
            unit && (unit->of == Quantity::current || unit->of == Quantity::current_by_capacitance))
          found.push_back(&column);
    }
    if (found.empty())
      throw ScenarioError("current", fmt::format("{} has no column in pA, nA, A, pA/pF, uA/uF or A/F; it has {}. Name "
                                                 "the columns with current = [...] and their unit with `unit`",
                                                 file_.file, names_of(file_.columns)));
    return found;
  }

  [[nodiscard]] std::vector<const Column*> find_voltages() const {
    std::vector<const Column*> found;
    if (settings_.has("voltage")) {
      for (const std::string& name : settings_.texts("voltage"))
        found.push_back(&of_quantity(name, "voltage", Quantity::voltage, "mV or V"));
      return found;
    }
    for (const Column& column : file_.columns)
      if (const Unit* unit = unit_called(column.unit); unit && unit->of == Quantity::voltage) found.push_back(&column);
    return found;
  }

  /// What a value of the column is multiplied by to be uA/uF, outward positive.
  [[nodiscard]] double scale_of(const Column& column) const {
    const std::string name = settings_.has("unit") ? settings_.text("unit") : column.unit;
    const Unit* unit = unit_called(name);
    if (!unit || (unit->of != Quantity::current && unit->of != Quantity::current_by_capacitance))
      throw ScenarioError(
          "unit",
          fmt::format("'{}' of {} {}; say what it is: unit = \"pA\" (nA, A, pA/pF, uA/uF, A/F)", column.name,
                      file_.file, name.empty() || name == "1" ? "has no unit" : fmt::format("is in '{}'", name)));
    const double sign = settings_.text("positive") == "inward" ? -1 : 1;
    if (unit->of == Quantity::current_by_capacitance) {
      if (settings_.has("capacitance"))
        throw ScenarioError("capacitance", fmt::format("'{}' of {} is in {}, by the cell's capacitance already; leave "
                                                       "capacitance out",
                                                       column.name, file_.file, name));
      return sign * unit->factor;
    }
    if (!settings_.has("capacitance"))
      throw ScenarioError(
          "capacitance", fmt::format("'{}' of {} is in {}, and cells are compared by current per capacitance; give the "
                                     "cell's: capacitance = 60 (pF), as the amplifier measured it",
                                     column.name, file_.file, name));
    return sign * unit->factor / settings_.number("capacitance");
  }

  [[nodiscard]] std::size_t sweeps() const {
    if (!settings_.has("sweep_interval")) return 1;
    const double whole = times_.back() + spacing_ - length() + 1e-6;
    return 1 + static_cast<std::size_t>(std::max(0.0, std::floor(whole / settings_.number("sweep_interval"))));
  }
  /// Of one sweep.
  [[nodiscard]] double length() const {
    return command_.empty() && settings_.has("sweep_interval") ? settings_.number("sweep_interval") : duration_;
  }
  /// Rows of a sweep: from its beginning to where the command ends.
  [[nodiscard]] std::pair<std::size_t, std::size_t> rows_of(std::size_t sweep) const {
    const double begin = sweep == 0 ? 0 : static_cast<double>(sweep) * settings_.number("sweep_interval");
    const auto at = [&](double t) {
      return static_cast<std::size_t>(std::lower_bound(times_.begin(), times_.end(), t) - times_.begin());
    };
    // A sample that only rounding keeps before the beginning is the first one.
    const std::size_t first = at(begin - 1e-3 * spacing_);
    const auto wanted = static_cast<std::size_t>(std::floor(length() / spacing_ + 1e-3)) + 1;
    return {first, std::min(times_.size(), first + wanted)};
  }

  void read_sweep(const Column& column, std::size_t sweep) {
    const auto [first, last] = rows_of(sweep);
    const double scale = scale_of(column);
    std::vector<double> t, samples;
    const double begin = sweep == 0 ? 0 : static_cast<double>(sweep) * settings_.number("sweep_interval");
    for (std::size_t i = first; i < last; ++i) {
      if (!std::isfinite(column.values[i]))
        throw DataError(
            fmt::format("{}: '{}' is no number, {:g} ms after the command begins; cut the recording there, "
                        "or take another sweep",
                        file_.place(i), column.name, times_[i] - begin));
      t.push_back(std::fabs(times_[i] - begin) < 1e-6 ? 0 : times_[i] - begin);
      samples.push_back(scale * column.values[i]);
    }
    // Sweeps that are a row shorter, where they do not begin on a sample, cut the others.
    if (about_.times.empty() || t.size() < about_.times.size()) {
      about_.times = t;
      for (auto& others : samples_) others.resize(t.size());
    }
    samples.resize(about_.times.size());
    samples_.push_back(std::move(samples));
    names_.push_back(sweeps() > 1 ? fmt::format("{}, sweep {}", column.name, sweep + 1) : column.name);
  }

  /// A voltage that is another one for longer than settling takes.
  void check_voltage(const Column& column, std::size_t sweep) const {
    const double allowed = settings_.number("V_tolerance"), settling = settings_.number("settling");
    const double factor = unit_called(column.unit)->factor;
    const auto [first, last] = rows_of(sweep);
    const double begin = sweep == 0 ? 0 : static_cast<double>(sweep) * settings_.number("sweep_interval");
    std::size_t piece = 0;
    double since = std::numeric_limits<double>::infinity();  // it is elsewhere
    for (std::size_t i = first; i < last; ++i) {
      const double t = times_[i] - begin, V = column.values[i] * factor;
      while (piece + 1 < command_.size() && t >= command_[piece].end - 1e-6) ++piece;
      const double expected = command_[piece].V;
      if (std::fabs(V - expected) <= allowed) {
        since = std::numeric_limits<double>::infinity();
        continue;
      }
      since = std::min(since, t);
      if (!(t - since > settling) && std::isfinite(V)) continue;
      throw DataError(fmt::format(
          "{}: '{}' is {:g} mV from {:g} ms of the command on, where '{}' commands {:g} mV; is `start` right ({:g} "
          "ms), "
          "and was it this protocol? Up to {:g} mV, and {:g} ms after a jump, are let pass (V_tolerance, settling)",
          file_.place(i), column.name, V, since, context_.input("protocol").instance(), expected,
          settings_.number("start"), allowed, settling));
    }
  }

  void average() {
    std::vector<double> mean(about_.times.size());
    for (const auto& sweep : samples_)
      for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += sweep[i] / static_cast<double>(samples_.size());
    names_ = {fmt::format("mean of {}", samples_.size())};
    samples_ = {std::move(mean)};
  }

  std::unique_ptr<const Prepared> conclude() {
    about_.signal = {settings_.text("signal"), "uA/uF"};
    about_.command = command_of(command_);
    if (settings_.has("temperature"))
      about_.conditions.push_back({"temperature", "K", settings_.number("temperature")});
    Table known;
    std::vector<double> index(samples_.size());
    std::iota(index.begin(), index.end(), 0.0);
    known.add("index", "1", std::move(index)).add_text("sweep", names_);
    known.add_text("status", std::vector<std::string>(samples_.size(), "ok"));
    std::vector<float> all;
    for (const auto& sweep : samples_)
      for (const double I : sweep) all.push_back(static_cast<float>(I));
    put_trace();
    context_.put("cells", static_cast<double>(samples_.size()));
    context_.put("rate", 1 / spacing_);
    context_.host().info(
        fmt::format("{}: {} of {} samples at {:g} kHz, {:g} ms under {}", file_.file,
                    samples_.size() == 1 ? "one recording" : fmt::format("{} recordings", samples_.size()),
                    about_.times.size(), 1 / spacing_, duration_,
                    command_.empty() ? "a command that is not given (protocol)"
                                     : "'" + context_.input("protocol").instance() + "'"));
    return std::make_unique<OffersRecordings>(
        std::make_unique<KeptRecordings>(std::move(about_), std::move(known), std::move(all)));
  }

  void put_trace() {
    Table trace;
    trace.add("t", "ms", about_.times);
    for (std::size_t s = 0; s < samples_.size(); ++s)
      trace.add(samples_.size() == 1 ? about_.signal.name : fmt::format("{}_{}", about_.signal.name, s), "uA/uF",
                samples_[s]);
    context_.put("trace", std::move(trace));
  }

  PrepareContext& context_;
  const Settings& settings_;
  AmplifierFile file_;
  std::vector<HeldVoltage> command_;
  double duration_ = std::numeric_limits<double>::infinity();  // ms, of the command; without one, of the file
  std::vector<double> times_;                                  // ms since the command begins, of every row
  double spacing_ = 0;                                         // ms
  About about_;
  std::vector<std::vector<double>> samples_;  // of each sweep
  std::vector<std::string> names_;            // likewise
};

}  // namespace

std::string AmplifierFile::place(std::size_t i) const { return fmt::format("{}, {} {}", file, row, first_row + i); }

void describe_recording(Descriptor& d) {
  d.list("current", make_parameter("name", Type::text))
      .absent_by_default()
      .says("Columns, datasets or channels of current, each a sweep; absent: all in a unit of current.");
  d.list("voltage", make_parameter("name", Type::text))
      .absent_by_default()
      .says(
          "The voltage that was recorded with it, to be compared with the command: one, or one for each current; "
          "absent: all in a unit of voltage.");
  d.text("time", "").absent_by_default().says("Times; absent: the first in a unit of time.");
  d.number("sampling_rate", "kHz").absent_by_default().above(0).usual(1, 100).says("Where there are no times.");
  d.text("unit", "")
      .absent_by_default()
      .says("Of the current, where the file does not say: pA, nA, A, pA/pF, uA/uF, A/F.");
  d.number("capacitance", "pF")
      .absent_by_default()
      .above(0)
      .usual(10, 200)
      .says("Of the cell; currents in amperes are divided by it.");
  d.choice("positive", "outward",
           {{"outward", "the convention of the models"}, {"inward", "the current is taken with the other sign"}})
      .says("Which current is positive in the file.");
  d.choice("sweeps", "each", {{"each", "every sweep is a recording"}, {"average", "their mean is one"}})
      .says("Several sweeps under the same command.");
  d.number("start", "ms", 0).says("When the command begins, in the file's own time: trigger, delay of the recording.");
  d.number("sweep_interval", "ms")
      .absent_by_default()
      .above(0)
      .says("From one sweep to the next where they follow one another in the file; absent: one for each column.");
  d.text("signal", "I_ion").says("What it is called where it is compared with models.");
  d.number("temperature", "K").absent_by_default().allowed(270, 320).says("Of the bath.");
  d.number("V_tolerance", "mV", 2).above(0).usual(1, 10).says("How far the recorded voltage may be from the command.");
  d.number("settling", "ms", 1).at_least(0).usual(0.1, 5).says("How long it may be further away: after a jump.");
  d.slot("protocol", "protocol")
      .optional()
      .offers("protocol")
      .says("The command of steps under which it was recorded; it is not known otherwise.");
  d.constant_table("trace").shown_as(Hint::trace).says("What is offered: time since the command began, current.");
  d.constant("cells", "1", "").summary_as("cells").says("Recordings.");
  d.constant("rate", "kHz", "").summary_as("rate").says("Samples per ms.");
}

std::unique_ptr<const Prepared> prepare_recording(PrepareContext& context, AmplifierFile file) {
  return Reading(context, std::move(file)).run();
}

}  // namespace tawara::recordings
