// A triangle surface: the first byte says which format the rest is in.
#include "fuzz.hpp"
#include "read_surface.hpp"

using namespace tawara;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Scratch scratch;
  static constexpr const char* names[] = {"surface.obj", "surface.stl", "surface.vtk"};
  if (size == 0) return 0;
  const auto file = scratch.write(names[data[0] % 3], fuzz::text_of(data + 1, size - 1));
  fuzz::attempt([&] {
    const auto surface = geometry::read_surface(file);
    for (const auto& triangle : surface.triangles)
      for (const std::int32_t corner : triangle)
        if (corner < 0 || corner >= static_cast<std::int32_t>(surface.vertices.size())) std::abort();
  });
  return 0;
}
