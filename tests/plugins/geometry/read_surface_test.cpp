#include "read_surface.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <limits>

#include "tawara/error.hpp"
#include "three_surfaces.hpp"

using namespace tawara::geometry;

namespace {

std::filesystem::path write(const std::string& name, const std::string& bytes) {
  const auto folder = std::filesystem::temp_directory_path() / ("tawara_read_surface_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / name, std::ios::binary) << bytes;
  return folder / name;
}

std::string complaint(const std::filesystem::path& file) {
  try {
    (void)read_surface(file);
    return {};
  } catch (const tawara::DataError& error) {
    return error.what();
  }
}

const TriangleSurface& cup() {
  static const TriangleSurface surface = make_three_surfaces().lv_endo;
  return surface;
}

/// Same triangles at the same places, in the same order.
void check_same(const TriangleSurface& read, const TriangleSurface& wanted, double tolerance) {
  REQUIRE(read.triangles.size() == wanted.triangles.size());
  CHECK(read.vertices.size() == wanted.vertices.size());
  double worst = 0;
  for (std::size_t k = 0; k < read.triangles.size(); ++k)
    for (int corner = 0; corner < 3; ++corner)
      worst = std::max(
          worst, (read.vertices[read.triangles[k][corner]] - wanted.vertices[wanted.triangles[k][corner]]).norm());
  CHECK(worst < tolerance);
}

std::string text_of(const Point& x) {
  return std::to_string(x.x()) + " " + std::to_string(x.y()) + " " + std::to_string(x.z());
}

}  // namespace

TEST_CASE("Wavefront, STL in text and binary, and legacy VTK of two versions read alike") {
  check_same(read_surface(write("cup.obj", as_obj(cup()))), cup(), 1e-5);

  std::string stl = "solid cup\n", binary(84, '\0'), points, polygons, offsets = "0", connectivity;
  const auto n = static_cast<std::uint32_t>(cup().triangles.size());
  std::memcpy(binary.data() + 80, &n, 4);
  for (const Point& x : cup().vertices) points += text_of(x) + "\n";
  for (std::uint32_t k = 0; k < n; ++k) {
    const Triangle& t = cup().triangles[k];
    stl += "facet normal 0 0 0\nouter loop\n";
    float numbers[12] = {};
    for (int c = 0; c < 3; ++c) {
      stl += "vertex " + text_of(cup().vertices[t[c]]) + "\n";
      for (int axis = 0; axis < 3; ++axis) numbers[3 + 3 * c + axis] = static_cast<float>(cup().vertices[t[c]][axis]);
    }
    stl += "endloop\nendfacet\n";
    binary.append(reinterpret_cast<const char*>(numbers), 48).append(2, '\0');
    const std::string corners = std::to_string(t[0]) + " " + std::to_string(t[1]) + " " + std::to_string(t[2]) + "\n";
    polygons += "3 " + corners;
    connectivity += corners;
    offsets += " " + std::to_string(3 * (k + 1));
  }
  check_same(read_surface(write("cup.stl", stl + "endsolid\n")), cup(), 1e-5);
  check_same(read_surface(write("cup_binary.STL", binary)), cup(), 1e-5);

  const std::string head =
      "\nmade for a test\nASCII\nDATASET POLYDATA\nPOINTS " + std::to_string(cup().vertices.size()) + " float\n";
  check_same(read_surface(write("cup.vtk", "# vtk DataFile Version 3.0" + head + points + "POLYGONS " +
                                               std::to_string(n) + " " + std::to_string(4 * n) + "\n" + polygons)),
             cup(), 1e-5);
  check_same(read_surface(write("cup5.vtk", "# vtk DataFile Version 5.1" + head + points + "POLYGONS " +
                                                std::to_string(n + 1) + " " + std::to_string(3 * n) +
                                                "\nOFFSETS vtktypeint64\n" + offsets + "\nCONNECTIVITY vtktypeint64\n" +
                                                connectivity)),
             cup(), 1e-5);
}

TEST_CASE("Wavefront faces may have slashes, negative numbers and more than three corners") {
  const TriangleSurface square =
      read_surface(write("square.obj", "v 0 0 0\nv 10 0 0\nv 10 10 0\nv 0 10 0\nvn 0 0 1\nf 1/1/1 2//1 -2 -1\n"));
  CHECK(square.triangles == std::vector<Triangle>{{0, 1, 2}, {0, 2, 3}});
}

TEST_CASE("coinciding vertices are merged and triangles this collapses dropped") {
  const TriangleSurface surface =
      read_surface(write("double.obj", "v 0 0 0\nv 10 0 0\nv 0 10 0\nv 10 0 0\nf 1 2 3\nf 2 4 3\n"));
  CHECK(surface.vertices.size() == 3);
  CHECK(surface.triangles.size() == 1);
}

TEST_CASE("each unreadable surface says what and where") {
  CHECK(complaint("/nowhere/epi.obj") == "/nowhere/epi.obj: no such surface file");
  CHECK(complaint(write("epi.ply", "ply\n")) == "epi.ply: surfaces are read from .obj, .stl or .vtk files");
  CHECK(complaint(write("garbage.obj", std::string("\x89PNG\r\n\x1a\n\0\0\1", 11))) ==
        "garbage.obj: holds no triangles; is it a surface in that format?");
  CHECK(complaint(write("words.obj", "v 0 0 0\nv 1 zero 0\n")) ==
        "words.obj:2: expected a coordinate (mm), found 'zero'");
  CHECK(complaint(write("nan.obj", "v 0 0 nan\n")) == "nan.obj:1: expected a coordinate (mm), found 'nan'");
  CHECK(complaint(write("short.obj", "v 0 0 0\nv 1 0 0\n\nf 1 2\n")) ==
        "short.obj:4: a face needs at least three vertices");
  CHECK(complaint(write("beyond.obj", "v 0 0 0\nv 1 0 0\nf 1 2 3\n")) ==
        "beyond.obj:3: '3' is not one of the 2 vertices so far");
  CHECK(complaint(write("garbage.stl", "PK")) ==
        "garbage.stl: neither a text STL (which begins with 'solid') nor a binary one (its size does not fit)");
  CHECK(complaint(write("cut.stl", "solid\nfacet normal 0 0 1\nvertex 0 0 0\n")) ==
        "cut.stl:4: the file ends inside a facet");
  CHECK(complaint(write("two.stl", "solid\nfacet\nvertex 0 0 0\nvertex 0 0 1\nendfacet\n")) ==
        "two.stl:5: a facet needs exactly three vertices");
  std::string binary(84 + 50, '\0');
  const std::uint32_t one = 1;
  std::memcpy(binary.data() + 80, &one, 4);
  const float no_number = std::numeric_limits<float>::quiet_NaN();
  std::memcpy(binary.data() + 84 + 12, &no_number, 4);
  CHECK(complaint(write("nan.stl", binary)) ==
        "nan.stl: triangle 1 has a coordinate that is no number, or beyond a kilometre");
  CHECK(complaint(write("garbage.vtk", "hello")) ==
        "garbage.vtk: not a legacy VTK file (it should begin with '# vtk DataFile Version')");
  CHECK(complaint(write("binary.vtk", "# vtk DataFile Version 3.0\ntitle\nBINARY\n")) ==
        "binary.vtk:3: only text files are read: save the surface as legacy VTK, ASCII");
  CHECK(complaint(write("grid.vtk", "# vtk DataFile Version 3.0\ntitle\nASCII\nDATASET UNSTRUCTURED_GRID\n")) ==
        "grid.vtk:4: expected DATASET POLYDATA");
  CHECK(complaint(write("far.obj", "v 0 0 1e300\n")) == "far.obj:1: expected a coordinate (mm), found '1e300'");
  const std::string head = "# vtk DataFile Version 3.0\ntitle\nASCII\nDATASET POLYDATA\nPOINTS 1 float\n0 0 0\n";
  CHECK(complaint(write("endless.vtk", head + "POLYGONS 1000000000000000000 4\nOFFSETS vtktypeint64\n0\n")) ==
        "endless.vtk:10: expected an offset, found ''");
  CHECK(complaint(write("strips.vtk", head + "TRIANGLE_STRIPS 1 4\n")) ==
        "strips.vtk:7: triangle strips are not read: save the surface as plain triangles");
  CHECK(complaint(write("number.vtk", head + "POLYGONS 1 4\n3 0 0 7\n")) ==
        "number.vtk:8: vertex 7 does not exist: the file has 1");
}
