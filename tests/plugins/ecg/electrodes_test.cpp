#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "box_mesh.hpp"
#include "electrodes/electrode_set.hpp"
#include "tawara/error.hpp"
#include "text_file.hpp"

using namespace tawara;
using namespace tawara::ecg;

TEST_CASE("a box of tetrahedra fills its volume and finds its own points") {
  const auto box = box_mesh({2, 3, 4}, 2.0, {10, 0, 0});
  double total = 0;
  for (std::size_t c = 0; c < box.tetrahedra.size() / 4; ++c) {
    const double v = volume(corners(box.nodes, box.tetrahedra, c));
    CHECK(v > 0);
    total += v;
  }
  CHECK(total == doctest::Approx(4 * 6 * 8));
  CHECK(norm(centre_of_mass(box.nodes, box.tetrahedra) - Point{10, 0, 0}) < 1e-12);
  CHECK(tetrahedron_at(box.nodes, box.tetrahedra, {10, 0, 0}));
  CHECK(tetrahedron_at(box.nodes, box.tetrahedra, {8.1, -2.9, 3.9}));
  CHECK(tetrahedron_at(box.nodes, box.tetrahedra, {8, -3, -4}));
  CHECK_FALSE(tetrahedron_at(box.nodes, box.tetrahedra, {7.99, 0, 0}));
  CHECK_FALSE(tetrahedron_at(box.nodes, box.tetrahedra, {10, 0, 4.01}));
}

TEST_CASE("the rule puts every electrode on the torso about the heart") {
  const Point heart = {100, 200, -50};
  const TorsoRule rule;
  const auto x = electrodes_by_rule(heart, rule);
  for (const Point& p : x) {
    const double left = (p[0] - (heart[0] - rule.heart_left)) / rule.half_width;
    const double back = (p[1] - (heart[1] + rule.heart_front)) / rule.half_depth;
    CHECK(left * left + back * back == doctest::Approx(1));
  }
}

TEST_CASE("the rule goes round the chest from V1 on the right of the sternum to V6 under the left arm") {
  const auto x = electrodes_by_rule({0, 0, 0}, TorsoRule{});
  const double midline = -TorsoRule{}.heart_left;
  CHECK(x[V1][0] < midline);
  CHECK(x[V2][0] > midline);
  for (std::size_t v = V1; v < V6; ++v) {
    CHECK(x[v][0] < x[v + 1][0]);
    CHECK(x[v][2] >= x[v + 1][2]);
  }
  CHECK(x[V2][1] < x[V6][1]);
  CHECK(x[V1][1] == doctest::Approx(x[V2][1]));
  CHECK(x[LA][0] - midline == doctest::Approx(midline - x[RA][0]));
  CHECK(x[LA][2] > x[V1][2]);
  CHECK(x[LL][2] < x[V6][2]);
  CHECK(x[LL][0] > x[RL][0]);
}

TEST_CASE("electrodes are read by name in any order or by position") {
  const TextFile named(
      "name,x,y,z\nv6,6,0,0\nV5,5,0,0\nV4,4,0,0\nV3,3,0,0\nV2,2,0,0\nV1,1,0,0\nRL,-4,0,0\nLL,-3,0,0\n"
      "RA,-2,0,0.5\n\"LA\", -1 ,+2,1e1\n");
  const auto x = read_electrodes(named.path);
  CHECK(x[V6] == Point{6, 0, 0});
  CHECK(x[RA] == Point{-2, 0, 0.5});
  CHECK(x[LA] == Point{-1, 2, 10});

  const TextFile bare("1,0,0\n2,0,0\n3,0,0\n4,0,0\n5,0,0\n6,0,0\n7,0,0\n8,0,0\n9,0,0\n10,0,0\n");
  const auto y = read_electrodes(bare.path);
  CHECK(y[LA] == Point{1, 0, 0});
  CHECK(y[V6] == Point{10, 0, 0});
}

namespace {
ElectrodeSet read(const std::string& content) { return read_electrodes(TextFile(content).path); }
}  // namespace

TEST_CASE("electrode files that cannot be meant are refused with their line") {
  using doctest::Contains;
  CHECK_THROWS_WITH_AS((void)read_electrodes("/nowhere/e.csv"), Contains("/nowhere/e.csv: cannot be opened"),
                       DataError);
  CHECK_THROWS_WITH_AS((void)read("name,x,y,z\nRA,1,2,3,4\n"), Contains(":2: 5 columns; expected name,x,y,z or x,y,z"),
                       DataError);
  CHECK_THROWS_WITH_AS((void)read("name,x,y,z\nV7,1,2,3\n"),
                       Contains(":2: no electrode is called 'V7'; expected LA, RA, LL, RL or V1 to V6"), DataError);
  CHECK_THROWS_WITH_AS((void)read("LA,1,2,3\nLA,1,2,3\n"), Contains(":2: electrode LA is given twice"), DataError);
  CHECK_THROWS_WITH_AS((void)read("LA,1,two,3\n"), Contains(":1: 'two' is no coordinate; expected a number in mm"),
                       DataError);
  CHECK_THROWS_WITH_AS((void)read("LA,1,nan,3\n"), Contains("'nan' is no coordinate"), DataError);
  CHECK_THROWS_WITH_AS((void)read("LA,1,2,3\n"), Contains("electrode RA is missing; expected LA, RA, LL, RL, V1 to V6"),
                       DataError);
  CHECK_THROWS_WITH_AS((void)read("1,0,0\n2,0,0\n3,0,0\n4,0,0\n5,0,0\n6,0,0\n7,0,0\n8,0,0\n9,0,0\n10,0,0\n11,0,0\n"),
                       Contains(":11: an eleventh electrode; expected ten"), DataError);
}

TEST_CASE("an electrode inside the muscle is refused by name and place") {
  const auto box = box_mesh({4, 4, 4}, 10.0);
  auto x = electrodes_by_rule({0, 0, 0}, TorsoRule{});
  CHECK_NOTHROW(require_outside(box.nodes, box.tetrahedra, x));
  x[V3] = {3, -4, 12};
  CHECK_THROWS_WITH_AS(require_outside(box.nodes, box.tetrahedra, x),
                       doctest::Contains("electrode V3 at (3.0, -4.0, 12.0) mm lies inside the muscle"), GeometryError);
}
