#include "kernel/plugins/descriptor_check.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>

#include "tests/kernel/plugins/fixtures.hpp"

using namespace tawara;

namespace {

Manifest plugin_with(Descriptor d) {
  Manifest m;
  m.name = "a-plugin";
  m.version = "0.1.0";
  m.summary = "Summary";
  m.licence = "MIT";
  m.components.push_back(std::move(d));
  return m;
}

Descriptor sound() {
  Descriptor d("ionic.a", "A model");
  d.number("G_Kr", "mS/uF", 0.5).allowed(0, 1).says("Conductance");
  d.slot("cell", "ionic").says("A cell");
  d.output("V_m", "mV", "n").says("Voltage");
  return d;
}

/// The only mistake after an edit of a sound descriptor.
template <class Edit>
std::string mistake(Edit edit) {
  Descriptor d = sound();
  edit(d);
  const auto all = mistakes_in(plugin_with(std::move(d)));
  std::string text;
  for (const auto& m : all) text += (text.empty() ? "" : "\n") + m;
  return text;
}

struct Finished {
  int status;
  std::string output;
};

Finished run(const std::string& command) {
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  std::string output;
  for (int c; (c = std::fgetc(pipe)) != EOF;) output += static_cast<char>(c);
  return {WEXITSTATUS(::pclose(pipe)), output};
}

}  // namespace

TEST_CASE("a sound descriptor has no mistakes") { CHECK(mistakes_in(plugin_with(sound())).empty()); }

TEST_CASE("mistakes in a component's texts and names") {
  using D = Descriptor;
  CHECK(mistake([](D& d) { d.name = "ToRORd"; }) ==
        "ToRORd: a component's name is kind.short_name in lower case, e.g. ionic.torord");
  CHECK(mistake([](D& d) { d.summary = ""; }) == "ionic.a: the summary is empty");
  CHECK(mistake([](D& d) { d.summary = "a\nb"; }) ==
        "ionic.a: the summary is more than one line; the rest belongs in doc");
  CHECK(mistake([](D& d) { d.parameters[0].doc = ""; }) ==
        "ionic.a, parameter G_Kr: its doc is empty; say what it means");
  CHECK(mistake([](D& d) { d.slots[0].doc = ""; }) == "ionic.a, slot cell: its doc is empty; say what it is for");
  CHECK(mistake([](D& d) { d.outputs[0].doc = ""; }) == "ionic.a, output V_m: its doc is empty; say what it is");
  CHECK(mistake([](D& d) { d.parameters[0].name = "G Kr"; }) ==
        "ionic.a, parameter G Kr: a name is a letter followed by letters, digits and '_'");
  CHECK(mistake([](D& d) { d.parameters[0].name = "use"; }) ==
        "ionic.a, parameter use: 'use' is the key that names the component");
  CHECK(mistake([](D& d) { d.slots[0].name = "G_Kr"; }) == "ionic.a, slot G_Kr: the key 'G_Kr' is declared twice");
  CHECK(mistake([](D& d) { d.outputs.push_back(d.outputs[0]); }) == "ionic.a, output V_m: is declared twice");
  CHECK(mistake([](D& d) { d.parameters[0].unit = ""; }) ==
        "ionic.a, parameter G_Kr: its unit is empty; write \"1\" for a number without one");
}

