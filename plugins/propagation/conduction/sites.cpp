#include "sites.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "greedy_sites.hpp"
#include "tawara/geometry.hpp"

namespace tawara::propagation {

Descriptor ConductionSites::describe() {
  Descriptor d("conduction.sites", "Candidate root nodes, evenly spread over both endocardia");
  d.doc =
      "Walks each endocardium from apex to base and keeps a node when its straight-line distance to every kept node of "
      "that ventricle exceeds `spacing`. Candidates are listed LV first, then RV, each by (ab, position), never by "
      "node "
      "number, so that any numbering of the same mesh gives the same sites. All sites start at 0 ms: the conduction "
      "system's own delays are not modelled.";
  d.citations = {"Camps, Holmes et al., Computing in Cardiology 2025"};
  d.number("spacing", "mm", 15).above(0).usual(8, 25).says("Least distance between two candidates of one ventricle");
  d.number("ab_max", "1", 0.8).allowed(0, 1).says("No candidates above this apex-base coordinate");
  d.slot("geometry", "geometry")
      .needs("nodes", "mm")
      .needs("lv_endo", "1")
      .needs("rv_endo", "1")
      .needs("ab", "1")
      .needs("rt", "1")
      .says("The ventricles");
  d.constant("candidates", "1", "n_candidates").says("Node number of each candidate; ids of `root_nodes` index it");
  d.constant("onset", "ms", "n_candidates").says("When a front leaves the candidate");
  d.constant_table("sites").shown_as(Hint::table).says("Position (mm) and ventricular coordinates of each candidate");
  return d;
}

ConductionSites::ConductionSites(const Settings& s) : spacing_(s.number("spacing")), ab_max_(s.number("ab_max")) {}

std::unique_ptr<const Prepared> ConductionSites::prepare(PrepareContext& context) const {
  const GeometryView heart = GeometryView::of(context.input("geometry"));
  const auto lv = greedy_sites(heart.nodes, heart.ab, heart.lv_endo, spacing_, ab_max_);
  const auto rv = greedy_sites(heart.nodes, heart.ab, heart.rv_endo, spacing_, ab_max_);
  if (lv.empty() && rv.empty()) {
    throw ScenarioError("ab_max",
                        fmt::format("no endocardial node of '{}' has ab <= {}; raise ab_max or use a geometry "
                                    "with lv_endo or rv_endo",
                                    context.input("geometry").instance(), ab_max_));
  }

  std::vector<std::int32_t> candidates(lv);
  candidates.insert(candidates.end(), rv.begin(), rv.end());
  const std::size_t n = candidates.size();
  std::vector<std::string> ventricle(n, "RV");
  std::fill_n(ventricle.begin(), lv.size(), "LV");
  const std::vector<double> onset(n, 0.0);
  std::vector<double> id(n), node(n), x(n), y(n), z(n), ab(n), rt(n);
  for (std::size_t k = 0; k < n; ++k) {
    const std::int32_t i = candidates[k];
    id[k] = static_cast<double>(k);
    node[k] = i;
    x[k] = heart.nodes[3 * i];
    y[k] = heart.nodes[3 * i + 1];
    z[k] = heart.nodes[3 * i + 2];
    ab[k] = heart.ab[i];
    rt[k] = heart.rt[i];
  }
  Table sites;
  sites.add("id", "1", id).add("node", "1", node).add_text("ventricle", ventricle);
  sites.add("x", "mm", x).add("y", "mm", y).add("z", "mm", z).add("ab", "1", ab).add("rt", "1", rt);
  sites.add("onset", "ms", onset);
  context.put("candidates", Array::of(candidates));
  context.put("onset", Array::of(onset));
  context.put("sites", std::move(sites));
  context.host().info(fmt::format("{} LV and {} RV candidate sites {:g} mm apart", lv.size(), rv.size(), spacing_));
  return nullptr;
}

}  // namespace tawara::propagation
