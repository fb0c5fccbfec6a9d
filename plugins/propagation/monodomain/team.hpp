#pragma once
#include <barrier>
#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

namespace tawara::propagation::monodomain {

/// Threads that wait for the next piece of work: a step of tissue takes less than starting one. Which thread does what
/// must not show in the results: pieces write to places of their own.
class Team {
 public:
  explicit Team(std::size_t threads);
  ~Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  /// work(begin, end, thread) on parts of [0, count), at once; returns when all are done. `work` must not throw.
  void split(std::size_t count, const std::function<void(std::size_t, std::size_t, std::size_t)>& work);
  [[nodiscard]] std::size_t threads() const { return threads_; }

 private:
  void part(std::size_t thread) const;
  std::size_t threads_;
  std::barrier<> start_, done_;
  const std::function<void(std::size_t, std::size_t, std::size_t)>* work_ = nullptr;
  std::size_t count_ = 0;
  bool stop_ = false;
  std::vector<std::jthread> others_;
};

}  // namespace tawara::propagation::monodomain
