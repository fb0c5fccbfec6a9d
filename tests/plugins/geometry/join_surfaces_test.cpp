#include "join_surfaces.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include <map>

#include "remesh.hpp"
#include "surface_checks.hpp"
#include "tawara/error.hpp"
#include "three_surfaces.hpp"

using namespace tawara::geometry;

namespace {

constexpr double tolerance = 0.05;

ClosedSurface join(const ThreeSurfaces& s) { return join_surfaces(s.epi, s.lv_endo, s.rv_endo, tolerance); }

void invert(TriangleSurface& surface) {
  for (Triangle& t : surface.triangles) std::swap(t[1], t[2]);
}

/// The message join and the self-intersection check give; empty when they are content.
std::string complaint(const ThreeSurfaces& s) {
  try {
    check_no_self_intersection(join(s));
    return {};
  } catch (const tawara::GeometryError& error) {
    return error.what();
  }
}

std::size_t triangle_near(const TriangleSurface& surface, const Point& x) {
  std::size_t best = 0;
  for (std::size_t k = 0; k < surface.triangles.size(); ++k)
    if ((surface.vertices[surface.triangles[k][0]] - x).norm() <
        (surface.vertices[surface.triangles[best][0]] - x).norm())
      best = k;
  return best;
}

}  // namespace

TEST_CASE("three surfaces with common rims make one closed surface with outward normals") {
  const ThreeSurfaces heart = make_three_surfaces();
  const ClosedSurface closed = join(heart);
  std::map<std::array<std::int32_t, 2>, int> uses;
  for (const auto& [a, b, c] : closed.triangles) {
    ++uses[{a, b}];
    ++uses[{b, c}];
    ++uses[{c, a}];
  }
  for (const auto& [edge, count] : uses) {
    CHECK(count == 1);
    CHECK(uses.count({edge[1], edge[0]}) == 1);
  }
  const double muscle = enclosed_volume(closed.vertices, closed.triangles);
  const double expected = enclosed_volume(heart.epi.vertices, heart.epi.triangles) -
                          enclosed_volume(heart.lv_endo.vertices, heart.lv_endo.triangles) -
                          enclosed_volume(heart.rv_endo.vertices, heart.rv_endo.triangles);
  CHECK(muscle == doctest::Approx(expected));
  CHECK(muscle > 50);
  CHECK(complaint(heart).empty());
}

TEST_CASE("normals of both endocardia may point into the chambers instead") {
  ThreeSurfaces heart = make_three_surfaces();
  invert(heart.lv_endo);
  invert(heart.rv_endo);
  CHECK(join(heart).triangles == join(make_three_surfaces()).triangles);
}

TEST_CASE("large parts with normals of their own are turned") {
  ThreeSurfaces heart = make_three_surfaces();
  for (Triangle& t : heart.rv_endo.triangles)
    if (heart.rv_endo.vertices[t[0]].x() > -18 && heart.rv_endo.vertices[t[1]].x() > -18 &&
        heart.rv_endo.vertices[t[2]].x() > -18)
      std::swap(t[1], t[2]);
  CHECK(complaint(heart).empty());
}

TEST_CASE("rims a little apart are merged, rims too far apart are an opening with its place") {
  ThreeSurfaces heart = make_three_surfaces();
  for (Point& x : heart.lv_endo.vertices) x.z() += 0.02;
  CHECK(complaint(heart).empty());
  for (Point& x : heart.lv_endo.vertices) x.z() += 1;
  CHECK(complaint(heart).find("epi: open at (") == 0);
  CHECK(complaint(heart).find("the nearest is 1.02 mm away; rims join within rim_tolerance = 0.05 mm") !=
        std::string::npos);
}

TEST_CASE("a hole is refused with its place") {
  ThreeSurfaces heart = make_three_surfaces();
  heart.lv_endo.triangles.erase(heart.lv_endo.triangles.begin() +
                                static_cast<long>(triangle_near(heart.lv_endo, Point(20, 16, -20))));
  const std::string text = complaint(heart);
  CHECK(text.find("lv_endo: open at (") == 0);
  CHECK(text.find("no rim of another surface lies there") != std::string::npos);
}

TEST_CASE("a single inverted triangle is refused with its place") {
  ThreeSurfaces heart = make_three_surfaces();
  Triangle& t = heart.rv_endo.triangles[triangle_near(heart.rv_endo, Point(-18, 18, -15))];
  std::swap(t[1], t[2]);
  CHECK(complaint(heart).find("rv_endo: 1 inverted triangle(s), turned against their neighbours, at (-") == 0);
}

