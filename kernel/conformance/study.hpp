#pragma once
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/graph/evaluator.hpp"
#include "kernel/graph/prepare.hpp"
#include "kernel/plugins/catalogue.hpp"
#include "kernel/scenario/scenario.hpp"

namespace tawara::conformance {

/// What differs from the scenario as it is written.
struct StudyOptions {
  int threads = 1;
  std::uint64_t seed = 1;
  std::vector<std::string> sets;  ///< "instance.key=value"
  std::filesystem::path folder;   ///< where results and state go; "" as in a dry run
};

/// A scenario text, or a file, without its sweep. What the catalogue holds must outlive it. @throws ScenarioProblems
[[nodiscard]] Scenario load(const Catalogue& catalogue, const std::string& toml, const StudyOptions& options);
[[nodiscard]] Scenario load(const Catalogue& catalogue, const std::filesystem::path& file, const StudyOptions& options);

/// Type, shape and content; equal when they are. A column for the time that work took, `seconds` or
/// `ns_per_...`, does not count.
[[nodiscard]] std::string bytes_of(const Array& array);
[[nodiscard]] std::string bytes_of(const Table& table);

/// A scenario text prepared in this process, for reading outputs and calling interfaces directly.
class Study {
 public:
  using Options = StudyOptions;
  /// @throws what loading, constructing and preparing throw
  Study(const Catalogue& catalogue, const std::string& toml, const Options& options);
  Study(const Catalogue& catalogue, const std::string& toml) : Study(catalogue, toml, Options()) {}
  ~Study();
  Study(const Study&) = delete;
  Study& operator=(const Study&) = delete;

  /// An output at the scenario's values. @throws SolverError with the row's cause when it has no answer
  [[nodiscard]] const Array& array(std::string_view instance, std::string_view output);
  [[nodiscard]] const Table& table(std::string_view instance, std::string_view output);
  /// What prepare() returned, with its abilities (Prepared::ability). @throws Error when all outputs are constant
  [[nodiscard]] const Prepared& prepared(std::string_view instance) const;
  /// Evaluate parameters of an instance at the scenario's values, as Input::arguments() gives them.
  [[nodiscard]] std::span<const double> arguments(std::string_view instance) const;
  [[nodiscard]] const Scenario& scenario() const;
  [[nodiscard]] const Graph& graph() const;
  /// Log, threads and random streams of the run.
  [[nodiscard]] RunServices& services();

  struct Named {
    std::string output;  ///< "instance.output"
    std::string bytes;   ///< equal when the results are
  };
  /// What a run writes, and every constant output beside, of the targets and of what they stand on; but
  /// not the time that work took.
  /// @throws SolverError with the cause when there is no answer, Cancelled
  [[nodiscard]] std::vector<Named> results();
  /// The same, one after the other.
  [[nodiscard]] std::string bytes();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tawara::conformance
