#include "my_component.hpp"

#include <vector>

#include "tawara/geometry.hpp"

namespace my_component {

std::int32_t nearest_node(std::span<const double> nodes, const Point& point) {
  std::size_t nearest = 0;
  double least = -1;
  for (std::size_t i = 0; i < nodes.size() / 3; ++i) {
    double square = 0;
    for (std::size_t k = 0; k < 3; ++k) square += (nodes[3 * i + k] - point[k]) * (nodes[3 * i + k] - point[k]);
    if (least >= 0 && square >= least) continue;
    least = square;
    nearest = i;
  }
  return static_cast<std::int32_t>(nearest);
}

tawara::Descriptor MyComponent::describe() {
  tawara::Descriptor d("conduction.my_component", "Sites where a front starts, by position");
  d.doc =
      "Each site is the node of the geometry nearest to its position. The conduction system itself is not modelled.";
  // A list of records: sites = [{ x = 0, y = 0, z = 0, onset = 0 }, ...]
  tawara::Parameter site = tawara::make_parameter("site", tawara::Type::record);
  site.members = {tawara::make_parameter("x", tawara::Type::number, "mm").says("To the left."),
                  tawara::make_parameter("y", tawara::Type::number, "mm").says("To the back."),
                  tawara::make_parameter("z", tawara::Type::number, "mm").says("To the head."),
                  tawara::make_parameter("onset", tawara::Type::number, "ms", 0.0).at_least(0).says("When it starts.")};
  d.list("sites", site).says("At least one.");
  d.slot("geometry", "geometry").needs("nodes", "mm").says("The muscle.");
  // What propagation.eikonal asks for: its `root_nodes` are places in this list.
  d.constant("candidates", "1", "n_sites").says("Node number of each site.");
  d.constant("onset", "ms", "n_sites").says("When a front leaves it.");
  return d;
}

MyComponent::MyComponent(const tawara::Settings& settings) {
  for (const tawara::Value& site : settings.list("sites")) {
    const auto member = [&](const char* key) { return site.find(key)->number(); };
    sites_.push_back({{member("x"), member("y"), member("z")}, member("onset")});
  }
  if (sites_.empty())
    throw tawara::ScenarioError("sites", "there is none; give at least one as { x = 0, y = 0, z = 0 } (mm)");
}

std::unique_ptr<const tawara::Prepared> MyComponent::prepare(tawara::PrepareContext& context) const {
  const auto muscle = tawara::GeometryView::of(context.input("geometry"));
  std::vector<std::int32_t> candidates;
  std::vector<double> onset;
  for (const Site& site : sites_) {
    candidates.push_back(nearest_node(muscle.nodes, site.position));
    onset.push_back(site.onset);
  }
  context.put("candidates", tawara::Array::of(candidates));
  context.put("onset", tawara::Array::of(onset));
  return nullptr;  // nothing is left to evaluate
}

}  // namespace my_component
