#include "my_component.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

namespace my_component {

Mesh box(std::array<int, 3> cells, double edge) {
  const std::array<int, 3> n = {cells[0] + 1, cells[1] + 1, cells[2] + 1};
  const auto number = [&](std::array<int, 3> at) { return (at[2] * n[1] + at[1]) * n[0] + at[0]; };
  Mesh mesh;
  for (int z = 0; z < n[2]; ++z)
    for (int y = 0; y < n[1]; ++y)
      for (int x = 0; x < n[0]; ++x)
        for (const int i : {x, y, z}) mesh.nodes.push_back(i * edge);

  // Each of the six ways along three edges from corner to opposite corner is a tetrahedron (Kuhn). Neighbouring cubes
  // fit together.
  for (int z = 0; z < cells[2]; ++z)
    for (int y = 0; y < cells[1]; ++y)
      for (int x = 0; x < cells[0]; ++x) {
        std::array<int, 3> axes = {0, 1, 2};
        do {
          std::array<int, 3> at = {x, y, z};
          std::array<int, 4> corner{number(at)};
          for (std::size_t i = 0; i < 3; ++i) {
            ++at[static_cast<std::size_t>(axes[i])];
            corner[i + 1] = number(at);
          }
          const bool even = (axes[1] - axes[0] + 3) % 3 == 1;
          if (!even) std::swap(corner[1], corner[2]);
          mesh.tetrahedra.insert(mesh.tetrahedra.end(), corner.begin(), corner.end());
        } while (std::next_permutation(axes.begin(), axes.end()));
      }
  return mesh;
}

double volume(const Mesh& mesh, std::size_t tetrahedron) {
  const auto node = [&](std::size_t corner) {
    return &mesh.nodes[3 * static_cast<std::size_t>(mesh.tetrahedra[4 * tetrahedron + corner])];
  };
  double a[3], b[3], c[3];
  for (std::size_t i = 0; i < 3; ++i) {
    a[i] = node(1)[i] - node(0)[i];
    b[i] = node(2)[i] - node(0)[i];
    c[i] = node(3)[i] - node(0)[i];
  }
  return (a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) +
          a[2] * (b[0] * c[1] - b[1] * c[0])) /
         6;
}

tawara::Descriptor MyComponent::describe() {
  tawara::Descriptor d("geometry.my_component", "A slab of muscle");
  d.doc =
      "A box with one corner at the origin, of cubes cut into six tetrahedra each. Fibres lie in the x-y plane at one "
      "angle; sheets contain them and z. No endocardium and no ventricular coordinates.";
  d.number("length", "mm", 20).above(0).usual(10, 60).says("Along x.");
  d.number("width", "mm", 10).above(0).usual(5, 40).says("Along y.");
  d.number("height", "mm", 5).above(0).usual(2, 20).says("Along z.");
  d.number("edge", "mm", 1).above(0).usual(0.3, 2).may_vary().says("Edge of a cube; lengths are rounded to it.");
  d.number("angle", "deg", 0).allowed(-180, 180).may_vary().says("Of the fibres against x.");
  // These names, shapes and units are what other components ask for: see tawara/geometry.hpp, which also lists what a
  // heart can have beside them (surfaces, ventricular coordinates).
  d.constant("nodes", "mm", "n_nodes x 3").shown_as(tawara::Hint::mesh).says("Positions.");
  d.constant("tetrahedra", "1", "n_tetrahedra x 4").shown_as(tawara::Hint::mesh).says("Node numbers from 0.");
  d.constant("fibre", "1", "n_nodes x 3").shown_as(tawara::Hint::field).says("Unit vector along the fibre.");
  d.constant("sheet", "1", "n_nodes x 3").shown_as(tawara::Hint::field).says("Unit vector across it, in the sheet.");
  d.constant("normal", "1", "n_nodes x 3").shown_as(tawara::Hint::field).says("Unit vector across the sheet.");
  d.constant("muscle_volume", "ml", "").summary_as("muscle_volume_ml").says("Volume of all tetrahedra.");
  return d;
}

MyComponent::MyComponent(const tawara::Settings& settings)
    : size_{settings.number("length"), settings.number("width"), settings.number("height")},
      edge_(settings.number("edge")),
      angle_(settings.number("angle")) {
  double nodes = 1;
  for (const double length : size_) nodes *= length / edge_ + 1;
  if (nodes > 1e7)
    throw tawara::ScenarioError("edge", "this makes " + std::to_string(std::llround(nodes)) +
                                            " nodes; choose `edge` (mm) so that there are at most 10 million");
}

std::unique_ptr<const tawara::Prepared> MyComponent::prepare(tawara::PrepareContext& context) const {
  std::array<int, 3> cells{};
  for (std::size_t i = 0; i < 3; ++i) cells[i] = std::max(1, static_cast<int>(std::lround(size_[i] / edge_)));
  const Mesh mesh = box(cells, edge_);
  const std::size_t n = mesh.nodes.size() / 3, m = mesh.tetrahedra.size() / 4;
  double total = 0;
  for (std::size_t i = 0; i < m; ++i) total += volume(mesh, i);

  const double a = angle_ * std::numbers::pi / 180;
  const auto everywhere = [&](double x, double y, double z) {
    std::vector<double> field;
    for (std::size_t i = 0; i < n; ++i) field.insert(field.end(), {x, y, z});
    return tawara::Array::of(field, {n, 3});
  };
  context.put("nodes", tawara::Array::of(mesh.nodes, {n, 3}));
  context.put("tetrahedra", tawara::Array::of(mesh.tetrahedra, {m, 4}));
  context.put("fibre", everywhere(std::cos(a), std::sin(a), 0));
  context.put("sheet", everywhere(0, 0, 1));
  context.put("normal", everywhere(std::sin(a), -std::cos(a), 0));
  context.put("muscle_volume", total / 1000);  // mm^3 in ml
  return nullptr;                              // nothing is left to evaluate
}

}  // namespace my_component
