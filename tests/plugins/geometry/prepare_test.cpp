#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "../../one_component.hpp"
#include "ellipsoid_biventricle.hpp"
#include "ellipsoid_mesh.hpp"
#include "heart_component.hpp"
#include "surfaces.hpp"
#include "three_surfaces.hpp"

using namespace tawara;

namespace {

OneComponent<geometry::Surfaces> between(const std::map<std::string, Value>& given) {
  OneComponent<geometry::Surfaces> it;
  for (const auto& [name, value] : given) it.set(name, value);
  return it;
}

template <class C>
void check_outputs(const OneComponent<C>& it) {
  for (const Output& output : it.descriptor().outputs) {
    INFO(output.name);
    CHECK(it.constants.count(output.name) == 1);
  }
  const auto n = static_cast<std::size_t>(it.constants.at("n_nodes").number());
  CHECK(it.constants.at("nodes").shape() == std::vector<std::size_t>{n, 3});
  CHECK(it.constants.at("fibre").shape() == std::vector<std::size_t>{n, 3});
  CHECK(it.constants.at("ab").shape() == std::vector<std::size_t>{n});
  CHECK(it.constants.at("tetrahedra").extent(1) == 4);
  CHECK(it.constants.at("tetrahedra").type() == DType::i32);
  CHECK(it.constants.at("epi").extent(1) == 3);
}

std::map<std::string, Value> write_heart(const ThreeSurfaces& heart) {
  const auto folder = std::filesystem::temp_directory_path() / ("tawara_prepare_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::map<std::string, Value> paths;
  for (const auto* surface : {&heart.epi, &heart.lv_endo, &heart.rv_endo}) {
    const auto file = folder / (surface->name + ".obj");
    std::ofstream(file) << as_obj(*surface);
    paths[surface->name] = file.string();
  }
  return paths;
}

}  // namespace

TEST_CASE("the ellipsoid component hands over every output it declares and reports its mesh in a line") {
  OneComponent<geometry::EllipsoidBiventricle> it;
  it.set("edge", 8.0);
  CHECK(it.prepare().prepared == nullptr);
  check_outputs(it);
  REQUIRE(it.host().messages.size() == 1);
  CHECK(it.host().messages[0].starts_with("heart: "));
  CHECK(it.host().said(" nodes, "));
  CHECK(it.host().warnings.empty());
}

TEST_CASE("the surfaces component hands over every output it declares") {
  auto given = write_heart(make_three_surfaces());
  given["edge"] = 5.0;
  auto it = between(given);
  CHECK(it.prepare().prepared == nullptr);
  check_outputs(it);
  CHECK(it.host().warnings.empty());
}

TEST_CASE("a right ventricle on the left is worth a warning") {
  auto given = write_heart(make_three_surfaces());
  std::swap(given["lv_endo"], given["rv_endo"]);
  given["edge"] = 5.0;
  auto it = between(given);
  it.prepare();
  REQUIRE(!it.host().warnings.empty());
  CHECK(it.host().warnings[0].starts_with("the right ventricle lies to the left of the left one"));
}

TEST_CASE("a mesh that misses the edge asked for, or has a flat tetrahedron, is worth a warning") {
  using namespace geometry;
  Heart heart = complete_heart(mesh_ellipsoid_biventricle(8, 0.8, [](double, std::string_view) {}), {});
  heart.quality.mean_edge = 7;
  heart.quality.min_dihedral = 4.9;
  heart.quality.worst_place = Point(1, 2, 3);
  OneComponent<EllipsoidBiventricle> it;
  publish(it.set("edge", 8.0), heart);
  CHECK(it.host().warnings ==
        std::vector<std::string>{
            "the mean edge is 7.00 mm, not the 8.00 mm asked for: walls are too thin for that edge",
            "the flattest tetrahedron, at (1.0, 2.0, 3.0) mm, has an angle below 5 degrees: gradients there are poor; "
            "a smaller edge helps where the wall is thin"});
}

TEST_CASE("an edge larger than a cavity is refused") {
  auto given = write_heart(make_three_surfaces());
  given["edge"] = 30.0;
  auto it = between(given);
  CHECK_THROWS_WITH_AS(it.prepare(), "the heart has no lv_endo surface left at this edge; ask for a smaller one",
                       GeometryError);
}

TEST_CASE("Ctrl-C stops the meshing") {
  OneComponent<geometry::EllipsoidBiventricle> it;
  it.host().stop = [] { return true; };
  CHECK_THROWS_AS(it.set("edge", 8.0).prepare(), Cancelled);
  CHECK(it.constants.empty());
}
