#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "ellipsoid_biventricle.hpp"
#include "ellipsoid_mesh.hpp"
#include "heart_component.hpp"
#include "surfaces.hpp"
#include "tawara/component.hpp"
#include "three_surfaces.hpp"

using namespace tawara;

namespace {

class QuietProgress : public Progress {
 public:
  void update(double, double, std::string_view) override {}
};

class TestHost : public Host {
 public:
  bool stop = false;
  std::string info, warnings;
  void log(Level level, std::string_view message) override {
    (level == Level::warn ? warnings : info) += std::string(message) + "\n";
  }
  std::unique_ptr<Progress> progress(std::string_view) override { return std::make_unique<QuietProgress>(); }
  [[nodiscard]] bool cancelled() const override { return stop; }
  [[nodiscard]] int threads() const override { return 1; }
  void parallel_for(std::size_t n, const std::function<void(std::size_t)>& body) override {
    for (std::size_t i = 0; i < n; ++i) body(i);
  }
  [[nodiscard]] Random random(std::string_view purpose, std::uint64_t a, std::uint64_t b) const override {
    return {1, purpose, a, b};
  }
  void save_state(std::string_view) override {}
  std::optional<std::string> load_state() override { return std::nullopt; }
};

/// Prepares a component that has no slots, with its defaults but for the values given.
class TestContext : public PrepareContext {
 public:
  TestContext(Descriptor d, const std::map<std::string, Value>& given) : descriptor(std::move(d)) {
    std::vector<Value> values;
    for (const Parameter& p : descriptor.parameters)
      values.push_back(given.count(p.name) ? given.at(p.name) : p.default_value);
    settings_ = Settings("heart", &descriptor, std::move(values));
  }
  Descriptor descriptor;
  TestHost test_host;
  std::map<std::string, Array, std::less<>> arrays;

  [[nodiscard]] const Settings& settings() const override { return settings_; }
  [[nodiscard]] Host& host() const override { return const_cast<TestHost&>(test_host); }
  [[nodiscard]] std::size_t count(std::string_view) const override { return 0; }
  [[nodiscard]] const Input& input(std::string_view, std::size_t) const override { throw Error("no slots"); }
  [[nodiscard]] std::size_t alternative(std::string_view, std::size_t) const override { return 0; }
  void put(std::string_view name, Array value) override { arrays[std::string(name)] = std::move(value); }
  void put(std::string_view, Table) override {}
  [[nodiscard]] Simulator& simulator(std::string_view) const override { throw Error("no simulator"); }

 private:
  Settings settings_;
};

void check_outputs(const TestContext& context) {
  for (const Output& output : context.descriptor.outputs) {
    INFO(output.name);
    CHECK(context.arrays.count(output.name) == 1);
  }
  const auto n = static_cast<std::size_t>(context.arrays.at("n_nodes").number());
  CHECK(context.arrays.at("nodes").shape() == std::vector<std::size_t>{n, 3});
  CHECK(context.arrays.at("fibre").shape() == std::vector<std::size_t>{n, 3});
  CHECK(context.arrays.at("ab").shape() == std::vector<std::size_t>{n});
  CHECK(context.arrays.at("tetrahedra").extent(1) == 4);
  CHECK(context.arrays.at("tetrahedra").type() == DType::i32);
  CHECK(context.arrays.at("epi").extent(1) == 3);
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
  TestContext context(geometry::EllipsoidBiventricle::describe(), {{"edge", 8.0}});
  CHECK(geometry::EllipsoidBiventricle(context.settings()).prepare(context) == nullptr);
  check_outputs(context);
  CHECK(context.test_host.info.find("heart: ") == 0);
  CHECK(context.test_host.info.find(" nodes, ") != std::string::npos);
  CHECK(context.test_host.warnings.empty());
}

TEST_CASE("the surfaces component hands over every output it declares") {
  auto given = write_heart(make_three_surfaces());
  given["edge"] = 5.0;
  TestContext context(geometry::Surfaces::describe(), given);
  CHECK(geometry::Surfaces(context.settings()).prepare(context) == nullptr);
  check_outputs(context);
  CHECK(context.test_host.warnings.empty());
}

TEST_CASE("a right ventricle on the left is worth a warning") {
  auto given = write_heart(make_three_surfaces());
  std::swap(given["lv_endo"], given["rv_endo"]);
  given["edge"] = 5.0;
  TestContext context(geometry::Surfaces::describe(), given);
  (void)geometry::Surfaces(context.settings()).prepare(context);
  CHECK(context.test_host.warnings.find("the right ventricle lies to the left of the left one") == 0);
}

TEST_CASE("a mesh that misses the edge asked for, or has a flat tetrahedron, is worth a warning") {
  using namespace geometry;
  Heart heart = complete_heart(mesh_ellipsoid_biventricle(8, 0.8, [](double, std::string_view) {}), {});
  heart.quality.mean_edge = 7;
  heart.quality.min_dihedral = 4.9;
  heart.quality.worst_place = Point(1, 2, 3);
  TestContext context(EllipsoidBiventricle::describe(), {{"edge", 8.0}});
  publish(context, heart);
  CHECK(context.test_host.warnings ==
        "the mean edge is 7.00 mm, not the 8.00 mm asked for: walls are too thin for that edge\n"
        "the flattest tetrahedron, at (1.0, 2.0, 3.0) mm, has an angle below 5 degrees: gradients there are poor; "
        "a smaller edge helps where the wall is thin\n");
}

TEST_CASE("an edge larger than a cavity is refused") {
  auto given = write_heart(make_three_surfaces());
  given["edge"] = 30.0;
  TestContext context(geometry::Surfaces::describe(), given);
  CHECK_THROWS_WITH_AS((void)geometry::Surfaces(context.settings()).prepare(context),
                       "the heart has no lv_endo surface left at this edge; ask for a smaller one", GeometryError);
}

TEST_CASE("Ctrl-C stops the meshing") {
  TestContext context(geometry::EllipsoidBiventricle::describe(), {{"edge", 8.0}});
  context.test_host.stop = true;
  CHECK_THROWS_AS((void)geometry::EllipsoidBiventricle(context.settings()).prepare(context), Cancelled);
  CHECK(context.arrays.empty());
}
