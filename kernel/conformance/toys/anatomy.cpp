#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <random>
#include <set>

#include "tawara/geometry.hpp"
#include "toy_components.hpp"

namespace tawara::toys {
namespace {

constexpr std::array<int, 3> cells = {20, 2, 2};
constexpr double edge = 3;  // mm

/// Cubes cut into six tetrahedra each: the ways from corner to opposite corner (Kuhn).
std::vector<std::array<std::int32_t, 4>> tetrahedra_of_cubes(const auto& number) {
  std::vector<std::array<std::int32_t, 4>> tetrahedra;
  for (int z = 0; z < cells[2]; ++z)
    for (int y = 0; y < cells[1]; ++y)
      for (int x = 0; x < cells[0]; ++x) {
        std::array<std::size_t, 3> axes = {0, 1, 2};
        do {
          std::array<int, 3> at = {x, y, z};
          std::array<std::int32_t, 4> corners{number(at)};
          for (std::size_t i = 0; i < 3; ++i) {
            ++at[axes[i]];
            corners[i + 1] = number(at);
          }
          if ((axes[1] + 3 - axes[0]) % 3 != 1) std::swap(corners[1], corners[2]);  // an odd way round
          tetrahedra.push_back(corners);
        } while (std::next_permutation(axes.begin(), axes.end()));
      }
  return tetrahedra;
}

using Triangle = std::array<std::int32_t, 3>;

/// Faces that only one tetrahedron has, seen from outside.
std::vector<Triangle> boundary_of(const std::vector<std::array<std::int32_t, 4>>& tetrahedra) {
  std::map<Triangle, std::vector<Triangle>> faces;
  for (const auto& [a, b, c, d] : tetrahedra)
    for (const Triangle& face : {Triangle{a, c, b}, Triangle{a, b, d}, Triangle{a, d, c}, Triangle{b, c, d}}) {
      Triangle key = face;
      std::sort(key.begin(), key.end());
      faces[key].push_back(face);
    }
  std::vector<Triangle> boundary;
  for (const auto& [key, found] : faces)
    if (found.size() == 1) boundary.push_back(found.front());
  return boundary;
}

template <std::size_t columns>
Array array_of(const std::vector<std::array<std::int32_t, columns>>& rows) {
  std::vector<std::int32_t> flat;
  for (const auto& row : rows) flat.insert(flat.end(), row.begin(), row.end());
  return Array::of(flat, {rows.size(), columns});
}

double mean_edge(const std::vector<std::array<std::int32_t, 4>>& tetrahedra, const std::vector<double>& nodes) {
  std::set<std::pair<std::int32_t, std::int32_t>> edges;
  for (const auto& t : tetrahedra)
    for (std::size_t i = 0; i < 4; ++i)
      for (std::size_t j = 0; j < i; ++j) edges.insert(std::minmax(t[i], t[j]));
  double sum = 0;
  for (const auto& [a, b] : edges) {
    double square = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      const double d = nodes[3 * static_cast<std::size_t>(a) + k] - nodes[3 * static_cast<std::size_t>(b) + k];
      square += d * d;
    }
    sum += std::sqrt(square);
  }
  return sum / static_cast<double>(edges.size());
}

}  // namespace

Descriptor Bar::describe() {
  Descriptor d("geometry.toy_bar", "A bar of muscle with all a heart has");
  d.maturity = Maturity::stable;
  d.doc =
      "60 x 6 x 6 mm of 3 mm cubes in six tetrahedra each, fibres along x, sheets along y. The end at x = 60 mm is the "
      "base, the sides at y = 0 and 6 mm are the left and right endocardium, the rest is the epicardium.";
  for (const char* axis : {"x", "y", "z"})
    d.number(std::string("offset_") + axis, "mm", 0).usual(-100, 100).says("Where the bar begins.");
  d.integer("numbering", 0).at_least(0).says("Another one numbers the same nodes otherwise.");
  d.constant("nodes", "mm", "n_nodes x 3").shown_as(Hint::mesh).says("Positions.");
  d.constant("tetrahedra", "1", "n_tetrahedra x 4").shown_as(Hint::mesh).says("Node numbers from 0, positive volume.");
  for (const char* vector : {"fibre", "sheet", "normal"})
    d.constant(vector, "1", "n_nodes x 3").shown_as(Hint::field).says("Unit vector.");
  for (const char* surface : {"epi", "lv_endo", "rv_endo", "base"})
    d.constant(surface, "1", "n_triangles x 3").shown_as(Hint::mesh).says("Triangles, normals out of the muscle.");
  for (const char* coordinate : {"ab", "rt", "tm", "aprt", "rvlv"})
    d.constant(coordinate, "1", "n_nodes").shown_as(Hint::field).says("Linear in the position across the bar.");
  d.constant("n_nodes", "1", "").summary_as("nodes").says("Nodes.");
  d.constant("n_tetrahedra", "1", "").summary_as("tetrahedra").says("Tetrahedra.");
  d.constant("mean_edge", "mm", "").summary_as("mean_edge_mm").says("Over all edges.");
  d.constant("muscle_volume", "ml", "").summary_as("muscle_ml").says("Volume.");
  d.constant("min_dihedral", "deg", "").summary_as("min_dihedral_deg").says("Smallest angle between two faces.");
  return d;
}

