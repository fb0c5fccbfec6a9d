#include "eikonal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "fast_endocardium.hpp"
#include "tawara/geometry.hpp"

namespace tawara::propagation {

namespace {

constexpr std::array<std::pair<const char*, Method>, 4> methods{{{"two_ring_tetra", Method::two_ring_tetra},
                                                                 {"edge", Method::edge},
                                                                 {"two_ring", Method::two_ring},
                                                                 {"tetra", Method::tetra}}};

class EikonalWorkspace : public Workspace {
 public:
  std::unique_ptr<ActivationSolver::Scratch> scratch;
  std::vector<Source> sources;
};

class PreparedEikonal : public Prepared {
 public:
  PreparedEikonal(std::unique_ptr<const ActivationSolver> solver, const GeometryView& heart, const Input& conduction,
                  bool has_fast_layer)
      : solver_(std::move(solver)), nodes_(heart.nodes.begin(), heart.nodes.end()), has_fast_layer_(has_fast_layer) {
    const auto candidates = conduction.array("candidates").span<std::int32_t>();
    const auto onset = conduction.array("onset").span<double>();
    for (std::size_t k = 0; k < candidates.size(); ++k) candidates_.push_back({candidates[k], onset[k]});
  }

  [[nodiscard]] std::unique_ptr<Workspace> workspace() const override {
    auto workspace = std::make_unique<EikonalWorkspace>();
    workspace->scratch = solver_->scratch();
    workspace->sources.reserve(candidates_.size());
    return workspace;
  }

  void evaluate(int, Row& row) const override {
    const Speeds speeds{.fibre = row.number("CV_fibre"),
                        .sheet = row.number("CV_sheet"),
                        .normal = row.number("CV_normal"),
                        .endo_dense = row.number("CV_endo_dense"),
                        .endo_sparse = row.number("CV_endo_sparse")};
    if (has_fast_layer_ && speeds.endo_dense < speeds.endo_sparse) {
      row.fail("CV_order", fmt::format("CV_endo_dense is {:g} m/s, below CV_endo_sparse {:g} m/s; the densely covered "
                                       "endocardium is the faster one",
                                       speeds.endo_dense, speeds.endo_sparse));
      return;
    }
    auto& workspace = row.workspace<EikonalWorkspace>();
    workspace.sources.clear();
    for (const double id : row.values("root_nodes")) {
      if (!(id >= 0 && id < static_cast<double>(candidates_.size()))) {
        row.fail("root_node",
                 fmt::format("root_nodes has {:g}, but the candidates are numbered 0 to {}; take one of them "
                             "or offer more",
                             id, candidates_.size() - 1));
        return;
      }
      workspace.sources.push_back(candidates_[static_cast<std::size_t>(id)]);
    }
    if (workspace.sources.empty()) {
      row.fail("no_root_node", "root_nodes is empty; at least one is needed");
      return;
    }

    Array& output = row.output("LAT");
    output.reshape(DType::f32, {nodes_.size() / 3});
    const auto LAT = output.mutable_span<float>();
    solver_->solve(speeds, workspace.sources, LAT, workspace.scratch.get());
    const auto last = std::max_element(LAT.begin(), LAT.end());
    if (!(*last < std::numeric_limits<float>::infinity())) {
      row.fail("unreachable", unreachable(LAT));
      return;
    }
    row.set("LAT_max", *last);
  }

 private:
  [[nodiscard]] std::string unreachable(std::span<const float> LAT) const {
    const auto never = [](float t) { return !(t < std::numeric_limits<float>::infinity()); };
    const auto i = static_cast<std::size_t>(std::find_if(LAT.begin(), LAT.end(), never) - LAT.begin());
    return fmt::format(
        "{} of {} nodes are not connected to any root node, the first is node {} at ({:.2f}, {:.2f}, {:.2f}) mm; the "
        "mesh is in several pieces: keep the one with the root nodes",
        std::count_if(LAT.begin(), LAT.end(), never), LAT.size(), i, nodes_[3 * i], nodes_[3 * i + 1],
        nodes_[3 * i + 2]);
  }

