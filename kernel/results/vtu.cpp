#include "kernel/results/vtu.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string_view>

#include "tawara/error.hpp"

namespace tawara {
namespace {

const char* vtk_name(DType type) {
  switch (type) {
    case DType::f64:
      return "Float64";
    case DType::f32:
      return "Float32";
    case DType::i64:
      return "Int64";
    case DType::i32:
      return "Int32";
    case DType::u8:
      return "UInt8";
  }
  return "";
}

/// Appended data: an 8-byte length, then the bytes; the XML refers to it by offset.
class Appended {
 public:
  std::string element(const std::string& name, const char* type, std::size_t components, const void* data,
                      std::size_t bytes) {
    const std::string xml =
        fmt::format(R"(<DataArray Name="{}" type="{}" NumberOfComponents="{}" format="appended" offset="{}"/>)"
                    "\n",
                    name, type, components, bytes_.size());
    const std::uint64_t length = bytes;
    bytes_.append(reinterpret_cast<const char*>(&length), sizeof length);
    bytes_.append(static_cast<const char*>(data), bytes);
    return xml;
  }
  std::string element(const std::string& name, const Array& a) {
    return element(name, vtk_name(a.type()), a.shape().size() > 1 ? a.extent(1) : 1, a.data(), a.bytes());
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

}  // namespace

std::string to_vtu(const Array& nodes, const Array& tetrahedra,
                   const std::vector<std::pair<std::string, Array>>& fields) {
  const std::size_t n = nodes.extent(0), m = tetrahedra.extent(0);
  Appended data;
  std::string xml =
      "<?xml version=\"1.0\"?>\n"
      "<VTKFile type=\"UnstructuredGrid\" version=\"1.0\" byte_order=\"LittleEndian\" header_type=\"UInt64\">\n"
      "<UnstructuredGrid>\n";
  xml += fmt::format("<Piece NumberOfPoints=\"{}\" NumberOfCells=\"{}\">\n<PointData>\n", n, m);
  for (const auto& [name, field] : fields) {
    if (field.shape().empty() || field.extent(0) != n)
      throw Error(fmt::format("field '{}' does not have a value per node ({})", name, n));
    xml += data.element(name, field);
  }
  xml += "</PointData>\n<Points>\n" + data.element("Points", nodes) + "</Points>\n<Cells>\n";
  xml += data.element("connectivity", tetrahedra);
  std::vector<std::int64_t> offsets(m);
  for (std::size_t c = 0; c < m; ++c) offsets[c] = static_cast<std::int64_t>(4 * (c + 1));
  xml += data.element("offsets", "Int64", 1, offsets.data(), offsets.size() * sizeof(std::int64_t));
  const std::vector<std::uint8_t> types(m, 10);  // VTK_TETRA
  xml += data.element("types", "UInt8", 1, types.data(), types.size());
  xml += "</Cells>\n</Piece>\n</UnstructuredGrid>\n<AppendedData encoding=\"raw\">\n_";
  return xml + data.bytes() + "\n</AppendedData>\n</VTKFile>\n";
}

}  // namespace tawara
