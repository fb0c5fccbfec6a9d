#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "kernel/conformance/checks/stand.hpp"

namespace tawara::conformance {
namespace {

/// Parameters that are speeds of conduction and have a value.
std::vector<std::pair<const Parameter*, double>> speeds(const Subject& subject, const Study& study) {
  std::vector<std::pair<const Parameter*, double>> found;
  const Instance* instance = study.scenario().find(subject.instance);
  for (const Parameter& p : descriptor_of(subject).parameters) {
    if (p.type != Type::number || p.unit != "m/s" || !instance->settings.has(p.name)) continue;
    if (const Value& value = instance->settings.value(p.name); value.is_number())
      found.emplace_back(&p, value.number());
  }
  return found;
}

/// A bar with one root node at its corner, in the component's slots. @returns nothing after a skip
std::optional<Stand> on_the_bar(const Subject& subject, Findings& findings, std::string_view bar = {},
                                std::string_view end = {}) {
  if (!has_scenario(subject, findings)) return std::nullopt;
  const Slot* geometry = slot_for(subject, "geometry.toy_bar");
  const Slot* conduction = slot_for(subject, "conduction.toy_end");
  if (descriptor_of(subject).output_index("LAT") < 0) {
    findings.skip("it has no output LAT");
    return std::nullopt;
  }
  if (!geometry || !conduction) {
    findings.skip(fmt::format("{} fits none of its slots, so it is no front that starts from known root nodes",
                              geometry ? "conduction.toy_end" : "geometry.toy_bar"));
    return std::nullopt;
  }
  Stand stand(subject);
  stand.add("conformance_bar", "geometry.toy_bar", bar);
  stand.add("conformance_end", "conduction.toy_end", fmt::format("geometry = \"conformance_bar\"\n{}", end));
  stand.set(geometry->name, filled(*geometry, "conformance_bar"));
  stand.set(conduction->name, filled(*conduction, "conformance_end"));
  for (const Parameter& p : descriptor_of(subject).parameters)
    if (p.type == Type::subset) stand.set(p.name, "[0]");  // the only candidate there is
  return stand;
}

std::vector<double> LAT_of(const Subject& subject, Study& study) {
  const Array& LAT = study.array(subject.instance, "LAT");
  std::vector<double> values;
  for (std::size_t i = 0; i < LAT.size(); ++i) values.push_back(LAT.at(i));
  return values;
}

std::array<double, 3> node(Study& study, std::size_t i) {
  const Array& nodes = study.array("conformance_bar", "nodes");
  return {nodes.at(3 * i), nodes.at(3 * i + 1), nodes.at(3 * i + 2)};
}

std::string place(Study& study, std::size_t i) {
  const auto [x, y, z] = node(study, i);
  return fmt::format("node {} at ({}, {}, {}) mm", i, number(x), number(y), number(z));
}

double latest(const std::vector<double>& LAT) { return *std::max_element(LAT.begin(), LAT.end()); }

void starts_at_the_roots(const Subject& subject, Findings& findings) {
  const auto stand = on_the_bar(subject, findings, "", "onset = 7");
  if (!stand) return;
  const auto study = stand->study();
  const std::vector<double> LAT = LAT_of(subject, *study);
  const std::size_t nodes = study->array("conformance_bar", "nodes").extent(0);
  if (LAT.size() != nodes)
    return findings.fail(
        fmt::format("LAT has {} numbers for {} nodes; one per node of the geometry", LAT.size(), nodes));
  const auto root = static_cast<std::size_t>(study->array("conformance_end", "candidates").at(0));
  for (std::size_t i = 0; i < nodes; ++i)
    if (!std::isfinite(LAT[i]) || LAT[i] < 7 - 1e-4)
      return findings.fail(
          fmt::format("LAT is {} ms at {}; the front leaves its only root node at 7 ms, and every node of "
                      "the bar is reached later",
                      number(LAT[i]), place(*study, i)));
  if (std::abs(LAT[root] - 7) > 1e-4)
    findings.fail(fmt::format("LAT is {} ms at the root node, {}; expected its onset, 7 ms", number(LAT[root]),
                              place(*study, root)));
}

void onset_shifts_all(const Subject& subject, Findings& findings) {
  const auto early = on_the_bar(subject, findings), late = on_the_bar(subject, findings, "", "onset = 20");
  if (!early || !late) return;
  const auto study = early->study();
  const std::vector<double> a = LAT_of(subject, *study), b = LAT_of(subject, *late->study());
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!(std::abs(b.at(i) - a[i] - 20) <= 1e-4 * latest(b)))
      return findings.fail(
          fmt::format("with an onset of 20 ms in place of 0, LAT goes from {} to {} ms at {}; expected 20 "
                      "ms more everywhere",
                      number(a[i]), number(b[i]), place(*study, i)));
}

void time_is_distance_over_speed(const Subject& subject, Findings& findings) {
  const auto stand = on_the_bar(subject, findings);
  if (!stand) return;
  const auto study = stand->study();
  const auto all = speeds(subject, *study);
  if (all.empty()) return findings.skip("it has no parameter in m/s");
  const std::vector<double> LAT = LAT_of(subject, *study);

  // Twice as fast where that is allowed, else half as fast.
  const bool faster = std::all_of(all.begin(), all.end(),
                                  [](const auto& s) { return !s.first->maximum || 2 * s.second < *s.first->maximum; });
  const double factor = faster ? 2 : 0.5;
  Stand scaled = *stand;
  std::string names;
  for (const auto& [parameter, value] : all) {
    scaled.set(parameter->name, factor * value);
    names += (names.empty() ? "" : ", ") + parameter->name;
  }
  const std::vector<double> other = LAT_of(subject, *scaled.study());
  for (std::size_t i = 0; i < LAT.size(); ++i)
    if (!(std::abs(other.at(i) * factor - LAT[i]) <= 1e-3 * latest(LAT)))
      return findings.fail(
          fmt::format("with all speeds ({}) {}, LAT goes from {} to {} ms at {}; expected {} ms, as time "
                      "is distance over speed",
                      names, faster ? "doubled" : "halved", number(LAT[i]), number(other[i]), place(*study, i),
                      number(LAT[i] / factor)));

  double fastest = 0;
  for (const auto& [parameter, value] : all) fastest = std::max(fastest, value);
  const auto root = static_cast<std::size_t>(study->array("conformance_end", "candidates").at(0));
  for (std::size_t i = 0; i < LAT.size(); ++i) {
    double square = 0;
    for (std::size_t k = 0; k < 3; ++k) square += std::pow(node(*study, i)[k] - node(*study, root)[k], 2);
    if (!(LAT[i] >= (1 - 1e-3) * std::sqrt(square) / fastest))
      return findings.fail(
          fmt::format("LAT is {} ms at {}, {} mm from the root node; at {} m/s, the fastest of its speeds, "
                      "a front needs {} ms (1 m/s is 1 mm/ms)",
                      number(LAT[i]), place(*study, i), number(std::sqrt(square)), number(fastest),
                      number(std::sqrt(square) / fastest)));
  }
}

void farther_is_later(const Subject& subject, Findings& findings) {
  const auto stand = on_the_bar(subject, findings);
  if (!stand) return;
  const auto study = stand->study();
  const std::vector<double> LAT = LAT_of(subject, *study);
  // Along each line of nodes in x, away from the root node at its beginning.
  std::map<std::pair<double, double>, std::map<double, std::size_t>> lines;
  for (std::size_t i = 0; i < LAT.size(); ++i) {
    const auto [x, y, z] = node(*study, i);
    lines[{y, z}][x] = i;
  }
  for (const auto& [at, line] : lines)
    for (auto it = line.begin(); std::next(it) != line.end(); ++it) {
      const std::size_t near = it->second, far = std::next(it)->second;
      if (!(LAT[far] > LAT[near]))
        return findings.fail(
            fmt::format("LAT is {} ms at {} and {} ms at {}, farther along the bar from its only root "
                        "node; a front reaches what is farther later",
                        number(LAT[near]), place(*study, near), number(LAT[far]), place(*study, far)));
    }
}

void numbering_does_not_matter(const Subject& subject, Findings& findings) {
  const auto stand = on_the_bar(subject, findings), renumbered = on_the_bar(subject, findings, "numbering = 3");
  if (!stand || !renumbered) return;
  const auto a = stand->study(), b = renumbered->study();
  const std::vector<double> LAT = LAT_of(subject, *a), other = LAT_of(subject, *b);
  std::map<std::array<double, 3>, double> there;
  for (std::size_t i = 0; i < other.size(); ++i) there[node(*b, i)] = other[i];
  for (std::size_t i = 0; i < LAT.size(); ++i)
    if (const double now = there.at(node(*a, i)); !(std::abs(now - LAT[i]) <= 1e-3 * latest(LAT)))
      return findings.fail(
          fmt::format("LAT is {} ms at {}, and {} ms at the same place when the nodes of the same bar are "
                      "numbered in another order",
                      number(LAT[i]), place(*a, i), number(now)));
}

}  // namespace

void add_propagation_checks(std::vector<Check>& all) {
  const auto add = [&](std::string_view name, std::string_view asks, auto* run) {
    all.push_back({name, asks, "propagation", "", 60, run});
  };
  add("starts_at_roots", "LAT is the onset at the root node, and finite and later everywhere else.",
      starts_at_the_roots);
  add("onset_shifts", "A later onset of the only root node is a later LAT everywhere.", onset_shifts_all);
  add("distance_over_speed", "Twice all speeds is half of LAT, and nothing is faster than its speeds.",
      time_is_distance_over_speed);
  add("farther_is_later", "Along a bar, away from the root node, LAT increases.", farther_is_later);
  add("numbering_indifferent", "LAT at a place does not depend on how nodes are numbered.", numbering_does_not_matter);
}

}  // namespace tawara::conformance