TEST_CASE("an inverted surface is refused by name, with a place") {
  ThreeSurfaces heart = make_three_surfaces();
  invert(heart.epi);
  CHECK(complaint(heart).find("epi: inverted: its normals point into the heart, for example at (") == 0);

  heart = make_three_surfaces();
  invert(heart.lv_endo);
  CHECK(complaint(heart).find("lv_endo: inverted: its normals point into its chamber, for example at (") == 0);
  CHECK(complaint(heart).find("while those of rv_endo point away from it; reverse its triangles") != std::string::npos);
}

TEST_CASE("a surface that passes through another is refused with the place and both names") {
  ThreeSurfaces heart = make_three_surfaces();
  Point& x = heart.lv_endo.vertices[heart.lv_endo.triangles[triangle_near(heart.lv_endo, Point(35, 0, -15))][0]];
  x = Point(50, x.y(), x.z());
  const std::string text = complaint(heart);
  CHECK(text.find("self-intersection at (") == 0);
  CHECK(text.find("between epi and lv_endo") != std::string::npos);
}

TEST_CASE("an edge with three triangles is refused with its place") {
  ThreeSurfaces heart = make_three_surfaces();
  const Triangle t = heart.epi.triangles[triangle_near(heart.epi, Point(0, 27, -20))];
  heart.epi.vertices.emplace_back(0, 40, -20);
  heart.epi.triangles.push_back({t[0], t[1], static_cast<std::int32_t>(heart.epi.vertices.size() - 1)});
  CHECK(complaint(heart).find("epi: 3 triangles meet at one edge at (") == 0);
}

TEST_CASE("a surface in two pieces, a closed one and one in metres are refused") {
  ThreeSurfaces heart = make_three_surfaces();
  const auto n = static_cast<std::int32_t>(heart.epi.vertices.size());
  for (const Point& x : {Point(100, 0, 0), Point(101, 0, 0), Point(100, 1, 0)}) heart.epi.vertices.push_back(x);
  heart.epi.triangles.push_back({n, n + 1, n + 2});
  CHECK(complaint(heart) == "epi: in 2 pieces; the smallest, of 1 triangles, is at (100.0, 0.0, 0.0) mm");

  heart = make_three_surfaces();
  TriangleSurface& lv = heart.lv_endo;
  lv.vertices.emplace_back(20, 0, 0);
  for (std::int32_t k = 0; k < 32; ++k)
    lv.triangles.push_back({static_cast<std::int32_t>(lv.vertices.size() - 1), k, (k + 1) % 32});
  CHECK(complaint(heart) == "lv_endo: closed; it must be open at its valves, where the surfaces join");

  heart = make_three_surfaces();
  for (Point& x : heart.epi.vertices) x /= 1000;
  CHECK(complaint(heart).find("mm across; coordinates must be in millimetres") != std::string::npos);
}

TEST_CASE("swapped files are noticed") {
  ThreeSurfaces heart = make_three_surfaces();
  std::swap(heart.epi, heart.lv_endo);
  CHECK(complaint(heart).find("where only the epicardium may join") != std::string::npos);
}

TEST_CASE("isotropic remeshing keeps volume, patches and rims, and repeats byte for byte") {
  const ClosedSurface closed = join(make_three_surfaces());
  const ClosedSurface fine = remesh_isotropically(closed, 3);
  CHECK(enclosed_volume(fine.vertices, fine.triangles) ==
        doctest::Approx(enclosed_volume(closed.vertices, closed.triangles)).epsilon(0.02));
  for (const auto patch : {ClosedSurface::epi, ClosedSurface::lv_endo, ClosedSurface::rv_endo})
    CHECK(std::count(fine.patches.begin(), fine.patches.end(), patch) > 100);
  double mean = 0;
  for (const auto& [a, b, c] : fine.triangles)
    mean += ((fine.vertices[a] - fine.vertices[b]).norm() + (fine.vertices[b] - fine.vertices[c]).norm() +
             (fine.vertices[c] - fine.vertices[a]).norm()) /
            3;
  CHECK(mean / static_cast<double>(fine.triangles.size()) == doctest::Approx(3).epsilon(0.1));
  CHECK(remesh_isotropically(closed, 3).vertices == fine.vertices);
}
