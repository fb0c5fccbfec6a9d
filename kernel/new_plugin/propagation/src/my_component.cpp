#include "my_component.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "tawara/geometry.hpp"

namespace my_component {

// An ellipsoidal front: the way split into its parts along and across the fibre.
double travel_time(const Vector& way, const Vector& fibre, double along, double across) {
  double square = 0, part = 0;
  for (std::size_t k = 0; k < 3; ++k) {
    square += way[k] * way[k];
    part += way[k] * fibre[k];
  }
  return std::sqrt(part * part / (along * along) + std::max(0.0, square - part * part) / (across * across));
}

namespace {

// What prepare() knows and every evaluation needs. Inputs outlive this object, but the arrays are shared and cheap to
// keep.
class PreparedFront final : public tawara::Prepared {
 public:
  PreparedFront(const tawara::Input& geometry, const tawara::Input& conduction)
      : nodes_(geometry.array("nodes")),
        fibre_(geometry.array("fibre")),
        candidates_(conduction.array("candidates")),
        onset_(conduction.array("onset")) {}

  // Called for every row of a sweep or sampler, from several threads. Storage of outputs is kept between evaluations,
  // so nothing is allocated here after the first.
  void evaluate(int, tawara::Row& row) const override {
    const double along = row.number("CV_fibre"), across = row.number("CV_across");  // m/s = mm/ms
    const auto nodes = nodes_.span<double>(), fibre = fibre_.span<double>();
    const auto candidates = candidates_.span<std::int32_t>();
    const auto onset = onset_.span<double>();
    tawara::Array& LAT = row.output("LAT");
    LAT.reshape(tawara::DType::f32, {nodes.size() / 3});
    const auto times = LAT.mutable_span<float>();
    double latest = 0;
    for (std::size_t i = 0; i < times.size(); ++i) {
      double first = std::numeric_limits<double>::infinity();
      for (std::size_t s = 0; s < candidates.size(); ++s) {
        const auto start = static_cast<std::size_t>(candidates[s]);
        Vector way{}, direction{};
        for (std::size_t k = 0; k < 3; ++k) {
          way[k] = nodes[3 * i + k] - nodes[3 * start + k];
          direction[k] = fibre[3 * i + k];
        }
        first = std::min(first, onset[s] + travel_time(way, direction, along, across));
      }
      times[i] = static_cast<float>(first);
      latest = std::max(latest, first);
    }
    row.set("LAT_max", latest);
  }

 private:
  tawara::Array nodes_, fibre_, candidates_, onset_;
};

}  // namespace

tawara::Descriptor MyComponent::describe() {
  tawara::Descriptor d("propagation.my_component", "Activation along straight lines");
  d.doc =
      "Each node is reached from the site whose front comes first, on a straight line, at the speed its own fibre "
      "gives everywhere on it. Cavities do not stand in the way: a first guess, too early behind them.";
  d.number("CV_fibre", "m/s", 0.65).evaluate().above(0).at_most(10).usual(0.4, 0.9).says("Along fibres.");
  d.number("CV_across", "m/s", 0.4).evaluate().above(0).at_most(10).usual(0.2, 0.6).says("Across them.");
  d.slot("geometry", "geometry").needs("nodes", "mm").needs("fibre", "1").says("The muscle.");
  d.slot("conduction", "conduction")
      .needs("candidates", "1")
      .needs("onset", "ms")
      .says("Where fronts start, and when.");
  // Discrepancies, ECGs and the VTU files go by this name.
  d.output("LAT", "ms", "n_nodes").shown_as(tawara::Hint::field).says("Local activation time.");
  d.output("LAT_max", "ms").summary_as("LAT_max_ms").says("Latest activation.");
  return d;
}

std::unique_ptr<const tawara::Prepared> MyComponent::prepare(tawara::PrepareContext& context) const {
  return std::make_unique<PreparedFront>(context.input("geometry"), context.input("conduction"));
}

}  // namespace my_component
