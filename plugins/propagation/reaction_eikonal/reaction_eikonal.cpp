#include "reaction_eikonal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "apd_field.hpp"
#include "smoothing.hpp"
#include "tawara/geometry.hpp"
#include "voltage.hpp"

namespace tawara::propagation {

namespace {

class PreparedReactionEikonal : public Prepared {
 public:
  PreparedReactionEikonal(ApdCoordinates coordinates, const Input& dictionary, SmoothingMatrix S, std::vector<double> t,
                          std::vector<std::int32_t> passes)
      : coordinates_(std::move(coordinates)),
        entries_(dictionary.array("APD90").span<double>()),
        AP_(dictionary.array("AP")),
        AP_upstroke_(dictionary.array("AP_upstroke").number()),
        S_(std::move(S)),
        t_(std::move(t)),
        passes_(std::move(passes)) {}

  void evaluate(int group, Row& row) const override {
    if (group == 0) {
      put_repolarisation(row);
    } else {
      put_V_m(row);
    }
  }

 private:
  /// Activation of this row; fails the row and gives nothing where the parameters or meshes do not go together.
  [[nodiscard]] std::optional<std::span<const float>> usable_LAT(Row& row) const {
    const double APD_min = row.number("APD_min"), APD_max = row.number("APD_max");
    if (APD_min > APD_max) {
      row.fail("APD_order", fmt::format("APD_min is {:g} ms, above APD_max {:g} ms", APD_min, APD_max));
      return std::nullopt;
    }
    const Array& activation = row.input("activation", "LAT");
    if (!row.active()) return std::nullopt;
    const auto LAT = activation.span<float>();
    if (LAT.size() == coordinates_.ab.size()) return LAT;
    row.fail("other_mesh", fmt::format("activation has {} nodes, the geometry {}; give both the same geometry",
                                       LAT.size(), coordinates_.ab.size()));
    return std::nullopt;
  }

  /// Nearest dictionary rows to the APD field. @param APD  n, ms: left with the APD90 of those rows
  /// @return how many nodes ask for an APD the dictionary does not reach
  std::size_t choose_entries(Row& row, std::span<float> APD, std::span<std::int32_t> entry) const {
    const ApdGradients g{row.number("g_ab"), row.number("g_pa"), row.number("g_tv"), row.number("g_tm")};
    apd_field(coordinates_, g, row.number("APD_min"), row.number("APD_max"), APD);
    std::size_t outside = 0;
    for (std::size_t i = 0; i < APD.size(); ++i) {
      outside += APD[i] < entries_.lowest() || APD[i] > entries_.highest();
      entry[i] = entries_.of(APD[i]);
      APD[i] = entries_.APD90(entry[i]);
    }
    return outside;
  }

  void put_repolarisation(Row& row) const {
    const auto LAT = usable_LAT(row);
    if (!LAT) return;
    const std::size_t n = LAT->size();
    const auto field = [&](const char* name) {
      Array& a = row.output(name);
      a.reshape(DType::f32, {n});
      return a.mutable_span<float>();
    };
    const std::span<float> APD = field("APD"), RT = field("RT");
    std::copy(LAT->begin(), LAT->end(), field("LAT").begin());
    Array& entry = row.output("AP_entry");
    entry.reshape(DType::i32, {n});
    const std::size_t outside = choose_entries(row, APD, entry.mutable_span<std::int32_t>());
    for (std::size_t i = 0; i < n; ++i) RT[i] = (*LAT)[i] + APD[i];
    row.set("APD_clamped", static_cast<double>(outside) / static_cast<double>(n));
  }

  void put_V_m(Row& row) const {
    const auto LAT = usable_LAT(row);
    if (!LAT) return;
    std::vector<float> APD(LAT->size());
    std::vector<std::int32_t> entry(LAT->size());
    choose_entries(row, APD, entry);
    Array& V_m = row.output("V_m");
    V_m.reshape(DType::f32, {LAT->size(), t_.size()});
    reaction_eikonal_V_m({*LAT, entry, AP_.span<float>(), AP_.extent(1), AP_upstroke_}, S_, t_, passes_,
                         V_m.mutable_span<float>(), [&] {
                           if (row.host().cancelled()) throw Cancelled();
                         });
  }

