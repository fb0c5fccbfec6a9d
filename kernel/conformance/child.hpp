#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <list>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace tawara::conformance {

/// What a piece of work in a process of its own came to.
struct Ended {
  bool whole = false;  ///< it came to its end by itself; exceptions it threw are in `threw`
  std::string how;     ///< otherwise: "crashed (SIGSEGV)", "was still running after 30 s", "ended the process with ..."
  std::string threw;
  std::vector<nlohmann::json> said;
  std::string printed;  ///< on standard output and error, the first 64 kB
};

/// Tells the parent something; whole even if the process ends right after.
using Say = std::function<void(const nlohmann::json&)>;

/// Work done in copies of this process, several at once. This process must neither have threads nor have opened a
/// plugin: a copy has the one thread only, and everything that was opened.
class Children {
 public:
  struct Task {
    std::function<void(const Say&)> work;
    std::filesystem::path folder;  ///< made, and the current one of the work
    double seconds = 60;           ///< after which it is ended
    std::function<void(Ended)> then;
    bool leave_by_exit = false;  ///< run what stands for the process's exit as well, as after a real run
  };
  explicit Children(int jobs);
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;
  ~Children();

  void add(Task task) { waiting_.push_back(std::move(task)); }
  /// Until all is done; `then` may add more. @throws Error when the system gives no process, Cancelled on Ctrl-C
  void run();

 private:
  struct Running;
  void start();
  /// @returns true when it has ended
  bool look_after(Running& child);
  int jobs_;
  std::list<Task> waiting_;
  std::list<Running> running_;
};

/// The same from within a check, one and waiting for it: what a process finds that did nothing else before.
/// @returns what the work returned
/// @throws Error when it threw (with the text of its exception), crashed or ended the process
[[nodiscard]] std::string in_fresh_process(const std::function<std::string()>& work);

}  // namespace tawara::conformance
