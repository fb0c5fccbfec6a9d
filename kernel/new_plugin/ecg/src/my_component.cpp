#include "my_component.hpp"

#include <cmath>

#include "tawara/geometry.hpp"

namespace my_component {
namespace {

Point difference(const Point& a, const Point& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }
double dot(const Point& a, const Point& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
Point cross(const Point& a, const Point& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

}  // namespace

// phi = sum over tetrahedra of volume grad(V_m) . r/|r|^3, r from the electrode to the tetrahedron: a front that comes
// towards the electrode makes it positive. grad(V_m) is linear in the four nodes' V_m, hence a weight for each node.
std::vector<double> weights(std::span<const double> nodes, std::span<const std::int32_t> tetrahedra,
                            const Point& electrode) {
  std::vector<double> result(nodes.size() / 3);
  for (std::size_t first = 0; first < tetrahedra.size(); first += 4) {
    std::array<std::size_t, 4> number{};
    std::array<Point, 4> x{};
    Point r{};
    for (std::size_t i = 0; i < 4; ++i) {
      number[i] = static_cast<std::size_t>(tetrahedra[first + i]);
      for (std::size_t k = 0; k < 3; ++k) {
        x[i][k] = nodes[3 * number[i] + k];
        r[k] += x[i][k] / 4;
      }
    }
    r = difference(r, electrode);
    const double cube = std::pow(dot(r, r), 1.5);
    const Point a = difference(x[1], x[0]), b = difference(x[2], x[0]), c = difference(x[3], x[0]);
    // Volume times the gradient of the function that is 1 at node i: a cross product over 6.
    const double w[] = {dot(cross(b, c), r) / (6 * cube), dot(cross(c, a), r) / (6 * cube),
                        dot(cross(a, b), r) / (6 * cube)};
    for (std::size_t i = 0; i < 3; ++i) {
      result[number[i + 1]] += w[i];
      result[number[0]] -= w[i];
    }
  }
  return result;
}

namespace {

class PreparedLead final : public tawara::Prepared {
 public:
  PreparedLead(std::vector<double> weights, std::size_t n_samples, double rise)
      : weights_(std::move(weights)), n_samples_(n_samples), rise_(rise) {}

  void evaluate(int, tawara::Row& row) const override {
    const tawara::Array& LAT = row.input("source", "LAT");
    if (!row.active()) return;  // the source has no answer in this row
    if (LAT.size() != weights_.size())
      return row.fail("shape", "the activation map is of another geometry; put the same one into both slots");
    tawara::Array& leads = row.output("leads");
    leads.reshape(tawara::DType::f64, {1, n_samples_});
    const auto lead = leads.mutable_span<double>();
    for (std::size_t j = 0; j < n_samples_; ++j) {
      lead[j] = 0;
      for (std::size_t i = 0; i < weights_.size(); ++i)
        lead[j] += weights_[i] / (1 + std::exp((LAT.at(i) - static_cast<double>(j)) / rise_));
    }
  }

 private:
  std::vector<double> weights_;
  std::size_t n_samples_;
  double rise_;
};

}  // namespace

tawara::Descriptor MyComponent::describe() {
  tawara::Descriptor d("ecg.my_component", "One bipolar lead of a depolarising muscle");
  d.doc =
      "Potential at one electrode against another, V_m rising from 0 to 1 about LAT and staying there: a QRS complex, "
      "no T wave. Infinite homogeneous medium, relative amplitude.";
  const auto position = [&](const char* name, double value, const char* text) {
    d.number(name, "mm", value).usual(-300, 300).says(text);
  };
  position("positive_x", 100, "Positive electrode, to the left.");
  position("positive_y", -50, "To the back.");
  position("positive_z", -250, "To the head.");
  position("negative_x", -150, "Negative electrode, to the left.");
  position("negative_y", 0, "To the back.");
  position("negative_z", 150, "To the head.");
  d.number("duration", "ms", 120).above(1).at_most(1000).usual(80, 200).says("Length of the lead, a sample per ms.");
  d.number("rise", "ms", 1).above(0).usual(0.5, 3).says("Time scale of the upstroke.");
  d.slot("source", "").needs("LAT", "ms").says("Activation times.");
  d.slot("geometry", "geometry").needs("nodes", "mm").needs("tetrahedra", "1").says("The muscle, as in the source.");
  // The kernel draws leads over t, a row each, under these labels.
  d.constant("t", "ms", "n_samples").says("Time of each sample.");
  d.output("leads", "1", "1 x n_samples").shown_as(tawara::Hint::leads).rows({"lead"}).says("The lead.");
  return d;
}

MyComponent::MyComponent(const tawara::Settings& settings)
    : positive_{settings.number("positive_x"), settings.number("positive_y"), settings.number("positive_z")},
      negative_{settings.number("negative_x"), settings.number("negative_y"), settings.number("negative_z")},
      duration_(settings.number("duration")),
      rise_(settings.number("rise")) {}

// All that depends on geometry and electrodes is done once; an evaluation is a sum.
std::unique_ptr<const tawara::Prepared> MyComponent::prepare(tawara::PrepareContext& context) const {
  const auto muscle = tawara::GeometryView::of(context.input("geometry"));
  std::vector<double> lead = weights(muscle.nodes, muscle.tetrahedra, positive_);
  const std::vector<double> negative = weights(muscle.nodes, muscle.tetrahedra, negative_);
  for (std::size_t i = 0; i < lead.size(); ++i) lead[i] -= negative[i];
  std::vector<double> t;
  for (int i = 0; i < static_cast<int>(duration_); ++i) t.push_back(i);
  const std::size_t n = t.size();
  context.put("t", tawara::Array::of(t));
  return std::make_unique<PreparedLead>(std::move(lead), n, rise_);
}

}  // namespace my_component
