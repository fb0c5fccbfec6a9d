#include "kernel/plugins/manifest.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "kernel/plugins/digest.hpp"
#include "tests/kernel/plugins/fixtures.hpp"

using namespace tawara;
using Json = nlohmann::ordered_json;

namespace {

ManifestHead good_head() {
  return read_manifest_head(ElfFile(fixtures::library("good")).section(manifest_section).value());
}

/// A manifest's text with a member changed and signed anew, as a tool of another version might write it.
std::string edited(const std::function<void(Json&)>& edit) {
  Json json = Json::parse(ElfFile(fixtures::library("good")).section(manifest_section).value());
  edit(json);
  json["text_digest"] = std::string(32, '0');
  json["text_digest"] = digest_of(json.dump());
  return json.dump();
}

std::string complaint(const std::string& text) {
  try {
    (void)components_of(read_manifest_head(text));
  } catch (const ManifestError& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("every feature of a descriptor survives the way through the manifest") {
  const auto components = components_of(good_head());
  REQUIRE(components.size() == 2);
  const Descriptor& d = components[0];
  CHECK(d.name == "fixture.everything");
  CHECK(d.doc == "dV_m/dt = -(I_ion + I_stim)\n\nA second paragraph, with a tab\tand \"quotes\".");
  CHECK(d.citations == std::vector<std::string>{"doi:10.7554/eLife.48890"});
  CHECK(d.maturity == Maturity::stable);
  CHECK(d.cacheable);

  const Parameter& speed = d.parameters.at(0);
  CHECK(speed.type == Type::number);
  CHECK(speed.unit == "m/s");
  CHECK(speed.default_value == Value(0.65));
  CHECK(speed.minimum == 0.0);
  CHECK(speed.exclusive_minimum);
  CHECK(speed.maximum == 3.0);
  CHECK_FALSE(speed.exclusive_maximum);
  CHECK(speed.usual_low == 0.4);
  CHECK(speed.usual_high == 0.9);
  CHECK(speed.log_scale);
  CHECK(speed.acts_at == ActsAt::evaluate);
  CHECK(speed.inferable);
  CHECK(speed.field);
  CHECK(speed.source == "Table 1");
  CHECK(speed.renamed_from == "velocity");

  const auto parameter = [&](const char* name) {
    return d.parameters.at(static_cast<std::size_t>(d.parameter_index(name)));
  };
  CHECK(parameter("time").default_value.empty());
  CHECK_FALSE(parameter("time").optional);
  CHECK(parameter("stop").optional);
  CHECK(parameter("beats").default_value == Value(100));
  CHECK_FALSE(parameter("beats").changes_results);
  CHECK(parameter("beats").advanced);
  CHECK(parameter("loud").default_value == Value(false));
  CHECK(parameter("title").default_value == Value("a \"title\""));
  CHECK(parameter("layer").choices.at(0).doc == "inner");
  CHECK(parameter("weights").members.at(0).unit == "mV");
  CHECK(parameter("window").members.at(0).default_value == Value(-80.0));
  CHECK(parameter("sites").index_set == "source.candidates");
  CHECK(parameter("parameters").type == Type::priors);

  const Slot& source = d.slots.at(0);
  CHECK(source.kind == "conduction");
  REQUIRE(source.alternatives.size() == 2);
  CHECK(source.alternatives[1].at(1).name == "RT");
  CHECK(source.alternatives[1].at(1).unit == "ms");
  CHECK(d.slots.at(1).ability == "ionic");
  CHECK(d.slots.at(1).how_many == HowMany::optional);
  CHECK(d.slots.at(2).simulated_over == "parameters");
  CHECK(d.slots.at(2).spread_over.empty());
  CHECK(d.slots.at(3).spread_over == "spread");

  CHECK(d.outputs.at(0).constant);
  CHECK(d.outputs.at(0).hint == Hint::mesh);
  CHECK(d.outputs.at(1).labels == std::vector<std::string>{"I", "II"});
  CHECK(d.outputs.at(1).group == 1);
  CHECK(d.outputs.at(2).summary_key == "APD90_ms");
  CHECK(d.outputs.at(3).table);
  CHECK(d.outputs.at(3).hint == Hint::scalar);
  CHECK(d.outputs.at(4).table);
}

TEST_CASE("numbers keep every bit, and integers stay integers") {
  Manifest m = good_head().manifest;
  m.components.clear();
  auto& d = m.components.emplace_back("a.b", "c");
  const List list{0.1, 1.0 / 3, 1e-308, 1, std::int64_t{1} << 62, 1.0, HUGE_VAL, -HUGE_VAL};
  d.add(make_parameter("p", Type::list, "1", list));
  const auto back = components_of(read_manifest_head(manifest_text(m)));
  CHECK(back.at(0).parameters.at(0).default_value == Value(list));
  d.parameters[0].default_value = std::nan("");
  CHECK(std::isnan(components_of(read_manifest_head(manifest_text(m))).at(0).parameters.at(0).default_value.number()));
}

TEST_CASE("what a later SDK adds is passed over") {
  CHECK(complaint(edited([](Json& j) {
          j["mood"] = "sunny";
          j["abi"]["endianness"] = "little";
          j["components"][0]["parameters"][0]["colour"] = {1, 2};
        })) == "");
}

TEST_CASE("a malformed descriptor is located") {
  CHECK(complaint(edited([](Json& j) { j["components"][0]["parameters"][1]["type"] = "colour"; })) ==
        "components[0].parameters[1].type: expected one of boolean, integer, number, text, choice, path, list, record, "
        "subset, priors; found 'colour'");
  CHECK(complaint(edited([](Json& j) { j["components"][0]["slots"][0]["alternatives"][1] = 7; })) ==
        "components[0].slots[0].alternatives[1]: expected a list, found number");
  CHECK(complaint(edited([](Json& j) { j["components"][1] = "x"; })) ==
        "components[1]: expected an object, found string");
  CHECK(complaint(edited([](Json& j) { j["components"] = 1; })) == "components: expected a list, found number");
  CHECK(complaint(edited([](Json& j) { j["components"][0]["outputs"][0]["group"] = "first"; })) ==
        "components[0].outputs[0].group: expected an integer, found string");
  CHECK(complaint(edited([](Json& j) { j["components"][0]["citations"] = {1}; })) ==
        "components[0].citations[0]: expected a text, found number");
}

TEST_CASE("a manifest that is none says what is missing") {
  CHECK(complaint("ELF") == "manifest: not JSON");
  CHECK(complaint("[]") == "manifest: expected an object, found array");
  CHECK(complaint("{}") == "tawara_manifest: format 0, while this kernel reads format 1");
  CHECK(complaint(edited([](Json& j) { j["tawara_manifest"] = 2; })) ==
        "tawara_manifest: format 2, while this kernel reads format 1");
  CHECK(complaint(edited([](Json& j) { j.erase("abi"); })) == "abi: missing");
  CHECK(complaint(edited([](Json& j) { j["abi"]["sdk"] = {1}; })) == "abi.sdk: expected two integers, major and minor");
  CHECK(complaint(R"({"tawara_manifest":1})") == "text_digest: missing");
}

TEST_CASE("a manifest that is nested without end is refused, whatever stack there is") {
  const std::string text = R"({"tawara_manifest":1,"components":)" + std::string(1'000'000, '[');
  CHECK(complaint(text) == "manifest: nested deeper than 64 levels");
  CHECK(complaint(text + std::string(1'000'000, ']') + "}") == "manifest: nested deeper than 64 levels");
}

TEST_CASE("a changed byte in the manifest is noticed") {
  std::string text = ElfFile(fixtures::library("good")).section(manifest_section).value();
  text.replace(text.find("0.65"), 4, "0.66");
  CHECK(complaint(text) == "text_digest: the text was changed after it was written");
}

TEST_CASE("a text that is not UTF-8 is refused when the manifest is written") {
  Manifest m = good_head().manifest;
  m.components.emplace_back("a.b", "caf\xe9");
  CHECK_THROWS_WITH_AS((void)manifest_text(m),
                       "component 'a.b': a text in its descriptor is not UTF-8; save the source as UTF-8",
                       ManifestError);
  m.components.clear();
  m.authors = "Ren\xe9";
  CHECK_THROWS_AS((void)manifest_text(m), ManifestError);
}
