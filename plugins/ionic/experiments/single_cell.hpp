#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "experiments/paced_run.hpp"
#include "lanes/lane_run.hpp"
#include "tawara/component.hpp"
#include "tawara/ionic.hpp"
#include "tawara/protocol.hpp"

namespace tawara::experiments {

/// Indices of observables by name; without names V_m, Ca_i and every current.
/// @throws ScenarioError("record") for a name the model lacks, listing what it has
[[nodiscard]] std::vector<std::size_t> select_observables(const IonicModel& model, const std::string& cell,
                                                          std::span<const std::string> names);

/// @throws ScenarioError("protocol") when it clamps the voltage
void require_current_protocol(const Protocol::Drive& drive, const std::string& protocol);

/// @throws ScenarioError("cell") naming an evaluate parameter that is no finite number
void require_numbers(const Descriptor& cell, const std::string& instance, std::span<const double> arguments);

/// Bytes that the samples of one table may take, and those of all cells of a shard.
inline constexpr double most_in_table = 0x1p30, most_in_shard = 0x1p31;

/// What is to be sampled: `cells` traces over `duration` ms, each sample of so many bytes.
struct Sampling {
  double step, duration;  ///< ms
  std::size_t columns, cells = 1, bytes = sizeof(double);
};

/// Called before anything is allocated.
/// @param most     bytes  @param instead  what else makes them fewer, for the message
/// @throws ScenarioError("sample_step") naming samples, bytes and the step that would fit
void require_room(const Sampling& sampling, double most, const std::string& instead);

/// Component `experiment.single_cell`.
class SingleCell final : public Component {
 public:
  static Descriptor describe();
  explicit SingleCell(const Settings& settings);
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;

 private:
  PacedRun run_;
  std::optional<int> beats_;
  std::optional<double> duration_;
  std::optional<std::filesystem::path> initial_file_;
  std::vector<std::pair<std::string, double>> initial_;
  std::vector<std::string> record_;
  bool in_lanes_;
  lanes::StepControl control_;
};

}  // namespace tawara::experiments
