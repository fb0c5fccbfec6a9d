#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tawara {

/// What code of a plugin is doing.
enum class Phase : std::uint8_t { none, opening, construct, prepare, evaluate, destroy };

/// One thread's work, packed so that it is always read whole: the phase above, below where the worker's name stands.
using WorkNote = std::uint32_t;

/// Who is at work on which thread, in plain memory: it can be shared with the process that watches this one, and read
/// by a signal handler.
class WorkBoard {
 public:
  static constexpr std::size_t threads = 256, room_for_names = 1 << 16;

  /// Where notes go from now on; at first a board of this process. Call while there is one thread.
  /// @param board  zero bytes, which are an empty board; outlives the process
  static void use(WorkBoard& board);
  [[nodiscard]] static WorkBoard& in_use();

  /// "fixture.moody 'patient' (plugin fixture-good 1.2.3)"; empty for none.
  [[nodiscard]] std::string_view name(WorkNote note) const;
  /// The work of the thread that brought the process down; none when that is not known.
  [[nodiscard]] WorkNote last() const { return last_.load(std::memory_order_relaxed); }
  void set_last(WorkNote note) { last_.store(note, std::memory_order_relaxed); }
  /// Everything at work, each once.
  [[nodiscard]] std::vector<WorkNote> busy() const;
  /// The first of them, for a signal handler.
  [[nodiscard]] WorkNote first_busy() const;

 private:
  friend class AtWork;
  friend std::uint32_t worker_called(const std::string& name);
  struct alignas(64) Slot {  // one per thread, on a cache line of its own
    std::atomic<WorkNote> note;
  };
  std::array<Slot, threads> slots_;
  std::atomic<WorkNote> last_;
  std::atomic<std::uint32_t> used_;  // bytes of names
  char names_[room_for_names];
};

/// A number for a worker's name, the same for the same name. Locks; get it once, not per evaluation.
[[nodiscard]] std::uint32_t worker_called(const std::string& name);

/// "in evaluate", as in "crashed in evaluate" and "was in evaluate"; "at work" for none.
[[nodiscard]] const char* words_for(Phase phase);
[[nodiscard]] Phase phase_of(WorkNote note);

/// While one lives, its thread is at this work. Costs two stores.
class AtWork {
 public:
  AtWork(Phase phase, std::uint32_t worker);
  /// The worker of this thread in another phase.
  explicit AtWork(Phase phase);
  /// What another thread was at: bodies of a parallel loop are their caller's work.
  explicit AtWork(WorkNote note);
  ~AtWork();
  AtWork(const AtWork&) = delete;
  AtWork& operator=(const AtWork&) = delete;
  /// Of the calling thread.
  [[nodiscard]] static WorkNote now();

 private:
  WorkNote before_;
};

}  // namespace tawara
