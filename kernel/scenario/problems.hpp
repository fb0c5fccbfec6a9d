#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "kernel/scenario/scenario.hpp"

namespace tawara::scenario {

/// Collects the complaints of a phase, so that all of them are reported together.
class Problems {
 public:
  void error(Location where, std::string message, std::vector<std::string> hints = {});
  void warning(Location where, std::string message, std::vector<std::string> hints = {});

  [[nodiscard]] bool any() const { return !errors_.empty(); }
  [[nodiscard]] std::size_t count() const { return errors_.size(); }
  /// @throws ScenarioProblems with everything found so far, when there is an error
  void stop_if_any() const;
  [[nodiscard]] const std::vector<Problem>& errors() const { return errors_; }
  [[nodiscard]] const std::vector<Problem>& warnings() const { return warnings_; }

 private:
  std::vector<Problem> errors_, warnings_;
};

/// What the user wrote, safe to print on one line: in quotes, control characters replaced, long texts cut.
[[nodiscard]] std::string in_quotes(std::string_view text);
/// The shortest decimal text that reads back as the same number.
[[nodiscard]] std::string shown(double number);
/// "a, b and c", at most `limit` of them, then "and 12 more".
[[nodiscard]] std::string listed(const std::vector<std::string>& words, std::size_t limit = 12);
/// A hint list of at most one entry, from suggestions ("did you mean ...?") and a tail put after it.
[[nodiscard]] std::vector<std::string> hint(const std::vector<std::string>& suggestions, const std::string& tail = {});

}  // namespace tawara::scenario
