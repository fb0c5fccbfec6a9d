#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "kernel/conformance/checks/stand.hpp"
#include "tawara/drug.hpp"
#include "tawara/protocol.hpp"

namespace tawara::conformance {
namespace {

// ------------------------------------------------------------------------------------------------ protocol

struct Driven {
  std::unique_ptr<Study> study;
  std::unique_ptr<Protocol::Drive> drive;
  std::vector<double> edges;  ///< from 0 on: 0, then the first some hundred
};

constexpr IonicModel::Stimulus some_stimulus = {-40, 2};
constexpr double inf = INFINITY;

/// The drive for some model, its edges followed as far as they go.
std::optional<Driven> driven(const Subject& subject, Findings& findings) {
  if (!has_scenario(subject, findings)) return std::nullopt;
  Driven d{Stand(subject).study(), nullptr, {0}};
  const auto* protocol = interface_of<Protocol>(subject, *d.study, findings);
  if (!protocol) return std::nullopt;
  d.drive = protocol->drive(some_stimulus);
  if (!d.drive) {
    findings.fail("drive() gave nothing; it makes the drive of one cell model, whose default stimulus it is given");
    return std::nullopt;
  }
  while (d.edges.size() < 400 && d.edges.back() < 1e7) {
    const double t = d.edges.back(), next = d.drive->next_edge(t);
    if (next == inf || !(next > t)) break;  // the latter is a finding of edges_move_on
    d.edges.push_back(next);
  }
  return d;
}

void edges_move_on(const Subject& subject, Findings& findings) {
  const auto d = driven(subject, findings);
  if (!d) return;
  std::vector<double> times = {0, 1e-9, 0.1, 1, 999.5, 1e4 / 3, 1e6, 1e8 + 0.1};
  for (std::size_t i = 1; i < d->edges.size(); ++i) {
    const double a = d->edges[i - 1], b = d->edges[i];
    times.insert(times.end(), {(a + b) / 2, std::nextafter(b, 0), b, std::nextafter(b, inf)});
    // From anywhere between two edges the next one is the same.
    if (const double next = d->drive->next_edge((a + b) / 2); std::abs(next - b) > 1e-9 * (1 + b))
      return findings.fail(
          fmt::format("next_edge({} ms) is {} ms, next_edge({} ms) is {} ms; between two edges the next "
                      "one is the same",
                      number(a), number(b), number((a + b) / 2), number(next)));
  }
  for (const double t : times)
    if (const double next = d->drive->next_edge(t); !(next > t))
      return findings.fail(
          fmt::format("next_edge({:.17g} ms) is {:.17g} ms; expected a later time, or +inf: an integrator would never "
                      "get on. Beware of "
                      "rounding where t is an edge itself",
                      t, next));
}

void drive_is_as_declared(const Subject& subject, Findings& findings) {
  const auto d = driven(subject, findings);
  if (!d) return;
  const bool clamps = d->drive->V_command(0).has_value(), constant = d->drive->piecewise_constant();
  const double after = d->drive->next_edge(d->edges.back());  // of a protocol that repeats; they were not all collected
  const double end = after > d->edges.back() && after < inf ? after : d->edges.back() + 1000;
  for (std::size_t i = 0; i < d->edges.size(); ++i) {
    const double a = d->edges[i], b = i + 1 < d->edges.size() ? d->edges[i + 1] : end;
    const double I = d->drive->I_stim(a);
    const auto V = d->drive->V_command(a);
    for (const double part : {0.0, 0.01, 0.3, 0.77, 0.99}) {
      const double t = a + part * (b - a);
      const auto V_now = d->drive->V_command(t);
      if (V_now.has_value() != clamps)
        return findings.fail(
            fmt::format("V_command is {} at 0 ms and {} at {} ms; a protocol clamps the voltage all the "
                        "time or never",
                        clamps ? "given" : "nothing", clamps ? "nothing" : "given", number(t)));
      if (!std::isfinite(d->drive->I_stim(t)) || (clamps && !std::isfinite(*V_now)))
        return findings.fail(fmt::format("at {} ms the stimulus is {} uA/uF{}; expected finite numbers", number(t),
                                         number(d->drive->I_stim(t)),
                                         clamps ? fmt::format(" and the command {} mV", number(*V_now)) : ""));
      if (constant && (d->drive->I_stim(t) != I || V_now != V))
        return findings.fail(
            fmt::format("piecewise_constant() is true, yet between the edges at {} and {} ms {} changes: steppers that "
                        "ask once per "
                        "edge would miss it. Give an edge there, or return false",
                        number(a), number(b), V_now != V ? "the command" : "the stimulus"));
    }
  }
}

void beats_follow_one_another(const Subject& subject, Findings& findings) {
  const auto d = driven(subject, findings);
  if (!d) return;
  double before = d->drive->beat_start(0);
  if (!(before >= 0) || before == inf)
    return findings.fail(
        fmt::format("beat_start(0) is {} ms; the first beat begins at a finite time from 0 on", number(before)));
  for (int n = 1; n <= 100; ++n) {
    const double now = d->drive->beat_start(n);
    if (!(now > before) && !(now == inf && before == inf))
      return findings.fail(
          fmt::format("beat_start({}) is {} ms and beat_start({}) {} ms; each beat begins after the one "
                      "before it, and is at +inf when there is none",
                      n - 1, number(before), n, number(now)));
    before = now;
  }
}

// ------------------------------------------------------------------------------------------------ drug

struct Medicine {
  std::unique_ptr<Study> study;
  const Drug* drug = nullptr;
  std::vector<double> arguments;
};

std::optional<Medicine> medicine_of(const Subject& subject, Findings& findings) {
  if (!has_scenario(subject, findings)) return std::nullopt;
  Medicine m{Stand(subject).study(), nullptr, {}};
  m.drug = interface_of<Drug>(subject, *m.study, findings);
  if (!m.drug) return std::nullopt;
  const auto arguments = m.study->arguments(subject.instance);
  m.arguments.assign(arguments.begin(), arguments.end());
  return m;
}

/// Is it how much of a drug there is? Told by unit or name.
bool is_dose(const Parameter& p) {
  if (!is_argument(p) || p.type != Type::number) return false;
  if (p.unit.ends_with("mol/L")) return true;
  for (const char* word : {"concentration", "dose", "multiples"})
    if (p.name.find(word) != std::string::npos) return true;
  return false;
}

void no_dose_no_effect(const Subject& subject, Findings& findings) {
  const auto m = medicine_of(subject, findings);
  if (!m) return;
  std::vector<double> none = m->arguments;
  std::string names;
  for (const Parameter& p : descriptor_of(subject).parameters) {
    if (!is_dose(p) || (p.minimum && (*p.minimum > 0 || (*p.minimum == 0 && p.exclusive_minimum)))) continue;
    none[static_cast<std::size_t>(descriptor_of(subject).argument_index(p.name))] = 0;
    names += (names.empty() ? "" : " and ") + p.name;
  }
  if (names.empty()) return findings.skip("it has no evaluate parameter that is a concentration or dose and may be 0");
  for (const auto& [parameter, remaining] : m->drug->targets(none))
    if (std::abs(remaining - 1) > 1e-12)
      return findings.fail(
          fmt::format("with {} = 0 the factor on {} is {}; without the drug nothing changes, so it has to "
                      "be 1",
                      names, parameter, number(remaining)));
}

void factors_are_sound(const Subject& subject, Findings& findings) {
  const auto m = medicine_of(subject, findings);
  if (!m) return;
  std::vector<std::vector<double>> tried = {m->arguments};
  for (const Parameter& p : descriptor_of(subject).parameters) {
    if (!is_argument(p) || p.type != Type::number) continue;
    for (const auto& value : {p.usual_low, p.usual_high}) {
      if (!value) continue;
      tried.push_back(m->arguments);
      tried.back()[static_cast<std::size_t>(descriptor_of(subject).argument_index(p.name))] = *value;
    }
  }
  for (const auto& arguments : tried) {
    std::set<std::string> names;
    std::string values;
    for (const double a : arguments) values += (values.empty() ? "" : ", ") + number(a);
    std::vector<Drug::Target> targets;
    try {
      targets = m->drug->targets(arguments);
    } catch (const Error&) {
      if (arguments == m->arguments) throw;
      continue;  // values that do not go together are refused in words
    }
    for (const auto& [parameter, remaining] : targets) {
      if (!(remaining >= 0) || !std::isfinite(remaining))
        return findings.fail(fmt::format("targets({{{}}}): the factor on {} is {}; expected a finite number from 0 on",
                                         values, parameter, number(remaining)));
      if (!names.insert(parameter).second)
        return findings.fail(fmt::format("targets({{{}}}) names {} twice; multiply the factors", values, parameter));
    }
  }
}

void targets_are_parameters(const Subject& subject, Findings& findings) {
  const auto m = medicine_of(subject, findings);
  if (!m) return;
  std::set<std::string> known;
  for (const ComponentEntry& entry : subject.catalogue.components())
    if (entry.descriptor->kind() == "ionic")
      for (const Parameter& p : entry.descriptor->parameters)
        if (is_argument(p)) known.insert(p.name);
  const auto targets = m->drug->targets(m->arguments);
  if (targets.empty()) return findings.skip("in its scenario it has no targets");
  if (std::any_of(targets.begin(), targets.end(), [&](const auto& t) { return known.contains(t.parameter); })) return;
  std::string names;
  for (const auto& target : targets) names += (names.empty() ? "" : ", ") + target.parameter;
  findings.fail(fmt::format(
      "no cell model here has any of its targets ({}) as an evaluate parameter; targets are "
      "parameters of cell models, e.g. scale_I_Kr. If your model is in another plugin, add it with --plugin",
      names));
}

}  // namespace

void add_cell_checks(std::vector<Check>& all) {
  const auto add = [&](std::string_view kind, std::string_view name, std::string_view asks, auto* run) {
    all.push_back({name, asks, kind, "", 30, run});
  };
  add("protocol", "edges_move_on", "next_edge(t) is after t, everywhere, and the same from all of a piece.",
      edges_move_on);
  add("protocol", "drive_as_declared",
      "Stimulus and command are finite, constant between edges where declared so, and a clamp clamps always.",
      drive_is_as_declared);
  add("protocol", "beats_in_order", "Each beat begins after the one before it.", beats_follow_one_another);
  add("drug", "no_dose_no_effect", "Without any of it a drug changes nothing.", no_dose_no_effect);
  add("drug", "factors_sound", "Factors are finite and not negative, one per target.", factors_are_sound);
  add("drug", "targets_known", "Some cell model has what the drug acts on.", targets_are_parameters);
}

}  // namespace tawara::conformance
