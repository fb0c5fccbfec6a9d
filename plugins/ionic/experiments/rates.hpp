#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tawara/component.hpp"
#include "tawara/ionic.hpp"

namespace tawara::experiments {

/// States at which a model's right-hand side is wanted, as read from a file.
struct StateVectors {
  struct Vector {
    std::string label;               ///< the file's
    std::vector<std::string> names;  ///< as the file writes them
    std::vector<double> values;
  };
  std::vector<Vector> vectors;
};

/// Reads a CSV with columns vector, index (from 1), name and value; further columns are ignored, rows may come in any
/// order.
/// @throws DataError naming file and line, or the vector that lacks a state
[[nodiscard]] StateVectors read_states(const std::filesystem::path& file, std::size_t n_states);

/// The file's rows with a column `derivative`, stimulus off.
[[nodiscard]] Table rates_table(const IonicModel& model, std::span<const double> parameters,
                                const StateVectors& states);

/// Rows vector, name, value of every observable at the same states.
[[nodiscard]] Table observables_table(const IonicModel& model, std::span<const double> parameters,
                                      const StateVectors& states);

/// Component `experiment.rates`.
class Rates final : public Component {
 public:
  static Descriptor describe();
  explicit Rates(const Settings& settings) : file_(settings.path("states")) {}
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;

 private:
  std::filesystem::path file_;
};

}  // namespace tawara::experiments
