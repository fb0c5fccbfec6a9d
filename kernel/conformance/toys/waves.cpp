#include <algorithm>
#include <cmath>

#include "toy_components.hpp"

namespace tawara::toys {
namespace {

/// Position along x from the end of the muscle, in mm.
std::vector<double> along(const Input& geometry) {
  const auto nodes = geometry.array("nodes").span<double>();
  std::vector<double> x;
  for (std::size_t i = 0; i < nodes.size(); i += 3) x.push_back(nodes[i]);
  const double least = x.empty() ? 0 : *std::min_element(x.begin(), x.end());
  for (double& position : x) position -= least;
  return x;
}

class PreparedWave final : public Prepared {
 public:
  PreparedWave(std::vector<double> x, bool together) : x_(std::move(x)), together_(together) {}
  void evaluate(int, Row& row) const override {
    const double slowness = together_ ? 0 : (1 + row.number("difference")) / row.number("CV");
    Array& LAT = row.output("LAT");
    LAT.reshape(DType::f32, {x_.size()});
    double latest = 0;
    for (std::size_t i = 0; i < x_.size(); ++i) {
      LAT.mutable_span<float>()[i] = static_cast<float>(slowness * x_[i]);
      latest = std::max(latest, slowness * x_[i]);
    }
    row.set("LAT_max", latest);
  }

 private:
  std::vector<double> x_;
  bool together_;
};

constexpr std::size_t n_samples = 20;

class PreparedVoltage final : public Prepared {
 public:
  explicit PreparedVoltage(std::vector<double> x) : x_(std::move(x)) {}
  void evaluate(int, Row& row) const override {
    const double level = row.number("level"), a = row.number("a"), b = row.number("b");
    Array& V_m = row.output("V_m");
    V_m.reshape(DType::f32, {x_.size(), n_samples});
    const auto out = V_m.mutable_span<float>();
    for (std::size_t i = 0; i < x_.size(); ++i)
      for (std::size_t j = 0; j < n_samples; ++j) {
        const double t = static_cast<double>(j) / n_samples;
        out[i * n_samples + j] =
            static_cast<float>(level * (1 + t) + a * (1 + t) * x_[i] / 60 + b * std::cos(0.1 * x_[i] - t));
      }
  }

 private:
  std::vector<double> x_;
};

}  // namespace

Descriptor Wave::describe() {
  Descriptor d("propagation.toy_wave", "A plane wave along x");
  d.maturity = Maturity::stable;
  d.doc = "LAT = (1 + difference) (x - least x)/CV.";
  d.number("CV", "m/s", 0.6).evaluate().above(0).usual(0.4, 0.9).says("Conduction velocity.");
  d.number("difference", "1", 0).evaluate().at_least(0).usual(0, 1).says("Of two waves, as a fraction of LAT.");
  d.boolean("together", false).says("All nodes at 0 ms.");
  d.slot("geometry", "geometry").needs("nodes", "mm").says("The muscle.");
  d.output("LAT", "ms", "n_nodes").shown_as(Hint::field).says("Local activation time, f32.");
  d.output("LAT_max", "ms").summary_as("LAT_max_ms").says("Latest activation.");
  return d;
}

std::unique_ptr<const Prepared> Wave::prepare(PrepareContext& context) const {
  return std::make_unique<PreparedWave>(along(context.input("geometry")), context.settings().boolean("together"));
}

Descriptor Voltage::describe() {
  Descriptor d("propagation.toy_voltage", "V_m that is linear in three parameters");
  d.maturity = Maturity::stable;
  d.doc = "V_m = (1 + t/T)(level + a x/60 mm) + b cos(x/10 mm - t/T), T the duration; uniform where a = b = 0.";
  d.number("level", "mV", -80).evaluate().usual(-90, 40).says("Part that is the same everywhere.");
  d.number("a", "mV", 20).evaluate().usual(-100, 100).says("Part linear in x.");
  d.number("b", "mV", 10).evaluate().usual(-100, 100).says("Part that is a wave.");
  d.slot("geometry", "geometry").needs("nodes", "mm").says("The muscle.");
  d.constant("t", "ms", "n_samples").says("Time of each sample.");
  d.output("V_m", "mV", "n_nodes x n_samples").says("Transmembrane voltage, f32.");
  return d;
}

std::unique_ptr<const Prepared> Voltage::prepare(PrepareContext& context) const {
  std::vector<double> t;
  for (std::size_t j = 0; j < n_samples; ++j) t.push_back(static_cast<double>(j));
  context.put("t", Array::of(t));
  return std::make_unique<PreparedVoltage>(along(context.input("geometry")));
}

}  // namespace tawara::toys