std::unique_ptr<const Prepared> Bar::prepare(PrepareContext& context) const {
  const std::array<double, 3> offset = {context.settings().number("offset_x"), context.settings().number("offset_y"),
                                        context.settings().number("offset_z")};
  const std::size_t n = (cells[0] + 1) * (cells[1] + 1) * (cells[2] + 1);
  std::vector<std::int32_t> numbers(n);
  std::iota(numbers.begin(), numbers.end(), 0);
  if (const auto seed = context.settings().integer("numbering"); seed > 0) {
    std::mt19937 random(static_cast<std::uint32_t>(seed));
    for (std::size_t i = n - 1; i > 0; --i) std::swap(numbers[i], numbers[random() % (i + 1)]);
  }
  const auto number = [&](const std::array<int, 3>& at) {
    return numbers[static_cast<std::size_t>((at[2] * (cells[1] + 1) + at[1]) * (cells[0] + 1) + at[0])];
  };

  std::vector<double> nodes(3 * n), fibre(3 * n), sheet(3 * n), normal(3 * n);
  std::vector<double> ab(n), rt(n), tm(n), aprt(n), rvlv(n);
  for (int z = 0; z <= cells[2]; ++z)
    for (int y = 0; y <= cells[1]; ++y)
      for (int x = 0; x <= cells[0]; ++x) {
        const auto i = static_cast<std::size_t>(number({x, y, z}));
        nodes[3 * i] = offset[0] + x * edge;
        nodes[3 * i + 1] = offset[1] + y * edge;
        nodes[3 * i + 2] = offset[2] + z * edge;
        fibre[3 * i] = sheet[3 * i + 1] = normal[3 * i + 2] = 1;
        ab[i] = static_cast<double>(x) / cells[0];
        rvlv[i] = static_cast<double>(y) / cells[1];
        aprt[i] = static_cast<double>(z) / cells[2];
        rt[i] = 0.1 + 0.5 * aprt[i];
        tm[i] = std::abs(2 * rvlv[i] - 1);
      }

  const auto tetrahedra = tetrahedra_of_cubes(number);
  std::map<std::string, std::vector<Triangle>> surfaces;
  for (const Triangle& triangle : boundary_of(tetrahedra)) {
    const auto all = [&](const std::vector<double>& coordinate, double value) {
      return std::all_of(triangle.begin(), triangle.end(),
                         [&](std::int32_t i) { return coordinate[static_cast<std::size_t>(i)] == value; });
    };
    surfaces[all(ab, 1) ? "base" : all(rvlv, 0) ? "lv_endo" : all(rvlv, 1) ? "rv_endo" : "epi"].push_back(triangle);
  }

  context.put("nodes", Array::of(nodes, {n, 3}));
  context.put("tetrahedra", array_of(tetrahedra));
  context.put("fibre", Array::of(fibre, {n, 3}));
  context.put("sheet", Array::of(sheet, {n, 3}));
  context.put("normal", Array::of(normal, {n, 3}));
  for (const auto& [name, triangles] : surfaces) context.put(name, array_of(triangles));
  context.put("ab", Array::of(ab));
  context.put("rt", Array::of(rt));
  context.put("tm", Array::of(tm));
  context.put("aprt", Array::of(aprt));
  context.put("rvlv", Array::of(rvlv));
  context.put("n_nodes", static_cast<double>(n));
  context.put("n_tetrahedra", static_cast<double>(tetrahedra.size()));
  context.put("mean_edge", mean_edge(tetrahedra, nodes));
  context.put("muscle_volume", cells[0] * cells[1] * cells[2] * edge * edge * edge / 1000);  // mm^3 in ml
  context.put("min_dihedral", 45.0);                                                         // of a cube in six
  return nullptr;
}

Descriptor End::describe() {
  Descriptor d("conduction.toy_end", "One root node at the corner of smallest x + y + z");
  d.maturity = Maturity::stable;
  d.number("onset", "ms", 0).at_least(0).usual(0, 20).says("When the front starts.");
  d.slot("geometry", "geometry").needs("nodes", "mm").says("The muscle.");
  d.constant("candidates", "1", "n_candidates").says("Its node number.");
  d.constant("onset", "ms", "n_candidates").says("When a front leaves it.");
  return d;
}

std::unique_ptr<const Prepared> End::prepare(PrepareContext& context) const {
  const auto nodes = context.input("geometry").array("nodes").span<double>();
  std::size_t first = 0;
  const auto sum = [&](std::size_t i) { return nodes[3 * i] + nodes[3 * i + 1] + nodes[3 * i + 2]; };
  for (std::size_t i = 1; i < nodes.size() / 3; ++i)
    if (sum(i) < sum(first)) first = i;
  context.put("candidates", Array::of(std::vector<std::int32_t>{static_cast<std::int32_t>(first)}));
  context.put("onset", Array::of(std::vector<double>{context.settings().number("onset")}));
  return nullptr;
}

}  // namespace tawara::toys
