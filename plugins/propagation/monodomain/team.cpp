#include "monodomain/team.hpp"

#include <algorithm>

namespace tawara::propagation::monodomain {

Team::Team(std::size_t threads)
    : threads_(std::max<std::size_t>(1, threads)),
      start_(static_cast<std::ptrdiff_t>(threads_)),
      done_(static_cast<std::ptrdiff_t>(threads_)) {
  for (std::size_t t = 1; t < threads_; ++t)
    others_.emplace_back([this, t] {
      for (;;) {
        start_.arrive_and_wait();
        if (stop_) return;
        part(t);
        done_.arrive_and_wait();
      }
    });
}

Team::~Team() {
  stop_ = true;
  if (threads_ > 1) start_.arrive_and_wait();
}

void Team::part(std::size_t thread) const {
  const std::size_t begin = count_ * thread / threads_, end = count_ * (thread + 1) / threads_;
  if (begin < end) (*work_)(begin, end, thread);
}

void Team::split(std::size_t count, const std::function<void(std::size_t, std::size_t, std::size_t)>& work) {
  work_ = &work;
  count_ = count;
  if (threads_ == 1) return part(0);
  start_.arrive_and_wait();
  part(0);
  done_.arrive_and_wait();
}

}  // namespace tawara::propagation::monodomain
