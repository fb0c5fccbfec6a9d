#include "experiments/cell_twins/matching.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "experiments/names.hpp"
#include "experiments/population/scenario_values.hpp"
#include "recordings/sample_times.hpp"
#include "tawara/prior.hpp"
#include "tawara/simulator.hpp"

namespace tawara::experiments {
namespace {

std::string with_unit(double value, const std::string& unit) {
  return unit.empty() || unit == "1" ? fmt::format("{:g}", value) : fmt::format("{:g} {}", value, unit);
}

std::vector<std::string> evaluate_names(const Descriptor& d) {
  std::vector<std::string> names;
  for (const Parameter& p : d.parameters)
    if (d.argument_index(p.name) >= 0) names.push_back(p.name);
  return names;
}

/// With bounds widened, but never beyond what the parameter may be.
TwinTarget target(const Input& cell, const Parameter& p, double scenario, double low, double high, double mean,
                  double sd, double widen) {
  TwinTarget t;
  t.path = cell.instance() + "." + p.name;
  t.unit = p.unit;
  t.argument = static_cast<std::size_t>(cell.descriptor().argument_index(p.name));
  t.scenario = scenario;
  t.scale = scenario != 0 ? std::fabs(scenario) : 0.5 * (high - low);
  const double more = widen * (high - low);
  t.low = low - more;
  t.high = high + more;
  // A limit that itself is not allowed is kept away from by a little.
  const double little = 1e-6 * (high - low);
  if (p.minimum) t.low = std::max(t.low, *p.minimum + (p.exclusive_minimum ? little : 0));
  if (p.maximum) t.high = std::min(t.high, *p.maximum - (p.exclusive_maximum ? little : 0));
  t.mean = mean / t.scale;
  t.sd = sd / t.scale;
  return t;
}

const Parameter* argument_named(const Descriptor& d, std::string_view name) {
  if (d.argument_index(name) < 0) return nullptr;
  return &d.parameters[static_cast<std::size_t>(d.parameter_index(name))];
}

bool same(double a, double b) { return std::fabs(a - b) <= 1e-9 * std::max(std::fabs(a), std::fabs(b)); }

std::string in_words(const Recordings::Step& s) { return fmt::format("{:g} mV for {:g} ms", s.V, s.duration); }

const Recordings::Quantity* find(std::span<const Recordings::Quantity> all, std::string_view name) {
  for (const Recordings::Quantity& q : all)
    if (q.name == name) return &q;
  return nullptr;
}

/// What is set for the cell that `conditions` has otherwise; parameters that are targets do not count.
struct Differing {
  std::string name, unit;
  double there, here;
};
std::vector<Differing> differing(std::span<const Recordings::Quantity> conditions,
                                 std::span<const Recordings::Quantity> here, std::span<const TwinTarget> targets) {
  std::vector<Differing> found;
  for (const Recordings::Quantity& q : conditions) {
    const Recordings::Quantity* other = find(here, q.name);
    if (!other || std::isnan(q.value) || std::isnan(other->value) || same(q.value, other->value)) continue;
    if (std::any_of(targets.begin(), targets.end(), [&](const auto& t) { return parameter_of(t.path) == q.name; }))
      continue;
    found.push_back({q.name, q.unit, q.value, other->value});
  }
  return found;
}

}  // namespace

std::string_view parameter_of(std::string_view path) {
  const auto dot = path.find('.');
  return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

std::vector<TwinTarget> targets_of(const Regressor& learner, const std::string& learner_name, const Input& cell,
                                   double widen) {
  const Descriptor& d = cell.descriptor();
  std::vector<TwinTarget> targets;
  for (const Regressor::Target& of : learner.targets()) {
    const std::string name(parameter_of(of.name));
    const Parameter* p = argument_named(d, name);
    if (!p) {
      const std::vector<std::string> names = evaluate_names(d);
      throw ScenarioError("learner",
                          fmt::format("'{}' has learnt {}, and '{}' ({}) has no evaluate parameter {}{}; take the cell "
                                      "model that it was trained with, or train on this one",
                                      learner_name, of.name, cell.instance(), d.name, name, did_you_mean(name, names)));
    }
    if (p->unit != of.unit)
      throw ScenarioError("learner", fmt::format("'{}' has learnt {} in {}, and '{}' ({}) has it in {}; train on this "
                                                 "cell model",
                                                 learner_name, of.name, of.unit, cell.instance(), d.name, p->unit));
    if (!(of.high > of.low))
      throw ScenarioError("learner",
                          fmt::format("'{}' says that {} was {:g} in all cells learnt from: there is nothing "
                                      "to learn of it; leave it out of what varies when training",
                                      learner_name, of.name, of.low));
    targets.push_back(target(cell, *p, of.scenario, of.low, of.high, 0.5 * (of.low + of.high),
                             (of.high - of.low) / std::sqrt(12.0), widen));
  }
  if (targets.empty()) throw ScenarioError("learner", fmt::format("'{}' has no targets", learner_name));
  return targets;
}

std::vector<TwinTarget> targets_of(const PrepareContext& context, const Input& cell, double widen) {
  const Settings& settings = context.settings();
  if (!settings.has("parameters"))
    throw ScenarioError("learner",
                        "there is no learner to say which parameters a recording tells; give one, or `parameters` with "
                        "priors to begin without");
  const std::vector<PathInfo> infos = context.spread_paths("parameters");
  std::vector<TwinTarget> targets;
  for (const Prior& prior : read_priors(settings.list("parameters"), infos)) {
    const Parameter* p = argument_named(cell.descriptor(), parameter_of(prior.path));
    const bool number = prior.kind == Prior::Kind::uniform || prior.kind == Prior::Kind::normal ||
                        prior.kind == Prior::Kind::truncated_normal || prior.kind == Prior::Kind::log_uniform;
    if (!p || !number)
      throw ScenarioError("parameters",
                          fmt::format("the prior of {} is not of a number; twins take numbers", prior.path));
    constexpr double far = 0.001;  // quantile at which a prior without limits is cut
    const bool limits = prior.kind == Prior::Kind::uniform || prior.kind == Prior::Kind::log_uniform;
    const double low = prior.quantile(far), high = prior.quantile(1 - far);
    const double mean = limits ? prior.quantile(0.5) : prior.a, sd = limits ? (high - low) / std::sqrt(12.0) : prior.b;
    const auto argument = static_cast<std::size_t>(cell.descriptor().argument_index(p->name));
    targets.push_back(target(cell, *p, cell.arguments()[argument], low, high, mean, sd, widen));
  }
  if (targets.empty()) throw ScenarioError("parameters", "no parameter is given that a twin could differ in");
  return targets;
}

std::size_t recorded_observable(const Recordings& recordings, const std::string& name, const Input& cell) {
  const auto& model = cell.as<IonicModel>();
  const Recordings::Signal& signal = recordings.signal();
  if (signal.unit != "uA/uF")
    throw ScenarioError("recordings", fmt::format("'{}' holds recordings of {} in {}; twins are made of currents, in "
                                                  "uA/uF",
                                                  name, signal.name, signal.unit));
  std::vector<std::string> names;
  for (std::size_t o = 0; o < model.observables().size(); ++o) {
    const auto& observable = model.observables()[o];
    names.push_back(observable.name);
    if (observable.name != signal.name) continue;
    if (observable.unit == signal.unit) return o;
    throw ScenarioError("recordings", fmt::format("{} of '{}' is in {}, and '{}' has it in {}; convert the recording",
                                                  signal.name, name, signal.unit, cell.instance(), observable.unit));
  }
  throw ScenarioError("recordings",
                      fmt::format("'{}' holds recordings of {}, which is no observable of '{}'{} (it has: {})", name,
                                  signal.name, cell.instance(), did_you_mean(signal.name, names), joined(names)));
}

std::vector<Recordings::Step> clamp_command(const Protocol::Drive& drive, const std::string& protocol) {
  const double begin = drive.beat_start(0), end = drive.beat_start(1);
  if (!drive.V_command(begin) || !std::isfinite(end))
    throw ScenarioError("protocol", fmt::format("'{}' does not clamp the voltage; give the command that the recording "
                                                "was made under (protocol.voltage_clamp)",
                                                protocol));
  if (!drive.piecewise_constant())
    throw ScenarioError("protocol",
                        fmt::format("the command of '{}' has ramps; twins are made from commands of steps", protocol));
  return recordings::command_of(recordings::held_voltages(drive, begin, end));
}

std::string difference(std::span<const Recordings::Step> here, std::span<const Recordings::Step> there) {
  double t = 0;
  for (std::size_t s = 0; s < std::min(here.size(), there.size()); ++s) {
    if (std::fabs(here[s].V - there[s].V) > 1e-6 || std::fabs(here[s].duration - there[s].duration) > 1e-6)
      return fmt::format("step {} (from {:g} ms) is {} here and {} there", s + 1, t, in_words(here[s]),
                         in_words(there[s]));
    t += here[s].duration;
  }
  if (here.size() == there.size()) return {};
  const bool more_here = here.size() > there.size();
  const auto& longer = more_here ? here : there;
  return fmt::format("step {} (from {:g} ms), {}, is {} only", std::min(here.size(), there.size()) + 1, t,
                     in_words(longer[std::min(here.size(), there.size())]), more_here ? "here" : "there");
}

std::vector<std::string> check_match(const Recordings& recordings, const std::string& recordings_name,
                                     const Regressor* learner, const std::string& learner_name,
                                     std::span<const Recordings::Step> command, const std::string& protocol,
                                     const Input& cell, std::span<const TwinTarget> targets) {
  std::vector<std::string> warnings;
  if (learner) {
    const Recordings::Signal &recorded = recordings.signal(), &learnt = learner->signal();
    if (recorded.name != learnt.name || recorded.unit != learnt.unit)
      throw ScenarioError(
          "learner", fmt::format("'{}' has learnt from {} in {}, and '{}' holds recordings of {} in {}", learner_name,
                                 learnt.name, learnt.unit, recordings_name, recorded.name, recorded.unit));
    if (const auto where = difference(learner->command(), command); !where.empty())
      throw ScenarioError("protocol",
                          fmt::format("'{}' is not the command that '{}' has learnt under (there: '{}'): {}. Use the "
                                      "command of the training, or train under this one",
                                      protocol, learner_name, protocol, where));
  }
  if (recordings.command().empty())
    warnings.push_back(
        fmt::format("'{}' does not say under which command it was recorded; it is taken to be '{}' from "
                    "its first sample on",
                    recordings_name, protocol));
  else if (const auto where = difference(recordings.command(), command); !where.empty())
    throw ScenarioError("protocol", fmt::format("'{}' was not recorded under '{}' (there): {}. Give the command of the "
                                                "recording",
                                                recordings_name, protocol, where));
  const std::vector<Recordings::Quantity> here = scenario_values(cell);
  for (const Recordings::Quantity& q : recordings.conditions())
    if (const auto* of_cell = find(here, q.name); of_cell && of_cell->unit != q.unit)
      throw ScenarioError("recordings",
                          fmt::format("'{}' has {} in {}, and '{}' has it in {}; convert what is noted of "
                                      "the recording",
                                      recordings_name, q.name, q.unit, cell.instance(), of_cell->unit));
  if (const auto* T = find(here, "temperature"); T && !find(recordings.conditions(), "temperature"))
    warnings.push_back(
        fmt::format("'{}' does not say at which temperature it was recorded; it is taken to be the cell's, "
                    "{}",
                    recordings_name, with_unit(T->value, T->unit)));
  const auto remedy = [](const Differing& d) {
    return fmt::format("train on cells with {} = {}", d.name, with_unit(d.there, d.unit));
  };
  // A recording and a learner that differ are told first: no setting of the cell could serve both.
  if (learner)
    for (const Differing& d : differing(recordings.conditions(), learner->conditions(), targets))
      throw ScenarioError("learner", fmt::format("'{}' has {} = {}, and '{}' has learnt from cells with {} = {}: {}",
                                                 recordings_name, d.name, with_unit(d.there, d.unit), learner_name,
                                                 d.name, with_unit(d.here, d.unit), remedy(d)));
  for (const Differing& d : differing(recordings.conditions(), here, targets))
    throw ScenarioError("recordings",
                        fmt::format("'{}' has {} = {}, and '{}' has {}: set {}.{} = {}", recordings_name, d.name,
                                    with_unit(d.there, d.unit), cell.instance(), with_unit(d.here, d.unit),
                                    cell.instance(), d.name, with_unit(d.there, d.unit)));
  if (learner)
    for (const Differing& d : differing(learner->conditions(), here, targets))
      throw ScenarioError(
          "learner",
          fmt::format("'{}' has learnt from cells with {} = {}, and '{}' has {}: set {}.{} = {}, or "
                      "train on cells with {} = {}",
                      learner_name, d.name, with_unit(d.there, d.unit), cell.instance(), with_unit(d.here, d.unit),
                      cell.instance(), d.name, with_unit(d.there, d.unit), d.name, with_unit(d.here, d.unit)));
  for (const Recordings::Quantity& q : recordings.conditions())
    if (q.name.find('.') != std::string::npos && !(learner && find(learner->conditions(), q.name)))
      warnings.push_back(
          fmt::format("'{}' was recorded with {} = {}, which twins do not have: what it does is taken "
                      "for the cell's own",
                      recordings_name, q.name, with_unit(q.value, q.unit)));
  return warnings;
}

KnownTruth::KnownTruth(const Recordings& recordings, const Input& cell, std::string& warning)
    : scenario_(cell.arguments().begin(), cell.arguments().end()) {
  const Descriptor& d = cell.descriptor();
  for (const Recordings::Quantity& q : recordings.varied()) {
    const Parameter* p = argument_named(d, parameter_of(q.name));
    if (!p || p->unit != q.unit) {
      warning = fmt::format(
          "the recorded cells differ in {}, which is no parameter of '{}': what is known of them is "
          "not compared with",
          q.name, cell.instance());
      return;
    }
    varied_.push_back({q.name, static_cast<std::size_t>(d.argument_index(p->name))});
  }
  known_ = !varied_.empty();
}

std::vector<double> KnownTruth::arguments(const Table& known, std::size_t row) const {
  std::vector<double> arguments = scenario_;
  for (const Varied& v : varied_) arguments[v.argument] = known.at(v.column).numbers.at(row);
  return arguments;
}

}  // namespace tawara::experiments
