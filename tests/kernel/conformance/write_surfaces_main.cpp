/// Leaves the heart of three_surfaces.hpp as epi.obj, lv_endo.obj and rv_endo.obj in a folder, and a scenario of it.
#include <fstream>
#include <iostream>

#include "three_surfaces.hpp"

namespace {

void write(const tawara::geometry::TriangleSurface& surface, const std::string& folder) {
  std::ofstream obj(folder + "/" + surface.name + ".obj");
  for (const auto& v : surface.vertices) obj << "v " << v.x() << ' ' << v.y() << ' ' << v.z() << '\n';
  for (const auto& t : surface.triangles) obj << "f " << t[0] + 1 << ' ' << t[1] + 1 << ' ' << t[2] + 1 << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::cerr << "usage: write_surfaces FOLDER\n", 2;
  const std::string folder = argv[1];
  const ThreeSurfaces heart = make_three_surfaces();
  for (const auto* surface : {&heart.epi, &heart.lv_endo, &heart.rv_endo}) write(*surface, folder);
  std::ofstream(folder + "/surfaces.toml") << "[heart]\nuse = \"geometry.surfaces\"\nepi = \"epi.obj\"\nlv_endo = "
                                              "\"lv_endo.obj\"\nrv_endo = \"rv_endo.obj\"\n"
                                              "edge = 8\n";
}
