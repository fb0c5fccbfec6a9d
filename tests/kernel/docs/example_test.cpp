#include <doctest/doctest.h>

#include "kernel/docs/example.hpp"
#include "tests/kernel/scenario/fixture.hpp"

using namespace tawara;

namespace {

std::string example_of(const std::string& name) {
  const docs::Examples examples(components().components);
  for (std::size_t i = 0; i < components().components.size(); ++i)
    if (components().components[i].descriptor->name == name) return examples.scenario(i).value_or("");
  FAIL("no component " << name);
  return "";
}

}  // namespace

TEST_CASE("an example has what the component needs and nothing more") {
  CHECK(example_of("propagation.eikonal") ==
        "[slab]\nuse = \"geometry.slab\"\n\n[eikonal]\nuse = \"propagation.eikonal\"\ngeometry = \"slab\"\n");
  CHECK(example_of("dataset.ecg") == "[ecg]\nuse = \"dataset.ecg\"\nfile = \"path/to/file\"\n");
}

TEST_CASE("a component that shows no results stands in the slot of one that does") {
  CHECK(example_of("ionic.torord") ==
        "[torord]\nuse = \"ionic.torord\"\nsex = \"male\"\n\n[single_cell]\nuse = \"experiment.single_cell\"\n"
        "cell = \"torord\"\n");
  CHECK(example_of("drug.block").find("drugs = [\"block\"]") != std::string::npos);
}

TEST_CASE("priors name a number that can vary upstream") {
  CHECK(example_of("sampler.smc_abc")
            .ends_with("[smc_abc]\nuse = \"sampler.smc_abc\"\ndiscrepancy = \"ecg\"\n"
                       "parameters = [{ path = \"reaction_eikonal.APD_min\", uniform = [100.0, 300.0] }]\n"));
}

TEST_CASE("a component offered by two plugins is named with its plugin") {
  const std::string text = example_of("test.twice");
  CHECK((text == "[twice]\nuse = \"tawara-heart:test.twice\"\n" || text == "[twice]\nuse = \"other:test.twice\"\n"));
}

TEST_CASE("a slot that nobody can fill leaves no example") { CHECK(example_of("test.nobody").empty()); }

TEST_CASE("every example loads") {
  const docs::Examples examples(components().components);
  std::size_t loaded = 0;
  for (std::size_t i = 0; i < components().components.size(); ++i) {
    const auto text = examples.scenario(i);
    if (!text) continue;
    const Attempt attempt(*text, {.files_must_exist = false});
    CHECK_MESSAGE(attempt.scenario, *text << attempt.text);
    ++loaded;
  }
  CHECK(loaded == components().components.size() - 1);  // test.nobody has none
}
