#include "kernel/host/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <mutex>

namespace tawara {
namespace {

using Clock = std::chrono::steady_clock;

std::string duration(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

class Reporter final : public Progress {
 public:
  Reporter(RunServices& services, std::string title, bool visible)
      : services_(services), title_(std::move(title)), visible_(visible), terminal_(isatty(STDERR_FILENO) != 0) {}

  ~Reporter() override {
    if (visible_ && terminal_ && drawn_) std::fputs("\r\033[K", stderr);
  }

  void update(double done, double total, std::string_view what) override {
    if (!visible_) return;
    const std::lock_guard lock(mutex_);
    const auto now = Clock::now();
    const double share = total > 0 ? std::clamp(done / total, 0.0, 1.0) : 0.0;
    const double elapsed = std::chrono::duration<double>(now - start_).count();
    if (first_ < 0) first_ = share;  // a resumed run does not begin at nothing
    const double gained = share - first_;
    const std::string eta = gained > 0.02 && share < 1 ? ", " + duration(elapsed * (1 - share) / gained) + " left" : "";
    if (terminal_) {
      if (drawn_ && now - last_ < std::chrono::milliseconds(100) && share < 1) return;
      const int width = 30, filled = static_cast<int>(share * width);
      fmt::print(stderr, "\r\033[K{} [{}{}] {:3.0f} %{}  {}", title_, std::string(filled, '='),
                 std::string(width - filled, ' '), 100 * share, eta, what);
      std::fflush(stderr);
    } else {
      if (drawn_ && (share < next_ || now - last_ < std::chrono::seconds(5))) return;
      if (!drawn_ && elapsed < 5) return;  // short work deserves no line
      services_.log(Host::Level::info, "", fmt::format("{}: {:.0f} %{}  {}", title_, 100 * share, eta, what));
      next_ = share + 0.1;
    }
    drawn_ = true;
    last_ = now;
  }

 private:
  RunServices& services_;
  std::string title_;
  bool visible_, terminal_;
  bool drawn_ = false;
  double first_ = -1, next_ = 0;
  Clock::time_point start_ = Clock::now(), last_ = start_;
  std::mutex mutex_;
};

}  // namespace

std::unique_ptr<Progress> make_progress(RunServices& services, std::string title, bool visible) {
  return std::make_unique<Reporter>(services, std::move(title), visible);
}

}  // namespace tawara