TEST_CASE("mistakes in limits and defaults") {
  using D = Descriptor;
  const std::string at = "ionic.a, parameter G_Kr: ";
  CHECK(mistake([](D& d) { d.parameters[0].default_value = 5.0; }) ==
        at + "its default 5 is not allowed by its own limits");
  CHECK(mistake([](D& d) { d.parameters[0].default_value = "5"; }) == at + "its default is not a number");
  CHECK(mistake([](D& d) { d.parameters[0].usual(0.1, 2); }) == at + "its usual range reaches 2, which is not allowed");
  CHECK(mistake([](D& d) { d.parameters[0].usual(0.2, 0.1); }) == at + "its usual range is upside down");
  CHECK(mistake([](D& d) { d.parameters[0].usual_low = 0.1; }) == at + "its usual range has one end only");
  CHECK(mistake([](D& d) { d.parameters[0].allowed(2, 1).required(); }) == at + "its minimum 2 is above its maximum 1");
  CHECK(mistake([](D& d) { d.parameters[0].allowed(-1, 1).log(); }) ==
        at + "is on a logarithmic scale: give it a minimum of 0 or more");
  CHECK(mistake([](D& d) { d.parameters[0].at_most(HUGE_VAL); }) == at + "a limit is not finite; leave it out instead");
  CHECK(mistake([](D& d) {
          d.choice("sex", "other", {{"male", ""}, {"female", ""}}).says("Sex");
        }) == "ionic.a, parameter sex: its default 'other' is none of its choices");
  CHECK(mistake([](D& d) {
          d.choice("sex", "male", {{"male", ""}, {"male", ""}}).says("Sex");
        }) == "ionic.a, parameter sex: the choice 'male' is there twice");
  CHECK(mistake([](D& d) {
          auto low = make_parameter("low", Type::number, "mV", -80.0);
          low.doc = "Low";
          d.record("window", {low}).says("Window").default_value = Record{{"high", 1.0}};
        }) == "ionic.a, parameter window: its default has a member 'high' that is not declared");
  CHECK(mistake([](D& d) {
          auto low = make_parameter("low", Type::number, "mV", -80.0);
          d.record("window", {low}).says("Window");
        }) == "ionic.a, parameter window.low: its doc is empty; say what it means");
}

TEST_CASE("mistakes in what goes together") {
  using D = Descriptor;
  CHECK(mistake([](D& d) { d.text("title", "x").says("Title").acts_at = ActsAt::evaluate; }) ==
        "ionic.a, parameter title: a text cannot act at evaluation: rows hold numbers only");
  CHECK(mistake([](D& d) { d.text("title", "x").says("Title").inferable = true; }) ==
        "ionic.a, parameter title: a text cannot be inferred or swept");
  CHECK(mistake([](D& d) { d.integer("n", 1).says("N").field = true; }) ==
        "ionic.a, parameter n: only a number can vary over nodes or regions, this is a integer");
  CHECK(mistake([](D& d) { d.subset("sites", "conduction.candidates").says("Sites"); }) ==
        "ionic.a, parameter sites: its index set 'conduction.candidates' begins with 'conduction', which is no slot");
  CHECK(mistake([](D& d) { d.subset("sites", "cell").says("Sites"); }) ==
        "ionic.a, parameter sites: its index set 'cell' is not slot.output");
  CHECK(mistake([](D& d) { d.slots[0].over("parameters"); }) ==
        "ionic.a, slot cell: is simulated over 'parameters', which is no priors parameter of this component");
  CHECK(mistake([](D& d) { d.slots[0].spread("parameters"); }) ==
        "ionic.a, slot cell: is spread over 'parameters', which is no priors parameter of this component");
  CHECK(mistake([](D& d) {
          d.priors("parameters").says("What varies");
          d.slots[0].spread("parameters").over("parameters");
        }) == "ionic.a, slot cell: is both simulated and spread; it can be one of them");
  CHECK(mistake([](D& d) {
          d.priors("parameters").says("What varies");
          d.slots[0].spread("parameters");
          d.slot("twin", "ecg").over("parameters").says("What is simulated");
        }) == "ionic.a, slot cell: is spread over 'parameters', over which slot twin is simulated");
  CHECK(mistake([](D& d) {
          d.priors("parameters").says("What varies");
          d.slots[0].spread("parameters");
        }).empty());
  CHECK(mistake([](D& d) {
          auto low = make_parameter("low", Type::number, "mV", -80.0);
          low.says("Low").evaluate();
          d.record("window", {low}).says("Window");
        }) == "ionic.a, parameter window: its 'low' cannot act at evaluation by itself");
  CHECK(mistake([](D& d) { d.constant_text("isa").summary_as("isa").says("Instruction set"); }).empty());
  CHECK(mistake([](D& d) { d.slot("any", "").says("Anything"); }) ==
        "ionic.a, slot any: accepts anything: name a kind, the outputs it needs or the interface it uses");
  CHECK(mistake([](D& d) { d.outputs[0].hint = Hint::scalar; }) ==
        "ionic.a, output V_m: is shown as one number, but is none");
}

