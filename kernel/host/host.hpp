#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

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
  void log(Host::Level level, std::string_view who, std::string_view message);
  [[nodiscard]] std::unique_ptr<Progress> progress(std::string_view who, std::string_view what);
  [[nodiscard]] int threads() const;
  [[nodiscard]] std::uint64_t seed() const;

  /// Folder for the state of --resume; none in dry runs.
  void keep_state_in(const std::filesystem::path& folder, bool resuming);
  void save_state(const std::string& instance, std::string_view bytes);
  [[nodiscard]] std::optional<std::string> load_state(const std::string& instance) const;

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
  /// @param may_draw  false while a component is prepared whose result is cached across seeds
  InstanceHost(RunServices& services, std::string instance, bool may_draw = true);
  void log(Level, std::string_view message) override;
  std::unique_ptr<Progress> progress(std::string_view what) override;
  bool cancelled() const override;
  int threads() const override;
  void parallel_for(std::size_t n, const std::function<void(std::size_t)>& body) override;
  Random random(std::string_view purpose, std::uint64_t a, std::uint64_t b) const override;
  void save_state(std::string_view bytes) override;
  std::optional<std::string> load_state() override;

 private:
  RunServices& services_;
  std::string instance_;
  bool may_draw_;
};

/// Ctrl-C asks politely; a second one ends the process as usual.
void install_interrupt_handler();
[[nodiscard]] bool interrupted();
void interrupt();  ///< the same as Ctrl-C, for tests

}  // namespace tawara
