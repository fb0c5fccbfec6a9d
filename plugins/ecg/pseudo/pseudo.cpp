#include "pseudo.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "activation_ecg.hpp"
#include "lead_field.hpp"
#include "tawara/geometry.hpp"
#include "voltage_ecg.hpp"

namespace tawara::ecg {

Descriptor PseudoEcg::describe() {
  Descriptor d("ecg.pseudo", "12-lead pseudo-ECG by lead fields in an infinite homogeneous medium");
  d.doc =
      "phi_e(t) = sum over tetrahedra c of V_c grad(V_m)_c . (x_c - x_e) / |x_c - x_e|^3, V_c as a fraction of the "
      "muscle's volume. Leads are differences of electrodes or to Wilson's terminal. Amplitudes are relative: no "
      "torso, no conductivities. A wave moving towards an electrode writes a positive deflection.\n\nA source that "
      "gives activation times and action potentials is never turned into V_m: smoothing and leads are folded into "
      "one matrix per number of smoothing passes. Any other source gives V_m over the nodes.";
  d.citations = {"Gima and Rudy, Circ Res 2002, doi:10.1161/01.RES.0000016960.61087.86",
                 "Camps et al., Med Image Anal 2021, doi:10.1016/j.media.2021.102143"};
  d.number("qrs_duration", "ms", 200)
      .above(0)
      .usual(100, 250)
      .says("Length of `qrs`, the part that can be had without the T wave, so that a sampler can give up early");
  d.choice("precision", "single",
           {{"single", "Fast; within 1e-5 of the leads' peak"}, {"double", "Reference, some thirty times slower"}})
      .expert()
      .says("Arithmetic when the source gives activation times; a stored V_m is always summed in double");
  d.slot("source", "")
      .needs("LAT", "ms")
      .needs("AP_entry", "1")
      .needs("AP", "mV")
      .needs("AP_upstroke", "ms")
      .needs("t", "ms")
      .needs("smoothing_rows", "1")
      .needs("smoothing_columns", "1")
      .needs("smoothing_weights", "1")
      .needs("smoothing_passes", "1")
      .or_else()
      .needs("V_m", "mV")
      .needs("t", "ms")
      .says("What the muscle does: activation times with action potentials, or V_m");
  d.slot("electrodes", "").needs("electrodes", "mm").says("Where it is seen from");
  d.slot("geometry", "geometry")
      .needs("nodes", "mm")
      .needs("tetrahedra", "")
      .says("The muscle, same mesh as the source's");
  d.constant("t", "ms", "n_samples").says("Time of each sample");
  d.output("qrs", "1", "12 x n_qrs").in_group(0).rows(lead_labels()).says("The leads up to qrs_duration");
  d.output("leads", "1", "12 x n_samples")
      .in_group(1)
      .shown_as(Hint::leads)
      .rows(lead_labels())
      .says("I II III aVR aVL aVF V1..V6, relative amplitude");
  return d;
}

PseudoEcg::PseudoEcg(const Settings&) {}

std::unique_ptr<const Prepared> PseudoEcg::prepare(PrepareContext& context) const {
  const auto heart = GeometryView::of(context.input("geometry"));
  const Array& electrodes = context.input("electrodes").array("electrodes");
  if (electrodes.shape() != std::vector<std::size_t>{10, 3})
    throw ScenarioError("electrodes",
                        fmt::format("instance '{}' gives {} numbers; expected 10 x 3 positions, LA RA LL RL V1..V6",
                                    context.input("electrodes").instance(), electrodes.size()));
  auto L = lead_field(heart.nodes, heart.tetrahedra, electrodes.span<double>());

  const Array& t = context.input("source").array("t");
  context.put("t", t);
  const auto times = t.span<double>();
  const double duration = context.settings().number("qrs_duration");
  const auto n_qrs = static_cast<std::size_t>(std::ranges::lower_bound(times, duration) - times.begin());
  if (context.alternative("source") == 1) return std::make_unique<VoltageEcg>(std::move(L), times.size(), n_qrs);
  return prepare_activation_ecg(context, std::move(L), n_qrs);
}

}  // namespace tawara::ecg
