#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tawara/export.hpp"
#include "tawara/random.hpp"

namespace tawara {

/// Shown as a bar with an ETA on a terminal, as plain lines elsewhere. Ends when destroyed.
class TAWARA_EXPORT Progress {
 public:
  virtual ~Progress();
  /// @param done, total  in any unit of work; total may change
  virtual void update(double done, double total, std::string_view what = {}) = 0;
};

/// What the kernel does for a component while it runs. One per instance. All functions may be called from any thread.
class TAWARA_EXPORT Host {
 public:
  virtual ~Host();
  enum class Level { debug, info, warn };
  virtual void log(Level, std::string_view message) = 0;
  void debug(std::string_view message) { log(Level::debug, message); }
  void info(std::string_view message) { log(Level::info, message); }
  /// "Your result may not be what you think." The same text again is only counted, and the count is said at the end: a
  /// component may warn about every row.
  void warn(std::string_view message) { log(Level::warn, message); }

  [[nodiscard]] virtual std::unique_ptr<Progress> progress(std::string_view what) = 0;

  /// True once the user pressed Ctrl-C. Long loops ask now and then and throw Cancelled, or keep what is finished.
  [[nodiscard]] virtual bool cancelled() const = 0;

  /// Threads this component may use (1 inside a batch).
  [[nodiscard]] virtual int threads() const = 0;
  /// body(i) for i in 0..n-1 on those threads, in no particular order; the first exception by index is rethrown.
  /// Results must depend on i only.
  virtual void parallel_for(std::size_t n, const std::function<void(std::size_t)>& body) = 0;

  /// The stream of (scenario seed, this instance, purpose, a, b).
  [[nodiscard]] virtual Random random(std::string_view purpose, std::uint64_t a = 0, std::uint64_t b = 0) const = 0;

  /// State kept for --resume: written whole under a temporary name, then renamed, so it is never half there.
  virtual void save_state(std::string_view bytes) = 0;
  /// What save_state last wrote in the run being resumed; nothing in a fresh run.
  [[nodiscard]] virtual std::optional<std::string> load_state() = 0;

  /// Newer services by name; nullptr when this kernel lacks them.
  [[nodiscard]] virtual void* service(std::string_view name);
  /// `if (auto* shards = host.find<Shards>())`
  template <class Service>
  [[nodiscard]] Service* find() {
    return static_cast<Service*>(service(Service::service_name));
  }
};

}  // namespace tawara
