#include "eikonal/fast_endocardium.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "eikonal/activation.hpp"
#include "meshes.hpp"

using namespace tawara::propagation;
using test::Mesh;

TEST_CASE("fast sets follow the bands of ab and rt") {
  //                            LV apex, LV middle, LV above; RV apex, RV septum, RV free wall, RV free wall above
  const std::vector<double> ab{0.40, 0.41, 0.91, 0.20, 0.5, 0.5, 0.91}, rt{0.3, 0.3, 0.3, 0.8, 0.8, 0.35, 0.35};
  const std::vector<std::int32_t> lv{0, 1, 2}, rv{3, 4, 5, 5, 6, 3};
  const auto sets = fast_endocardial_sets(ab, rt, lv, rv);
  CHECK(sets == std::vector<std::uint8_t>{lv_dense, lv_sparse, 0, rv_dense, rv_sparse, rv_dense, 0});
}

TEST_CASE("an edge is fast only within one set of one ventricle") {
  CHECK(medium_of(lv_dense & lv_dense) == Medium::endo_dense);
  CHECK(medium_of(rv_sparse & rv_sparse) == Medium::endo_sparse);
  CHECK(medium_of(lv_dense & lv_sparse) == Medium::muscle);
  CHECK(medium_of(lv_dense & rv_dense) == Medium::muscle);
}

namespace {

/// A thick sheet whose lower face is all dense endocardium.
Mesh sheet_over_endocardium() {
  Mesh mesh = test::lattice_box({20, 20, 4}, 1.6, 0.1, test::oblique(20, 0));
  for (std::size_t t = 0; t < mesh.tetrahedra.size(); t += 4) {
    std::vector<std::int32_t> low;
    for (int c = 0; c < 4; ++c) {
      if (mesh.nodes[3 * mesh.tetrahedra[t + c] + 2] == 0) low.push_back(mesh.tetrahedra[t + c]);
    }
    if (low.size() == 3) mesh.lv_endo.insert(mesh.lv_endo.end(), low.begin(), low.end());
  }
  mesh.sets =
      fast_endocardial_sets(std::vector<double>(mesh.n(), 0.2), std::vector<double>(mesh.n(), 0.2), mesh.lv_endo, {});
  return mesh;
}

}  // namespace

TEST_CASE("over fast endocardium the front is circular at the endocardial speed, then breaks through") {
  const Mesh mesh = sheet_over_endocardium();
  const Speeds v{.fibre = 0.65, .sheet = 0.4, .normal = 0.48, .endo_dense = 1.6, .endo_sparse = 1};
  const std::int32_t root = test::nearest(mesh, {0, 0, 0});
  for (const Method method : {Method::two_ring_tetra, Method::two_ring, Method::tetra}) {
    const auto solver = make_activation_solver(method, mesh.muscle());
    const auto scratch = solver->scratch();
    std::vector<float> LAT(mesh.n());
    const Source source{root, 0};
    solver->solve(v, {&source, 1}, LAT, scratch.get());
    double mean = 0;
    int count = 0;
    for (const std::int32_t i : mesh.lv_endo) {
      const auto x = mesh.node(i);
      const double r = std::hypot(x[0], x[1]);
      if (r < 6) continue;
      CHECK(LAT[i] >= r / 1.6 * (1 - 1e-5));
      mean += (LAT[i] * 1.6 / r - 1);
      ++count;
    }
    CHECK(mean / count < (method == Method::tetra ? 0.04 : 0.03));
    // Above: the time along the endocardium and then up, a head wave in anisotropic muscle.
    const std::int32_t above = test::nearest(mesh, {24, 24, 6.4});
    const double along_muscle = test::straight_time(mesh.node(root), mesh.node(above), test::oblique(20, 0), v);
    CHECK(LAT[above] < 0.65 * along_muscle);
  }
}

TEST_CASE("chords do not jump a groove") {
  // A U of muscle: two legs 1 mm apart, joined below z = 3. Over the inner edges two steps lead from leg to leg.
  Mesh mesh = test::kuhn_box({12, 4, 12}, 1.0);
  std::vector<std::int32_t> kept;
  for (std::size_t t = 0; t < mesh.tetrahedra.size(); t += 4) {
    double x = 0, z = 0;
    for (int c = 0; c < 4; ++c) {
      x += mesh.nodes[3 * mesh.tetrahedra[t + c]] / 4;
      z += mesh.nodes[3 * mesh.tetrahedra[t + c] + 2] / 4;
    }
    if (x > 5 && x < 6 && z > 3) continue;
    kept.insert(kept.end(), mesh.tetrahedra.begin() + t, mesh.tetrahedra.begin() + t + 4);
  }
  mesh.tetrahedra = kept;
  const FrontMesh front = make_front_mesh(mesh.muscle());
  const LinkGraph links = two_ring_links(front);
  for (std::size_t i = 0; i < front.n_nodes(); ++i) {
    for (const Link& link : links.of(i)) {
      const auto &a = front.points[i], &b = front.points[link.to];
      const bool across = std::min(a[0], b[0]) <= 5 && std::max(a[0], b[0]) >= 6;
      if (across) CHECK(0.5 * (a[2] + b[2]) <= 3.0 + 1e-9);
    }
  }
}
