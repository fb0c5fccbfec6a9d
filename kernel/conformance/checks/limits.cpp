// Construction at the edges of what the descriptor allows.
#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <optional>

#include "kernel/conformance/checks/general.hpp"
#include "kernel/conformance/study.hpp"
#include "kernel/graph/prepare.hpp"
#include "kernel/scenario/node.hpp"

namespace tawara::conformance {
namespace {

struct Edge {
  std::optional<double> inside, outside;
};

Edge edge(const Parameter& p, std::optional<double> limit, bool exclusive, double towards_outside) {
  if (!limit) return {};
  const double inwards =
      p.type == Type::integer ? *limit - towards_outside : std::nextafter(*limit, -towards_outside * INFINITY);
  const double outwards =
      p.type == Type::integer ? *limit + towards_outside : std::nextafter(*limit, towards_outside * INFINITY);
  return exclusive ? Edge{inwards, *limit} : Edge{*limit, outwards};
}

std::string value_text(const Parameter& p, double v) {
  return scenario::toml_text(p.type == Type::integer ? Value(static_cast<std::int64_t>(v)) : Value(v));
}

class Edges {
 public:
  Edges(const Subject& subject, Findings& findings) : subject_(subject), findings_(findings) {}

  void refused(const Parameter& p, const std::string& value) {
    try {
      (void)load(subject_.catalogue, *subject_.scenario, with(p, value));
      findings_.fail(fmt::format("{} = {} is outside of its limits and was accepted", p.name, value));
    } catch (const ScenarioProblems& e) {
      if (std::string_view(e.what()).find(p.name) == std::string_view::npos)
        findings_.fail(fmt::format("{} = {} was refused without naming the parameter: {}", p.name, value, e.what()));
    }
  }

  void constructs(const Parameter& p, const std::string& value) {
    std::optional<Scenario> scenario;
    try {
      scenario = load(subject_.catalogue, *subject_.scenario, with(p, value));
    } catch (const ScenarioProblems&) {
      return;  // refused by the kernel, in words: what stands upstream or in priors does not go with it
    }
    const Instance& instance = *scenario->find(subject_.instance);
    try {
      (void)subject_.catalogue.create(instance.component, without_evaluate_parameters(instance.settings));
    } catch (const ScenarioError& e) {
      const std::string key = e.parameter().substr(0, e.parameter().find_first_of(".["));
      const Descriptor& d = *subject_.component.descriptor;
      if (!e.parameter().empty() && d.parameter_index(key) < 0 && d.slot_index(key) < 0)
        findings_.fail(fmt::format("{} = {} is refused in the name of '{}', which is none of its parameters: {}",
                                   p.name, value, e.parameter(), e.what()));
      if (e.parameter().empty() && std::string_view(e.what()).find(p.name) == std::string_view::npos)
        findings_.fail(
            fmt::format("{} = {} is refused without naming a parameter; throw ScenarioError(\"{}\", ...): {}", p.name,
                        value, p.name, e.what()));
    } catch (const PluginError& e) {
      findings_.fail(fmt::format("{} = {} is allowed, and the constructor throws something else than ScenarioError: {}",
                                 p.name, value, e.what()));
    }
  }

 private:
  [[nodiscard]] StudyOptions with(const Parameter& p, const std::string& value) const {
    StudyOptions options;
    options.sets = {subject_.instance + "." + p.name + "=" + value};
    return options;
  }
  const Subject& subject_;
  Findings& findings_;
};

}  // namespace

void check_limits(const Subject& subject, Findings& findings) {
  if (!subject.scenario) return findings.skip("no scenario");
  Edges edges(subject, findings);
  std::size_t tried = 0;
  for (const Parameter& p : subject.component.descriptor->parameters) {
    if (p.type == Type::number || p.type == Type::integer) {
      for (const Edge& e : {edge(p, p.minimum, p.exclusive_minimum, -1), edge(p, p.maximum, p.exclusive_maximum, 1)}) {
        if (e.outside) edges.refused(p, value_text(p, *e.outside)), ++tried;
        if (e.inside) edges.constructs(p, value_text(p, *e.inside)), ++tried;
      }
    }
    for (const Choice& c : p.choices) edges.constructs(p, scenario::toml_text(Value(c.name))), ++tried;
    if (p.type == Type::boolean)
      for (const char* value : {"true", "false"}) edges.constructs(p, value), ++tried;
  }
  if (tried == 0) findings.skip("it has neither limits nor choices");
}

}  // namespace tawara::conformance
