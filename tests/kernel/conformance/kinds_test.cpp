#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "kernel/conformance/check.hpp"
#include "kernel/docs/example.hpp"

using namespace tawara;
using namespace tawara::conformance;

namespace {

/// What a check said of a component.
struct Said {
  std::vector<std::string> failures;
  std::string skipped;
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const std::string& f : failures) all += f + "\n";
    return all;
  }
};

/// The kind that a check is for. By custom one that offers an ability and is nothing else is called after it.
std::string_view kind_of(const Check& check) { return check.kind.empty() ? check.ability : check.kind; }

/// The checks by kind and ability alone.
const std::vector<Check>& kind_checks() {
  static const std::vector<Check> all = [] {
    std::vector<Check> list;
    for (const Check& check : checks())
      if (!kind_of(check).empty()) list.push_back(check);
    return list;
  }();
  return all;
}

/// Components to be checked, with the toys. Checks run in this process.
class Plugins {
 public:
  explicit Plugins(std::filesystem::path plugin)
      : catalogue_(Catalogue::discover(
            {{std::move(plugin), std::filesystem::path(TAWARA_BUILD) / "conformance"}, {}, false})) {}

  [[nodiscard]] const Catalogue& catalogue() const { return catalogue_; }

  /// In the scenario that is worked out from descriptors.
  [[nodiscard]] Said check(const std::string& component, const Check& check) const {
    const auto found = catalogue_.find(component);
    REQUIRE_MESSAGE(found.size() == 1, component);
    const std::string instance = component.substr(component.find('.') + 1);
    Subject subject{catalogue_, found.front(), std::nullopt, instance, std::filesystem::temp_directory_path()};
    for (std::size_t i = 0; i < catalogue_.components().size(); ++i)
      if (catalogue_.components()[i].descriptor == found.front().descriptor)
        subject.scenario = docs::Examples(catalogue_.components()).scenario(i);
    Findings findings;
    try {
      check.run(subject, findings);
    } catch (const std::exception& e) {
      findings.fail(e.what());
    }
    return {findings.failures(), findings.skipped()};
  }

 private:
  Catalogue catalogue_;
};

/// What a developer reads first, by check.
const std::map<std::string, std::string> said = {
    {"states_described", "the last of observables() has to be I_ion"},
    {"parameters_described", "more parameters than the 1 that describe() marks"},
    {"rates_finite", "V_m = -41 mV"},
    {"usual_parameters_finite", "scale_I_in = 0.5, the lower end of its usual range"},
    {"nan_stays_nan", "with NaN as state V_m"},
    {"cells_independent", "parameter p is block.parameter(p, c)"},
    {"concurrent_calls", "while other threads called it"},
    {"membrane_equation", "with every current in the sum"},
    {"settles_or_beats", "still moves"},
    {"fires_when_stimulated", "no action potential"},
    {"lanes_agree", "mV by rates()"},
    {"lanes_independent", "depends on that lane alone"},
    {"edges_move_on", "next_edge(2 ms) is 2 ms; expected a later time"},
    {"drive_as_declared", "piecewise_constant() is true, yet"},
    {"beats_in_order", "beat_start(1) 0 ms"},
    {"no_dose_no_effect", "with concentration = 0 the factor on scale_I_in is 0.9"},
    {"factors_sound", "the factor on scale_I_in is -9"},
    {"targets_known", "scale_I_unheard_of"},
    {"tetrahedra_sound", "1 of 1 tetrahedra have no positive volume"},
    {"axes_orthonormal", "the vector fibre has the length 1.1"},
    {"surfaces_enclose", "the normals point into the muscle"},
    {"coordinates_in_range", "ab is 2 at node 3"},
    {"candidates_are_nodes", "candidate 1 is node 189"},
    {"starts_at_roots", "LAT is 7.5 ms at the root node"},
    {"onset_shifts", "expected 20 ms more"},
    {"distance_over_speed", "with all speeds (CV) doubled"},
    {"farther_is_later", "what is farther later"},
    {"numbering_indifferent", "numbered in another order"},
    {"silent_when_uniform", "expected 0"},
    {"linear_in_source", "the field is linear in V_m"},
    {"place_indifferent", "moved together"},
    {"leads_declared", "19 times for 20 samples"},
    {"einthoven", "Einthoven's law"},
    {"least_when_equal", "least when they are equal"},
    {"discrepancy_sound", "discrepancy is -50"},
    {"data_declared", "output t is declared as 'n_samples'"},
    {"population_sound", "the weights sum to 128"},
    {"posterior_recovered", "it has learned next to nothing"},
    {"prior_kept", "a parameter without any effect"},
    {"marginals_covered", "points that cover every prior"},
    {"signal_described", "times() is 1 ms at sample 2, after 1 ms"},
    {"known_as_promised", "no column 'cell.slope' [mV/ms]"},
    {"read_in_pieces", "read(1, 1) differs from the same cells in read(0, 4)"},
    {"concurrent_reads", "while other threads read other cells"},
    {"overfits", "Always to answer their mean leaves 1"},
    {"same_alone_and_together", "the same recording has to give the same bytes"},
    {"concurrent_predictions", "while other threads asked about other recordings"},
    {"uncertainty_sound", "has the novelty 1, recordings it knows have up to 0"},
    {"nan_not_hidden", "of which 1 of 100 samples are NaN it says toy_cell.amplitude"},
    {"targets_varied", "toy_cell.tau [ms] about 20"},
    {"signal_as_recorded", "conditions() lacks temperature = 310 K"},
};

}  // namespace

TEST_CASE("Each check by kind finds its own broken component, and no other check does") {
  const Plugins plugins(TAWARA_KINDS);
  std::set<std::string> met;
  for (const ComponentEntry& entry : plugins.catalogue().components()) {
    if (entry.plugin->manifest.name != "tawara-broken-kinds") continue;
    const std::string name = entry.descriptor->name, fault = name.substr(name.find('.') + 1);
    for (const Check& check : kind_checks()) {
      if (kind_of(check) != entry.descriptor->kind()) continue;
      const Said now = plugins.check(name, check);
      if (check.name == fault) {
        met.insert(fault);
        CHECK_MESSAGE(now.text().find(said.at(fault)) != std::string::npos, name << ": " << now.text() << now.skipped);
        CHECK_MESSAGE(now.failures.size() == 1, name << ": " << now.text());
      } else {
        CHECK_MESSAGE(now.failures.empty(), name << ", " << check.name << ": " << now.text());
      }
    }
  }
  for (const Check& check : kind_checks()) CHECK_MESSAGE(met.contains(std::string(check.name)), check.name);
}
