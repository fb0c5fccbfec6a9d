#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/plugins/catalogue.hpp"

namespace tawara::conformance {

/// What a check of one component works on. Made anew in the child process of each check, so nothing a plugin breaks in
/// one check reaches the next.
struct Subject {
  const Catalogue& catalogue;  ///< the plugin under test, the standard ones, and the toys (see toys.hpp)
  const ComponentEntry& component;
  /// A scenario, as TOML, in which the component stands under the name `instance` and runs; worked out from its
  /// descriptor or taken from the author's own scenarios. None when neither gives one.
  std::optional<std::string> scenario;
  std::string instance;
  std::filesystem::path scratch;  ///< an empty folder of this check's own, and the current one
  double seconds = 0;             ///< what preparing and evaluating that scenario took
};

/// What one check found. Nothing said: it passed.
class Findings {
 public:
  /// @param what  what was seen, with numbers and units, what was expected, and where to look: a sentence to act on
  void fail(std::string what) { failures_.push_back(std::move(what)); }
  /// The check has nothing to work on here; a check that skipped and did not fail counts as skipped.
  void skip(std::string why) { skipped_ = std::move(why); }
  [[nodiscard]] const std::vector<std::string>& failures() const { return failures_; }
  [[nodiscard]] const std::string& skipped() const { return skipped_; }

 private:
  std::vector<std::string> failures_;
  std::string skipped_;
};

/// One thing asked of components. Each runs in a child process of its own with a time limit, so that a crash, a hang or
/// output on the terminal is a finding and not the end.
struct Check {
  std::string_view name;     ///< "two_instances"; names a CTest case
  std::string_view asks;     ///< one sentence, what holds when it passes
  std::string_view kind;     ///< of the components it is for; "" for all
  std::string_view ability;  ///< C++ interface the component must offer ("batched"); "" for none
  double seconds;            ///< after which it counts as hanging; twenty times what the scenario takes are added
  void (*run)(const Subject&, Findings&);  ///< nullptr: told by what the others meet (runs, silence)
  /// Left out, as skipped, where the component's scenario does not run; the check `runs` then says why.
  bool needs_run = true;
};

/// All checks: those of every component first, then by kind.
[[nodiscard]] std::span<const Check> checks();

// One function per file in checks/ adds its checks.
void add_general_checks(std::vector<Check>& all);
void add_ionic_checks(std::vector<Check>& all);
void add_cell_checks(std::vector<Check>& all);     ///< protocol, drug, experiment
void add_anatomy_checks(std::vector<Check>& all);  ///< geometry, conduction
void add_propagation_checks(std::vector<Check>& all);
void add_ecg_checks(std::vector<Check>& all);  ///< ecg, dataset, discrepancy
void add_sampler_checks(std::vector<Check>& all);
void add_recordings_checks(std::vector<Check>& all);  ///< of any kind that offers them
void add_learner_checks(std::vector<Check>& all);     ///< those that offer a regressor

}  // namespace tawara::conformance
