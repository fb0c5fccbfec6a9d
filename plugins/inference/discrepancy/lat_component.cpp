#include "lat_component.hpp"

#include <cmath>
#include <string>

namespace tawara::discrepancy {
namespace {

class PreparedLat final : public Prepared {
 public:
  void evaluate(int, Row& row) const override {
    const Array& simulated = row.input("simulated", "LAT");
    if (!row.active()) return;
    const Array& observed = row.input("observed", "LAT");
    if (!row.active()) return;
    if (simulated.size() != observed.size())
      throw DataError("activation maps of " + std::to_string(simulated.size()) + " and " +
                      std::to_string(observed.size()) + " nodes cannot be compared; take both on the same geometry");
    const double rms = lat_rms(simulated, observed);
    if (!std::isfinite(rms)) return row.fail("not_activated", "an activation map has nodes without a finite LAT");
    row.set("lat_rms", rms);
  }
};

}  // namespace

double lat_rms(const Array& a, const Array& b) {
  double sum = 0;
  bool reached = true;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = a.at(i), y = b.at(i);
    reached = reached && std::isfinite(x) && std::isfinite(y);
    sum += (x - y) * (x - y);
  }
  return reached ? std::sqrt(sum / static_cast<double>(a.size())) : NAN;
}

Descriptor LatDiscrepancy::describe() {
  Descriptor d("discrepancy.lat", "RMS difference of two activation maps on one geometry");
  d.doc = "sqrt(mean over nodes of (LAT_simulated - LAT_observed)^2). Every node counts the same, whatever its volume.";
  d.slot("simulated", "").needs("LAT", "ms").says("Activation map, a number per node.");
  d.slot("observed", "").needs("LAT", "ms").says("The map to compare with, e.g. of a planted twin.");
  d.output("lat_rms", "ms").summary_as("lat_rms_ms").says("Root mean square over nodes.");
  return d;
}

std::unique_ptr<const Prepared> LatDiscrepancy::prepare(PrepareContext&) const {
  return std::make_unique<PreparedLat>();
}

}  // namespace tawara::discrepancy
