#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kernel/cluster/part.hpp"
#include "kernel/cluster/shard_work.hpp"
#include "kernel/host/product_files.hpp"
#include "kernel/host/replay_files.hpp"
#include "kernel/host/shard_files.hpp"
#include "tawara/host.hpp"

namespace tawara {

/// What all instances of a run share: where messages go, how many threads there are, where state is kept.
class RunServices {
 public:
  RunServices(std::uint64_t seed, int threads);
  ~RunServices();
  RunServices(const RunServices&) = delete;
  RunServices& operator=(const RunServices&) = delete;

  /// Everything also goes to this file from now on.
  void log_to(const std::filesystem::path& file);
  /// What reaches the terminal: all from info (default), or warnings only.
  void quiet(bool only_warnings);
  /// Nothing reaches the terminal.
  void mute();
  /// A warning that was said before is only counted.
  void log(Host::Level level, std::string_view who, std::string_view message);
  [[nodiscard]] std::unique_ptr<Progress> progress(std::string_view who, std::string_view what);
  [[nodiscard]] int threads() const;
  [[nodiscard]] std::uint64_t seed() const;

  /// Folder for the state of --resume; none in dry runs.
  void keep_state_in(const std::filesystem::path& folder, bool resuming);
  void save_state(const std::string& instance, std::string_view bytes);
  [[nodiscard]] std::optional<std::string> load_state(const std::string& instance) const;

  /// How the scenario reads with these `--set`s, cut down to its targets; none in dry runs.
  using ChangeScenario = std::function<std::string(const std::vector<std::string>& sets)>;
  void change_scenario_with(ChangeScenario change);
  [[nodiscard]] bool can_change_scenario() const;
  [[nodiscard]] std::string changed_scenario(const std::vector<std::string>& sets) const;

  /// Where results go; "" in dry runs.
  [[nodiscard]] const std::filesystem::path& folder() const;
  /// A shard of a series, "INSTANCE.NAME", belongs to the results.
  void note_shard(const std::string& series, std::size_t index);
  /// Those noted, by series.
  [[nodiscard]] std::map<std::string, std::set<std::size_t>> shards() const;

  /// What of the run this process does; by default all of it.
  void divide(const Division& division);
  [[nodiscard]] const Division& division() const;
  /// Something in this run is made in parts.
  void note_divided_work();
  [[nodiscard]] bool has_divided_work() const;

  /// Say how often warnings came that were said only once.
  void sum_up_warnings();

  /// body(i) for 0..n-1 on all threads (or here, one after the other, inside a batch).
  void parallel_for(std::size_t n, const std::function<void(std::size_t)>& body);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// While one lives on a thread, components on it see a budget of one thread: the kernel runs batches side by side.
class SingleThreadScope {
 public:
  SingleThreadScope();
  ~SingleThreadScope();
  SingleThreadScope(const SingleThreadScope&) = delete;
  SingleThreadScope& operator=(const SingleThreadScope&) = delete;
  [[nodiscard]] static bool active();

 private:
  bool before_;
};

/// The Host of one instance.
class InstanceHost final : public Host {
 public:
  /// What depends on why the instance is at work.
  struct Rights {
    bool draw = true;         ///< false while a component is prepared whose result is cached across seeds
    std::string results_key;  ///< of the prepared instance, where what it does belongs to the run's results; else ""
  };
  InstanceHost(RunServices& services, std::string instance) : InstanceHost(services, std::move(instance), Rights()) {}
  InstanceHost(RunServices& services, std::string instance, Rights rights);
  void log(Level, std::string_view message) override;
  std::unique_ptr<Progress> progress(std::string_view what) override;
  bool cancelled() const override;
  int threads() const override;
  void parallel_for(std::size_t n, const std::function<void(std::size_t)>& body) override;
  Random random(std::string_view purpose, std::uint64_t a, std::uint64_t b) const override;
  void save_state(std::string_view bytes) override;
  std::optional<std::string> load_state() override;
  void* service(std::string_view name) override;

 private:
  RunServices& services_;
  std::string instance_;
  bool may_draw_;
  std::optional<ShardFiles> shards_;
  std::optional<DividedShards> shard_work_;
  std::optional<ReplayFiles> replay_;
  std::optional<ProductFiles> products_;
};

/// Ctrl-C asks politely; a second one ends the process as usual.
void install_interrupt_handler();
/// Asks politely however often, for a process that another one looks after.
void install_patient_interrupt_handler();
[[nodiscard]] bool interrupted();
void interrupt();  ///< the same as Ctrl-C, for tests

}  // namespace tawara
