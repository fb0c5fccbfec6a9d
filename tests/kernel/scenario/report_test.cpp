#include "kernel/scenario/report.hpp"

#include <nlohmann/json.hpp>
#include <sstream>

#include "fixture.hpp"

using namespace tawara;

namespace {

const std::string study =
    "[one]\nuse = \"geometry.slab\"\nedge = 5\n"
    "[other]\nuse = \"geometry.slab\"\n"
    "[activation]\nuse = \"propagation.eikonal\"\ngeometry = \"one\"\nsites = \"sites\"\nCV_fibre = { field = "
    "\"other.scar\" }\n"
    "[sites]\nuse = \"conduction.sites\"\ngeometry = \"one\"\n";

template <class Print>
std::string printed(const Print& print) {
  std::ostringstream out;
  print(out);
  return out.str();
}

}  // namespace

TEST_CASE("a fine scenario is summed up in a line below its warnings") {
  const Attempt a(study);
  LOADED(a);
  const std::string text = printed([&](std::ostream& out) { print_checked(*a.scenario, false, out); });
  CHECK(text.find("warning: one.edge: 5 mm is outside the usual range 0.1 to 3 mm") != std::string::npos);
  CHECK(text.ends_with("\nok: 4 instances, 1 run of activation, 1 warning\n"));
}

TEST_CASE("scripts read the verdict as JSON, whatever bytes the file holds") {
  const Attempt a(study + "[[sweep]]\npath = \"one.edge\"\nvalues = [1, 2]\n");
  LOADED(a);
  const auto fine = nlohmann::json::parse(printed([&](std::ostream& out) { print_checked(*a.scenario, true, out); }));
  CHECK(fine["ok"] == true);
  CHECK(fine["runs"] == 2);
  CHECK(fine["order"] == nlohmann::json({"one", "other", "sites", "activation"}));
  CHECK(fine["targets"] == nlohmann::json({"activation"}));
  CHECK(fine["problems"][0]["severity"] == "warning");

  std::vector<Problem> problems(1);
  problems[0].message = "bad \xff byte";
  problems[0].where = {"a.toml", 3, 4};
  problems[0].hints.emplace_back("try");
  const auto refused = nlohmann::json::parse(printed([&](std::ostream& out) { print_refused(problems, true, out); }));
  CHECK(refused["ok"] == false);
  CHECK(refused["problems"][0]["line"] == 3);
  CHECK(refused["problems"][0]["hints"][0] == "try");
}

TEST_CASE("the tree shows every instance once in full") {
  const Attempt a(study + "[lonely]\nuse = \"test.free\"\n[run]\ntargets = [\"activation\"]\n");
  LOADED(a);
  CHECK(printed([&](std::ostream& out) { print_graph(*a.scenario, out); }) ==
        "activation   propagation.eikonal\n"
        "  geometry: one   geometry.slab\n"
        "  sites: sites   conduction.sites\n"
        "    geometry: one   (above)\n"
        "  CV_fibre from scar: other   geometry.slab\n"
        "not reached:\n"
        "  lonely   test.free\n");
}

TEST_CASE("the Graphviz arrows point from source to user") {
  const Attempt a(study);
  LOADED(a);
  const std::string dot = printed([&](std::ostream& out) { print_dot(*a.scenario, out); });
  CHECK(dot.find("  \"one\" [label=\"one\\ngeometry.slab\"];\n") != std::string::npos);
  CHECK(dot.find("  \"sites\" -> \"activation\" [label=\"sites\"];\n") != std::string::npos);
  CHECK(dot.find("  \"other\" -> \"activation\" [label=\"CV_fibre\", style=dashed];\n") != std::string::npos);
}
