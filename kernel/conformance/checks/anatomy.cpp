#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "kernel/conformance/checks/stand.hpp"

namespace tawara::conformance {
namespace {

using Point = std::array<double, 3>;

Point minus(const Point& a, const Point& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }
double dot(const Point& a, const Point& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
Point cross(const Point& a, const Point& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

/// A geometry's outputs by name, whatever numbers they are stored as.
struct Muscle {
  std::unique_ptr<Study> study;
  std::string instance;
  const Descriptor* descriptor = nullptr;
  std::size_t n = 0;  // nodes

  [[nodiscard]] bool has(std::string_view output) const { return descriptor->output_index(output) >= 0; }
  [[nodiscard]] const Array& of(std::string_view output) const { return study->array(instance, output); }
  [[nodiscard]] Point row(const Array& a, std::size_t i) const {
    return {a.at(3 * i), a.at(3 * i + 1), a.at(3 * i + 2)};
  }
};

/// Rows of `columns` numbers? A finding otherwise.
bool has_shape(const Muscle& muscle, std::string_view output, std::size_t columns, Findings& findings) {
  const auto& shape = muscle.of(output).shape();
  if (columns == 1 ? shape.size() == 1 : shape.size() == 2 && shape[1] == columns) return true;
  std::string found;
  for (const std::size_t extent : shape) found += (found.empty() ? "" : " x ") + std::to_string(extent);
  findings.fail(fmt::format("output {} has the shape {}; expected {}", output, found.empty() ? "of one number" : found,
                            columns == 1 ? "n" : fmt::format("n x {}", columns)));
  return false;
}

std::optional<Muscle> muscle_of(const Subject& subject, Findings& findings) {
  if (!has_scenario(subject, findings)) return std::nullopt;
  Muscle muscle{nullptr, subject.instance, &descriptor_of(subject), 0};
  if (!muscle.has("nodes") || !muscle.has("tetrahedra")) {
    findings.skip("it has no outputs nodes and tetrahedra; see tawara/geometry.hpp for what other components ask for");
    return std::nullopt;
  }
  muscle.study = Stand(subject).study();
  if (!has_shape(muscle, "nodes", 3, findings) || !has_shape(muscle, "tetrahedra", 4, findings)) return std::nullopt;
  muscle.n = muscle.of("nodes").extent(0);
  return muscle;
}

/// Do all entries name nodes? A finding otherwise.
bool in_range(const Muscle& muscle, std::string_view output, Findings& findings) {
  const Array& a = muscle.of(output);
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!(a.at(i) >= 0 && a.at(i) < static_cast<double>(muscle.n) && a.at(i) == std::floor(a.at(i)))) {
      findings.fail(fmt::format("row {} of {} names node {}; there are {} nodes, numbered from 0", i / a.extent(1),
                                output, number(a.at(i)), muscle.n));
      return false;
    }
  return true;
}

double volume_of(const Muscle& muscle, std::size_t tetrahedron) {
  const Array &nodes = muscle.of("nodes"), &tetrahedra = muscle.of("tetrahedra");
  const auto corner = [&](std::size_t k) {
    return muscle.row(nodes, static_cast<std::size_t>(tetrahedra.at(4 * tetrahedron + k)));
  };
  const Point a = corner(0);
  return dot(cross(minus(corner(1), a), minus(corner(2), a)), minus(corner(3), a)) / 6;
}

void tetrahedra_are_sound(const Subject& subject, Findings& findings) {
  const auto muscle = muscle_of(subject, findings);
  if (!muscle) return;
  const Array& nodes = muscle->of("nodes");
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (!std::isfinite(nodes.at(i)))
      return findings.fail(fmt::format("node {} is at {}; positions are finite, in mm", i / 3, number(nodes.at(i))));
  if (!in_range(*muscle, "tetrahedra", findings)) return;
  const Array& tetrahedra = muscle->of("tetrahedra");
  std::size_t turned = 0, first = 0;
  std::vector<bool> used(muscle->n);
  for (std::size_t i = 0; i < tetrahedra.extent(0); ++i) {
    for (std::size_t k = 0; k < 4; ++k) used[static_cast<std::size_t>(tetrahedra.at(4 * i + k))] = true;
    if (!(volume_of(*muscle, i) > 0) && turned++ == 0) first = i;
  }
  if (tetrahedra.extent(0) == 0) findings.fail("there is no tetrahedron");
  if (turned > 0)
    findings.fail(
        fmt::format("{} of {} tetrahedra have no positive volume, the first is number {} with {} mm3; with "
                    "corners a b c d, (b-a) x (c-a) . (d-a) has to be above 0: swap two corners",
                    turned, tetrahedra.extent(0), first, number(volume_of(*muscle, first))));
  const auto orphans = std::count(used.begin(), used.end(), false);
  if (orphans > 0)
    findings.fail(
        fmt::format("{} of {} nodes belong to no tetrahedron, the first is node {}; a front never reaches them, "
                    "so leave them out",
                    orphans, muscle->n, std::find(used.begin(), used.end(), false) - used.begin()));
}

void axes_are_orthonormal(const Subject& subject, Findings& findings) {
  const auto muscle = muscle_of(subject, findings);
  if (!muscle) return;
  const std::array<std::string_view, 3> names = {"fibre", "sheet", "normal"};
  for (const auto name : names) {
    if (!muscle->has(name)) return findings.skip(fmt::format("it has no output {}", name));
    if (!has_shape(*muscle, name, 3, findings)) return;
    if (muscle->of(name).extent(0) != muscle->n)
      return findings.fail(
          fmt::format("output {} has {} rows for {} nodes", name, muscle->of(name).extent(0), muscle->n));
  }
  for (std::size_t i = 0; i < muscle->n; ++i)
    for (std::size_t a = 0; a < 3; ++a)
      for (std::size_t b = 0; b <= a; ++b) {
        const double product = dot(muscle->row(muscle->of(names[a]), i), muscle->row(muscle->of(names[b]), i));
        if (std::abs(product - (a == b ? 1 : 0)) <= 1e-6) continue;
        return findings.fail(a == b
                                 ? fmt::format("at node {} the vector {} has the length {}; expected 1 within 1e-6", i,
                                               names[a], number(std::sqrt(product)))
                                 : fmt::format("at node {} {} . {} is {}; expected orthogonal vectors (0 within 1e-6)",
                                               i, names[b], names[a], number(product)));
      }
}

constexpr std::array<std::string_view, 4> surface_names = {"epi", "lv_endo", "rv_endo", "base"};

void surfaces_enclose_the_muscle(const Subject& subject, Findings& findings) {
  const auto muscle = muscle_of(subject, findings);
  if (!muscle) return;
  int surfaces = 0;
  std::map<std::pair<std::size_t, std::size_t>, int> edges;  // one way counts up, the other down
  double enclosed = 0;
  const Array& nodes = muscle->of("nodes");
  for (const auto name : surface_names) {
    if (!muscle->has(name)) continue;
    ++surfaces;
    if (!has_shape(*muscle, name, 3, findings) || !in_range(*muscle, name, findings)) return;
    const Array& triangles = muscle->of(name);
    for (std::size_t i = 0; i < triangles.extent(0); ++i) {
      std::array<std::size_t, 3> corner{};
      for (std::size_t k = 0; k < 3; ++k) corner[k] = static_cast<std::size_t>(triangles.at(3 * i + k));
      enclosed +=
          dot(muscle->row(nodes, corner[0]), cross(muscle->row(nodes, corner[1]), muscle->row(nodes, corner[2]))) / 6;
      for (std::size_t k = 0; k < 3; ++k) {
        const std::size_t a = corner[k], b = corner[(k + 1) % 3];
        edges[std::minmax(a, b)] += a < b ? 1 : -1;
      }
    }
  }
  if (surfaces < 4) return findings.skip("it has not all of the surfaces epi, lv_endo, rv_endo and base");
  const auto open = std::count_if(edges.begin(), edges.end(), [](const auto& edge) { return edge.second != 0; });
  if (open > 0) {
    const auto first = std::find_if(edges.begin(), edges.end(), [](const auto& edge) { return edge.second != 0; });
    return findings.fail(fmt::format(
        "epi, lv_endo, rv_endo and base together are not closed: {} of {} edges are not met once in each direction, "
        "the "
        "first is between nodes {} and {}; each triangle of the boundary belongs to one surface, its normal out of the "
        "muscle",
        open, edges.size(), first->first.first, first->first.second));
  }
  double volume = 0;
  for (std::size_t i = 0; i < muscle->of("tetrahedra").extent(0); ++i) volume += volume_of(*muscle, i);
  if (std::abs(enclosed - volume) > 1e-6 * std::abs(volume))
    findings.fail(fmt::format("the surfaces enclose {} mm3 and the tetrahedra fill {} mm3; {}", number(enclosed),
                              number(volume),
                              enclosed < 0 ? "the normals point into the muscle: swap two corners of each triangle"
                                           : "the surfaces are not the boundary of the tetrahedra"));
}

void coordinates_are_in_range(const Subject& subject, Findings& findings) {
  const auto muscle = muscle_of(subject, findings);
  if (!muscle) return;
  int found = 0;
  for (const std::string_view name : {"ab", "rt", "tm", "aprt", "rvlv"}) {
    if (!muscle->has(name)) continue;
    ++found;
    const Array& a = muscle->of(name);
    if (a.size() != muscle->n) {
      findings.fail(fmt::format("output {} has {} numbers for {} nodes", name, a.size(), muscle->n));
      continue;
    }
    double low = INFINITY, high = -INFINITY;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (!(a.at(i) >= -1e-9 && a.at(i) <= 1 + 1e-9)) {
        findings.fail(
            fmt::format("{} is {} at node {}; ventricular coordinates are between 0 and 1", name, number(a.at(i)), i));
        return;
      }
      low = std::min(low, a.at(i)), high = std::max(high, a.at(i));
    }
    if (name != "rt" && high - low < 0.5)
      findings.fail(
          fmt::format("{} runs from {} to {} only; over a heart it runs from 0 to 1", name, number(low), number(high)));
  }
  if (found == 0) findings.skip("it has no ventricular coordinates");
}

void candidates_are_nodes(const Subject& subject, Findings& findings) {
  if (!has_scenario(subject, findings)) return;
  const Descriptor& d = descriptor_of(subject);
  if (d.output_index("candidates") < 0 || d.output_index("onset") < 0)
    return findings.skip("it has no outputs candidates and onset");
  Stand stand(subject);
  const Slot* geometry = slot_for(subject, "geometry.toy_bar");
  if (!geometry) return findings.skip("geometry.toy_bar fits none of its slots, so the nodes are not known");
  constexpr double nodes = 189;
  stand.add("conformance_bar", "geometry.toy_bar").set(geometry->name, filled(*geometry, "conformance_bar"));
  const auto study = stand.study();
  const Array &candidates = study->array(subject.instance, "candidates"),
              &onset = study->array(subject.instance, "onset");
  if (candidates.size() == 0)
    return findings.fail(
        fmt::format("on a bar of {} nodes there is no candidate; a front has to start somewhere", nodes));
  if (candidates.size() != onset.size())
    findings.fail(fmt::format("there are {} candidates and {} onsets; one belongs to the other", candidates.size(),
                              onset.size()));
  for (std::size_t i = 0; i < candidates.size(); ++i)
    if (!(candidates.at(i) >= 0 && candidates.at(i) < nodes && candidates.at(i) == std::floor(candidates.at(i)))) {
      findings.fail(fmt::format("candidate {} is node {}; the geometry has {} nodes, numbered from 0", i,
                                number(candidates.at(i)), nodes));
      break;
    }
  for (std::size_t i = 0; i < onset.size(); ++i)
    if (!(onset.at(i) >= 0) || !std::isfinite(onset.at(i))) {
      findings.fail(
          fmt::format("the onset of candidate {} is {} ms; expected a finite time from 0 on", i, number(onset.at(i))));
      break;
    }
}

}  // namespace

void add_anatomy_checks(std::vector<Check>& all) {
  const auto add = [&](std::string_view kind, std::string_view name, std::string_view asks, auto* run) {
    all.push_back({name, asks, kind, "", 120, run});
  };
  add("geometry", "tetrahedra_sound",
      "Tetrahedra have positive volume and name nodes there are; every node belongs to one.", tetrahedra_are_sound);
  add("geometry", "axes_orthonormal", "Fibre, sheet and normal are orthonormal at every node.", axes_are_orthonormal);
  add("geometry", "surfaces_enclose",
      "The surfaces together are closed, with normals out of the muscle, and enclose its volume.",
      surfaces_enclose_the_muscle);
  add("geometry", "coordinates_in_range", "Ventricular coordinates are between 0 and 1, and run over the heart.",
      coordinates_are_in_range);
  add("conduction", "candidates_are_nodes", "Candidates are nodes of the geometry, with a finite onset from 0 on each.",
      candidates_are_nodes);
}

}  // namespace tawara::conformance