TEST_CASE("mistakes of the plugin itself") {
  Manifest m = plugin_with(sound());
  m.components.push_back(sound());
  m.name = "My Plugin";
  m.version = "1";
  m.licence = "";
  CHECK(mistakes_in(m) ==
        std::vector<std::string>{
            "plugin: name 'My Plugin': write lower case letters, digits, '-' and '_', beginning with a letter",
            "plugin: version '1' is not a semantic version such as 0.1.0",
            "plugin: the licence is empty; write its SPDX identifier, e.g. Apache-2.0", "ionic.a: is added twice"});
  m = plugin_with(sound());
  m.components.clear();
  CHECK(mistakes_in(m) ==
        std::vector<std::string>{"plugin: it offers no component: write plugin.add<YourComponent>()"});
}

TEST_CASE("versions are semantic") {
  const auto accepted = [](const char* version) {
    Manifest m = plugin_with(sound());
    m.version = version;
    return mistakes_in(m).empty();
  };
  for (const char* version : {"0.1.0", "10.20.30", "1.0.0-rc.1", "1.0.0+build7"}) CHECK(accepted(version));
  for (const char* version : {"", "1", "1.0", "1.0.", "1.0.0.", "1.0.0-", "1..0", "v1.0.0", "1.0.0 "})
    CHECK_FALSE(accepted(version));
}

TEST_CASE("tawara-manifest fails a build with every mistake in words, and leaves the library as it was") {
  const auto library = fixtures::library("mistaken");
  const std::string before = fixtures::read(library);
  const Finished finished = run(std::string(TAWARA_MANIFEST) + " " + library.string());
  CHECK(finished.status == 1);
  CHECK(finished.output == library.string() + ": error: fixture.mistaken: the summary is empty\n" + library.string() +
                               ": error: fixture.mistaken, parameter G_Kr: its doc is empty; say what it means\n" +
                               library.string() + ": error: fixture.mistaken, parameter G_Kr: its default 5 is not " +
                               "allowed by its own limits\n");
  CHECK(fixtures::read(library) == before);
}

TEST_CASE("tawara-manifest says what is wrong with a library that is no plugin") {
  const auto of = [](const fixtures::fs::path& path) {
    return run(std::string(TAWARA_MANIFEST) + " " + path.string());
  };
  CHECK(fixtures::contains(of(fixtures::library("not_a_plugin")).output,
                           "it exports no tawara_plugin_v1: write TAWARA_PLUGIN"));
  CHECK(fixtures::contains(of("/no/such.so").output, "cannot be opened: "));
  CHECK(of("/no/such.so").status == 1);
  CHECK(run(TAWARA_MANIFEST).status == 2);
  {
    const fixtures::Variable mood("FIXTURE_REGISTRATION", "standard");
    CHECK(fixtures::contains(of(fixtures::library("throws_in_registration")).output, "error: no licence server found"));
  }
}

TEST_CASE("tawara-manifest run again changes nothing") {
  const fixtures::Folder folder;
  const auto copy = folder.path / "copy.so";
  fixtures::write(copy, fixtures::read(fixtures::library("good")));
  CHECK(run("cd " + folder.path.string() + " && " + TAWARA_MANIFEST + " copy.so").status == 0);
  CHECK(fixtures::read(copy) == fixtures::read(fixtures::library("good")));
}
