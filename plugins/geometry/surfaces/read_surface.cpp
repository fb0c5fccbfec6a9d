#include "read_surface.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string_view>

#include "tawara/error.hpp"
#include "weld.hpp"

namespace tawara::geometry {
namespace {

[[noreturn]] void refuse(const std::string& file, std::size_t line, const std::string& what) {
  throw DataError(file + ":" + std::to_string(line) + ": " + what);
}

constexpr double farthest = 1e6;  // mm: a kilometre; what lies beyond is no length in any unit one might have meant

template <class Number>
bool parse(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

/// Words of a text with the line each is on.
class Words {
 public:
  Words(std::string file, std::string_view text) : file_(std::move(file)), text_(text) {}

  /// The next word; empty at the end.
  std::string_view next() {
    while (at_ < text_.size() && is_space(text_[at_]))
      if (text_[at_++] == '\n') ++line_;
    const std::size_t begin = at_;
    while (at_ < text_.size() && !is_space(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }
  /// The rest of the current line.
  std::string_view rest_of_line() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != '\n') ++at_;
    return text_.substr(begin, at_ - begin);
  }
  template <class Number>
  Number number(const char* what) {
    const std::string_view word = next();
    Number value{};
    if (!parse(word, value))
      fail(std::string("expected ") + what + ", found '" + std::string(word.substr(0, 40)) + "'");
    if constexpr (std::is_floating_point_v<Number>)
      if (!(std::abs(value) <= farthest)) fail(std::string("expected ") + what + ", found '" + std::string(word) + "'");
    return value;
  }
  Point point() {
    const double x = number<double>("a coordinate (mm)"), y = number<double>("a coordinate (mm)");
    return {x, y, number<double>("a coordinate (mm)")};
  }
  [[noreturn]] void fail(const std::string& what) const { refuse(file_, line_, what); }

 private:
  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
  std::string file_;
  std::string_view text_;
  std::size_t at_ = 0, line_ = 1;
};

void add_polygon(TriangleSurface& surface, const std::vector<std::int32_t>& corners) {
  for (std::size_t k = 2; k < corners.size(); ++k)
    surface.triangles.push_back({corners[0], corners[k - 1], corners[k]});
}

void read_obj(TriangleSurface& surface, std::string_view text) {
  Words words(surface.name, text);
  for (std::string_view word = words.next(); !word.empty(); word = words.next()) {
    if (word == "v") {
      surface.vertices.push_back(words.point());
    } else if (word == "f") {
      std::istringstream line{std::string(words.rest_of_line())};
      std::vector<std::int32_t> corners;
      for (std::string corner; line >> corner;) {
        // Position, texture and normal are joined by slashes; negative numbers count back from the latest vertex.
        std::int32_t number = 0;
        const auto n = static_cast<std::int32_t>(surface.vertices.size());
        if (!parse(std::string_view(corner).substr(0, corner.find('/')), number) || number == 0 || number > n ||
            number < -n)
          words.fail("'" + corner + "' is not one of the " + std::to_string(n) + " vertices so far");
        corners.push_back(number > 0 ? number - 1 : n + number);
      }
      if (corners.size() < 3) words.fail("a face needs at least three vertices");
      add_polygon(surface, corners);
      continue;
    }
    words.rest_of_line();
  }
}

void read_binary_stl(TriangleSurface& surface, std::string_view bytes, std::uint32_t n_triangles) {
  for (std::uint32_t k = 0; k < n_triangles; ++k) {
    float numbers[12];  // normal, then three corners
    std::memcpy(numbers, bytes.data() + 84 + 50 * std::size_t{k}, sizeof numbers);
    const auto first = static_cast<std::int32_t>(surface.vertices.size());
    for (int corner = 1; corner <= 3; ++corner) {
      const Point x(numbers[3 * corner], numbers[3 * corner + 1], numbers[3 * corner + 2]);
      if (!(x.cwiseAbs().maxCoeff<Eigen::PropagateNaN>() <= farthest))
        throw DataError(surface.name + ": triangle " + std::to_string(k + 1) +
                        " has a coordinate that is no number, or beyond a kilometre");
      surface.vertices.push_back(x);
    }
    surface.triangles.push_back({first, first + 1, first + 2});
  }
}

void read_text_stl(TriangleSurface& surface, std::string_view text) {
  Words words(surface.name, text);
  for (std::string_view word = words.next(); !word.empty(); word = words.next()) {
    if (word != "facet") continue;
    const auto first = static_cast<std::int32_t>(surface.vertices.size());
    for (word = words.next(); word != "endfacet"; word = words.next()) {
      if (word.empty()) words.fail("the file ends inside a facet");
      if (word == "vertex") surface.vertices.push_back(words.point());
    }
    if (surface.vertices.size() != static_cast<std::size_t>(first) + 3)
      words.fail("a facet needs exactly three vertices");
    surface.triangles.push_back({first, first + 1, first + 2});
  }
}

void read_stl(TriangleSurface& surface, std::string_view bytes) {
  // Some programs begin binary files with "solid" too: the size decides.
  std::uint32_t n_triangles = 0;
  if (bytes.size() >= 84) std::memcpy(&n_triangles, bytes.data() + 80, 4);
  if (bytes.size() >= 84 && bytes.size() == 84 + 50 * std::size_t{n_triangles})
    read_binary_stl(surface, bytes, n_triangles);
  else if (bytes.substr(0, 5) == "solid")
    read_text_stl(surface, bytes);
  else
    throw DataError(surface.name +
                    ": neither a text STL (which begins with 'solid') nor a binary one (its size does not fit)");
}

void read_polygons(TriangleSurface& surface, Words& words) {
  const auto vertex = [&] {
    const auto number = words.number<std::int32_t>("a vertex number");
    if (number < 0 || number >= static_cast<std::int32_t>(surface.vertices.size()))
      words.fail("vertex " + std::to_string(number) + " does not exist: the file has " +
                 std::to_string(surface.vertices.size()));
    return number;
  };
  const auto first = words.number<std::int64_t>("the number of polygons");
  words.number<std::int64_t>("the size of the list");
  if (Words ahead = words; ahead.next() == "OFFSETS") {  // file version 5
    words = ahead;
    words.next();                       // type
    std::vector<std::int64_t> offsets;  // grown: the file may promise more of them than any memory holds
    for (std::int64_t k = 0; k < first; ++k) offsets.push_back(words.number<std::int64_t>("an offset"));
    if (words.next() != "CONNECTIVITY") words.fail("expected CONNECTIVITY after the offsets");
    words.next();  // type
    for (std::size_t k = 1; k < offsets.size(); ++k) {
      std::vector<std::int32_t> corners;
      for (std::int64_t c = offsets[k - 1]; c < offsets[k]; ++c) corners.push_back(vertex());
      add_polygon(surface, corners);
    }
    return;
  }
  for (std::int64_t k = 0; k < first; ++k) {
    std::vector<std::int32_t> corners;
    for (auto left = words.number<std::int32_t>("the number of corners"); left > 0; --left) corners.push_back(vertex());
    add_polygon(surface, corners);
  }
}

void read_vtk(TriangleSurface& surface, std::string_view text) {
  if (text.substr(0, 22) != "# vtk DataFile Version")
    throw DataError(surface.name + ": not a legacy VTK file (it should begin with '# vtk DataFile Version')");
  Words words(surface.name, text);
  words.rest_of_line();
  words.next();
  words.rest_of_line();  // title
  if (words.next() != "ASCII") words.fail("only text files are read: save the surface as legacy VTK, ASCII");
  if (words.next() != "DATASET" || words.next() != "POLYDATA") words.fail("expected DATASET POLYDATA");
  for (std::string_view word = words.next(); !word.empty(); word = words.next()) {
    if (word == "POINTS") {
      const auto n = words.number<std::int64_t>("the number of points");
      words.next();  // type
      for (std::int64_t k = 0; k < n; ++k) surface.vertices.push_back(words.point());
    } else if (word == "POLYGONS") {
      read_polygons(surface, words);
    } else if (word == "TRIANGLE_STRIPS") {
      words.fail("triangle strips are not read: save the surface as plain triangles");
    }
  }
}

void merge_coinciding_vertices(TriangleSurface& surface) {
  Point low = surface.vertices.front(), high = low;
  for (const Point& x : surface.vertices) {
    low = low.cwiseMin(x);
    high = high.cwiseMax(x);
  }
  const std::vector<std::int32_t> stands_for = weld(surface.vertices, 1e-6 * (high - low).norm());
  std::vector<std::int32_t> number(surface.vertices.size(), -1);
  std::vector<Point> kept;
  for (std::size_t i = 0; i < stands_for.size(); ++i)
    if (stands_for[i] == static_cast<std::int32_t>(i)) {
      number[i] = static_cast<std::int32_t>(kept.size());
      kept.push_back(surface.vertices[i]);
    }
  std::vector<Triangle> triangles;
  for (const auto& [a, b, c] : surface.triangles) {
    const Triangle t{number[stands_for[a]], number[stands_for[b]], number[stands_for[c]]};
    if (t[0] != t[1] && t[1] != t[2] && t[2] != t[0]) triangles.push_back(t);
  }
  surface.vertices = std::move(kept);
  surface.triangles = std::move(triangles);
}

}  // namespace

TriangleSurface read_surface(const std::filesystem::path& file) {
  TriangleSurface surface;
  surface.name = file.filename().string();
  std::ifstream in(file, std::ios::binary);
  if (!in || !std::filesystem::is_regular_file(file)) throw DataError(file.string() + ": no such surface file");
  const std::string text{std::istreambuf_iterator<char>(in), {}};

  std::string extension = file.extension().string();
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (extension == ".obj")
    read_obj(surface, text);
  else if (extension == ".stl")
    read_stl(surface, text);
  else if (extension == ".vtk")
    read_vtk(surface, text);
  else
    throw DataError(surface.name + ": surfaces are read from .obj, .stl or .vtk files");

  if (surface.triangles.empty())
    throw DataError(surface.name + ": holds no triangles; is it a surface in that format?");
  merge_coinciding_vertices(surface);
  return surface;
}

}  // namespace tawara::geometry