  std::unique_ptr<const ActivationSolver> solver_;
  std::vector<double> nodes_;
  std::vector<Source> candidates_;
  bool has_fast_layer_;
};

}  // namespace

Descriptor Eikonal::describe() {
  Descriptor d("propagation.eikonal", "Activation times by the anisotropic eikonal equation");
  d.doc =
      "sqrt(grad t . D grad t) = 1 with D = sum over fibre, sheet, normal of v^2 a a^T, from root nodes with onset "
      "times. "
      "Where the geometry has ventricular coordinates, a fast endocardium competes with the muscle: dense sets (LV ab "
      "<= 0.4; RV ab <= 0.2, and its free wall rt 0.2..0.5) and sparse sets (the rest up to ab 0.9), each "
      "isotropic.\n\n"
      "Accuracy against the exact solution of a 60 x 40 x 10 mm slab of 1.5 mm edges, mean: `two_ring_tetra` 1.2-1.8 "
      "%, "
      "`tetra` 1.6-4 %, `two_ring` 1.7-3 %, `edge` 8-11 %. All are late, never early. `edge` is the published graph "
      "model, in which an edge within a fast set is fast and not orthotropic.";
  d.citations = {"Camps, Holmes et al., Computing in Cardiology 2025",
                 "Fu, Kirby and Whitaker, SIAM J Sci Comput 2013, doi:10.1137/120881956",
                 "Wallman, Smith and Rodriguez, IEEE Trans Biomed Eng 2012, doi:10.1109/TBME.2012.2194495"};
  d.maturity = Maturity::stable;
  d.choice("method", "two_ring_tetra",
           {{"two_ring_tetra",
             "Shortest ways over links to neighbours' neighbours, then one pass of tetrahedron and "
             "triangle updates in order of arrival"},
            {"two_ring", "Shortest ways over links to neighbours and neighbours' neighbours"},
            {"tetra", "Converged tetrahedron and triangle updates, double precision"},
            {"edge", "Shortest ways over mesh edges, double precision: the published model, 8-11 % late"}})
      .says("How times are found");
  d.subset("root_nodes", "conduction.candidates").evaluate().says("Where activation starts");
  const auto speed = [&](const char* name, double value, double low, double high, const char* text) {
    d.number(name, "m/s", value).above(0).at_most(10).usual(low, high).evaluate().says(text);
  };
  speed("CV_fibre", 0.65, 0.4, 0.9, "Along fibres");
  speed("CV_sheet", 0.51, 0.25, 0.6, "Across fibres, in the sheet");
  speed("CV_normal", 0.48, 0.2, 0.6, "Across the sheet");
  speed("CV_endo_dense", 1.5, 1.0, 1.9, "Endocardium with dense Purkinje cover; at least CV_endo_sparse");
  speed("CV_endo_sparse", 1.0, 0.7, 1.5, "Endocardium with sparse Purkinje cover");
  d.slot("geometry", "geometry")
      .needs("nodes", "mm")
      .needs("tetrahedra", "1")
      .needs("fibre", "1")
      .needs("sheet", "1")
      .needs("normal", "1")
      .says("The muscle; with lv_endo, rv_endo, ab and rt it has a fast endocardium, without it has none");
  d.slot("conduction", "conduction")
      .needs("candidates", "1")
      .needs("onset", "ms")
      .says("Candidate root nodes and when a front leaves them");
  d.output("LAT", "ms", "n_nodes").shown_as(Hint::field).says("Local activation time, f32");
  d.output("LAT_max", "ms").summary_as("LAT_max_ms").says("Latest activation");
  return d;
}

Eikonal::Eikonal(const Settings& settings) {
  const std::string& chosen = settings.text("method");
  method_ = std::find_if(methods.begin(), methods.end(), [&](const auto& m) { return m.first == chosen; })->second;
}

std::unique_ptr<const Prepared> Eikonal::prepare(PrepareContext& context) const {
  const GeometryView heart = GeometryView::of(context.input("geometry"));
  std::vector<std::uint8_t> sets;
  if (!heart.ab.empty() && !heart.rt.empty() && !(heart.lv_endo.empty() && heart.rv_endo.empty())) {
    sets = fast_endocardial_sets(heart.ab, heart.rt, heart.lv_endo, heart.rv_endo);
  }
  const Muscle muscle{heart.nodes,  heart.tetrahedra, heart.fibre,   heart.sheet,
                      heart.normal, heart.lv_endo,    heart.rv_endo, sets};
  const auto progress = context.host().progress("eikonal: links and metrics");
  return std::make_unique<PreparedEikonal>(make_activation_solver(method_, muscle), heart, context.input("conduction"),
                                           !sets.empty());
}

}  // namespace tawara::propagation