  ApdCoordinates coordinates_;
  NearestEntry entries_;
  Array AP_;
  double AP_upstroke_;
  SmoothingMatrix S_;
  std::vector<double> t_;
  std::vector<std::int32_t> passes_;
};

std::vector<float> in_single(std::span<const double> x) { return {x.begin(), x.end()}; }

}  // namespace

Descriptor ReactionEikonal::describe() {
  Descriptor d("propagation.reaction_eikonal", "Action potentials shifted to the activation times, APD by gradients");
  d.doc =
      "APD = APD_min + (APD_max - APD_min) G, G = g_ab ab + g_pa aprt + g_tv rvlv + g_tm tm rescaled to [0, 1] over "
      "the "
      "nodes (one half everywhere when it is constant; only ratios of the g matter). Each node takes the action "
      "potential of nearest APD90 in the dictionary, so an APD beyond the dictionary becomes its shortest or longest "
      "(`APD_clamped` counts), and `APD` and RT = LAT + APD are those of the action potential taken.\n\n"
      "V_m(x, t) = (S^m(t) v)(x), v the action potential with its upstroke at LAT, S an averaging over mesh neighbours "
      "that stands in for diffusion, m(t) the passes made by then. S acts on V_m only, not on RT. V_m is computed only "
      "when something asks for it: an ECG is had from LAT, AP_entry and S at a fraction of the cost.";
  d.citations = {"Camps, Holmes et al., Computing in Cardiology 2025",
                 "Neic et al., J Comput Phys 2017, doi:10.1016/j.jcp.2017.06.020"};
  d.maturity = Maturity::stable;
  d.number("APD_min", "ms", 240).above(0).usual(150, 350).evaluate().says("APD90 where G is least");
  d.number("APD_max", "ms", 300).above(0).usual(200, 450).evaluate().says("APD90 where G is greatest");
  const auto gradient = [&](const char* name, double value, const char* text) {
    d.number(name, "1", value).usual(-1, 1).evaluate().says(text);
  };
  gradient("g_ab", 0, "Apex-base gradient; positive: longer at the base");
  gradient("g_pa", 0, "Posterior-anterior gradient; positive: longer in front");
  gradient("g_tv", 0, "Transventricular gradient; positive: longer on the right");
  gradient("g_tm", 1, "Transmural gradient; positive: longer at the endocardium");
  d.number("duration", "ms", 450).allowed(1, 5000).usual(300, 600).says("Samples are at 0, 1, 2, ... ms before this");
  d.boolean("smoothing", true).says("Average V_m over neighbours, in place of diffusion");
  d.number("smoothing_start", "ms", 100).at_least(0).expert().says("First pass");
  d.number("smoothing_interval", "ms", 20).above(0).expert().says("Between passes");
  d.number("smoothing_end", "ms", 450).at_least(0).expert().says("No passes from here on");
  d.number("self_distance", "mm", 0.5)
      .above(0)
      .expert()
      .says("Distance of a node to itself: less means less smoothing");
  d.number("smoothing_CV_fibre", "m/s", 0.65).above(0).expert().says("Shapes the averaging along fibres");
  d.number("smoothing_CV_sheet", "m/s", 0.51).above(0).expert().says("The same across fibres, in the sheet");
  d.number("smoothing_CV_normal", "m/s", 0.48).above(0).expert().says("The same across the sheet");
  d.slot("activation", "propagation").needs("LAT", "ms").says("When each node is activated");
  d.slot("dictionary", "experiment")
      .needs("AP", "mV")
      .needs("APD90", "ms")
      .needs("AP_upstroke", "ms")
      .says("Action potentials by APD90");
  d.slot("geometry", "geometry")
      .needs("nodes", "mm")
      .needs("tetrahedra", "1")
      .needs("fibre", "1")
      .needs("sheet", "1")
      .needs("normal", "1")
      .needs("ab", "1")
      .needs("aprt", "1")
      .needs("rvlv", "1")
      .needs("tm", "1")
      .says("The muscle and its ventricular coordinates; the same as the activation's");
  d.constant("t", "ms", "n_samples").says("Time of each sample");
  d.constant("AP", "mV", "K x T").says("The dictionary's action potentials, f32");
  d.constant("AP_upstroke", "ms", "").says("Time of the upstroke within a row of AP");
  d.constant("smoothing_rows", "1", "n_nodes + 1").says("S: where each row begins");
  d.constant("smoothing_columns", "1", "n_entries").says("S: nodes averaged over");
  d.constant("smoothing_weights", "1", "n_entries").says("S: their weights, 1 in sum over a row");
  d.constant("smoothing_passes", "1", "n_samples").says("m(t): how often S acts on each sample");
  d.output("LAT", "ms", "n_nodes").shown_as(Hint::field).says("Local activation time, f32");
  d.output("APD", "ms", "n_nodes").shown_as(Hint::field).says("APD90 of the node's action potential, f32");
  d.output("RT", "ms", "n_nodes").shown_as(Hint::field).says("Repolarisation time LAT + APD, f32");
  d.output("AP_entry", "1", "n_nodes").says("Row of AP that the node has, i32");
  d.output("APD_clamped", "1").summary_as("APD_clamped").says("Fraction of nodes whose APD the dictionary lacks");
  d.output("V_m", "mV", "n_nodes x n_samples").in_group(1).says("Transmembrane voltage, f32; large");
  return d;
}

ReactionEikonal::ReactionEikonal(const Settings&) {}

std::unique_ptr<const Prepared> ReactionEikonal::prepare(PrepareContext& context) const {
  const Settings& s = context.settings();
  const GeometryView heart = GeometryView::of(context.input("geometry"));
  const Input& dictionary = context.input("dictionary");
  const auto APD90 = dictionary.array("APD90").span<double>();
  if (APD90.empty() || !std::is_sorted(APD90.begin(), APD90.end()) || dictionary.array("AP").shape().size() != 2 ||
      dictionary.array("AP").extent(0) != APD90.size()) {
    throw ScenarioError("dictionary",
                        fmt::format("'{}' gives {} APD90 values for an AP table of {} numbers; expected AP of K x T "
                                    "with its K values of APD90 in ascending order",
                                    dictionary.instance(), APD90.size(), dictionary.array("AP").size()));
  }

  const auto n_samples = static_cast<std::size_t>(std::ceil(s.number("duration")));
  const SmoothingSchedule schedule{s.number("smoothing_start"), s.number("smoothing_interval"),
                                   s.number("smoothing_end")};
  std::vector<double> t(n_samples);
  std::vector<std::int32_t> passes(n_samples, 0);
  for (std::size_t j = 0; j < n_samples; ++j) {
    t[j] = static_cast<double>(j);
    if (s.boolean("smoothing")) passes[j] = schedule.passes_at(t[j]);
  }
  const Muscle muscle{.nodes = heart.nodes,
                      .tetrahedra = heart.tetrahedra,
                      .fibre = heart.fibre,
                      .sheet = heart.sheet,
                      .normal = heart.normal};
  SmoothingMatrix S = smoothing_matrix(muscle, s.number("smoothing_CV_fibre"), s.number("smoothing_CV_sheet"),
                                       s.number("smoothing_CV_normal"), s.number("self_distance"));

  context.put("t", Array::of(t));
  context.put("AP", dictionary.array("AP"));
  context.put("AP_upstroke", dictionary.array("AP_upstroke"));
  context.put("smoothing_rows", Array::of(S.rows));
  context.put("smoothing_columns", Array::of(S.columns));
  context.put("smoothing_weights", Array::of(S.weights));
  context.put("smoothing_passes", Array::of(passes));
  context.host().info(fmt::format("action potentials of APD90 {:.0f} to {:.0f} ms", APD90.front(), APD90.back()));
  return std::make_unique<PreparedReactionEikonal>(
      ApdCoordinates{in_single(heart.ab), in_single(heart.aprt), in_single(heart.rvlv), in_single(heart.tm)},
      dictionary, std::move(S), std::move(t), std::move(passes));
}

}  // namespace tawara::propagation
