// A fresh process of this program rather than a fork: a fork of a process with threads has their locks and not the
// threads, and this one need not have opened a single plugin. Both share a file in memory: a board that says what is at
// work, then the task, which the answer replaces.
#include "kernel/cli/isolate.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstring>
#include <iostream>

#include "kernel/host/host.hpp"
#include "kernel/plugins/last_word.hpp"
#include "tawara/error.hpp"

namespace tawara {

namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

/// Refused politeness is answered after a tenth of the limit, at least this.
constexpr double least_grace = 1;

[[noreturn]] void fail(const char* what) {
  const int error = errno;
  throw Error(fmt::format("cannot {} a process of its own: {}", what, std::strerror(error)));
}

void write_text(int file, const std::string& text) {
  if (::ftruncate(file, sizeof(WorkBoard)) != 0) fail("write to");
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t n =
        ::pwrite(file, text.data() + written, text.size() - written, static_cast<off_t>(sizeof(WorkBoard) + written));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("write to");
    written += static_cast<std::size_t>(n);
  }
}

std::string read_text(int file) {
  struct stat info {};
  if (::fstat(file, &info) != 0) fail("read from");
  std::string text(static_cast<std::size_t>(std::max<off_t>(info.st_size - off_t{sizeof(WorkBoard)}, 0)), '\0');
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n =
        ::pread(file, text.data() + done, text.size() - done, static_cast<off_t>(sizeof(WorkBoard) + done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    done += static_cast<std::size_t>(n);
  }
  text.resize(done);
  return text;
}

WorkBoard& board_in(int file) {
  void* at = ::mmap(nullptr, sizeof(WorkBoard), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (at == MAP_FAILED) fail("share memory with");
  return *static_cast<WorkBoard*>(at);
}

/// The file in memory that both processes see.
class Shared {
 public:
  explicit Shared(const std::string& task) : file_(::memfd_create("tawara-task", MFD_CLOEXEC)) {
    if (file_ < 0) fail("share memory with");
    write_text(file_, task);
    board_ = &board_in(file_);
  }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  ~Shared() {
    ::munmap(board_, sizeof(WorkBoard));
    ::close(file_);
  }
  [[nodiscard]] int file() const { return file_; }
  [[nodiscard]] const WorkBoard& board() const { return *board_; }

 private:
  int file_;
  WorkBoard* board_ = nullptr;
};

pid_t start(int shared, const std::string& label) {
  // The number the file has in the new process, and who its parent must be.
  constexpr int number = 3;
  std::string words[] = {"tawara", isolated_word, std::to_string(number), std::to_string(::getpid()), label};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, shared, number);  // also takes away close-on-exec, of itself too
  pid_t child = 0;
  const int error = ::posix_spawn(&child, "/proc/self/exe", &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    errno = error;
    fail("start");
  }
  return child;
}

/// A child that ends with this object, unless it was waited for.
class Child {
 public:
  explicit Child(pid_t process)
      : process_(process), watched_(static_cast<int>(::syscall(SYS_pidfd_open, process, 0))) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (watched_ >= 0) ::close(watched_);
  }
  void send(int signal) const { ::kill(process_, signal); }

  /// Has it ended by then? Looks up at Ctrl-C as well.
  bool ended_within(double seconds) {
    // Kernels before 5.3 have nothing to poll.
    const auto step = static_cast<int>(std::clamp(seconds * 1000, 1.0, watched_ >= 0 ? 100.0 : 5.0));
    struct pollfd watch {
      watched_, POLLIN, 0
    };
    ::poll(&watch, watched_ >= 0 ? 1 : 0, step);
    int status = 0;
    const pid_t done = ::waitpid(process_, &status, WNOHANG);
    if (done == 0 || (done < 0 && errno == EINTR)) return false;
    status_ = done < 0 ? 0 : status;
    return true;
  }
  [[nodiscard]] int status() const { return status_; }

 private:
  pid_t process_;
  int watched_;
  int status_ = 0;
};

/// Waits for the end, stops the child when it is to stop. @returns whether the limit of time had passed
bool wait_for(Child& child, std::optional<double> time_limit) {
  const auto begin = Clock::now();
  bool asked = false, over = false, killed = false;
  double asked_at = 0;
  for (;;) {
    const double now = Seconds(Clock::now() - begin).count();
    if (time_limit && now >= *time_limit) over = true;
    if (!asked && (over || interrupted())) {
      child.send(SIGTERM);
      asked = true;
      asked_at = now;
    }
    if (over && !killed && now >= std::max(asked_at, *time_limit) + std::max(least_grace, *time_limit / 10)) {
      child.send(SIGKILL);
      killed = true;
    }
    const double left = time_limit && !over ? *time_limit - now : 1;
    if (child.ended_within(left)) return over;
  }
}

}  // namespace

Ending in_own_process(const Json& task, const std::string& label, std::optional<double> time_limit) {
  const Shared shared(task.dump(-1, ' ', false, Json::error_handler_t::replace));
  Child child(start(shared.file(), label));
  const bool over = wait_for(child, time_limit);
  const int status = child.status();

  Ending ending;
  const auto answer = Json::parse(read_text(shared.file()), nullptr, false);
  if (answer.is_object() && answer.contains("answer")) ending.answer = answer["answer"];
  if (WIFEXITED(status)) ending.code = WEXITSTATUS(status);
  const bool finished = !ending.answer.is_null() && ending.answer.value("exit", 1) == 0;
  if (over && !finished) {
    const std::string at_work = work_words(shared.board());
    ending.kind = Ending::timed_out;
    ending.status = fmt::format("timed out after {:g} s", *time_limit);
    ending.message = at_work.empty() ? "no component was at work" : at_work;
  } else if (WIFSIGNALED(status)) {
    ending.kind = Ending::crashed;
    ending.status = fmt::format("crashed ({})", signal_name(WTERMSIG(status)));
    ending.message = crash_words(shared.board(), WTERMSIG(status));
  } else if (ending.answer.is_null()) {
    const std::string at_work = work_words(shared.board());
    ending.kind = Ending::left;
    ending.status = fmt::format("left (exit code {})", ending.code);
    ending.message = (at_work.empty() ? "something" : at_work) + ", and ended the whole process with exit()";
  }
  return ending;
}

int serve_isolated(const std::vector<std::string>& words, const std::function<Json(const Json&)>& carry_out) {
  const auto number = [&](std::size_t i) {
    int n = -1;
    if (i < words.size()) std::from_chars(words[i].data(), words[i].data() + words[i].size(), n);
    return n;
  };
  const int file = number(1);
  if (words.size() < 3 || ::fcntl(file, F_SETFD, FD_CLOEXEC) != 0) {
    std::cerr << "tawara: " << isolated_word << " is how 'tawara run --isolate' starts its processes\n";
    return 2;
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != number(2)) return 1;  // it had ended before that

  WorkBoard::use(board_in(file));
  install_last_word(false);
  install_patient_interrupt_handler();
  Json answer = carry_out(Json::parse(read_text(file)));
  write_text(file, Json{{"answer", answer}}.dump(-1, ' ', false, Json::error_handler_t::replace));
  std::cout.flush();
  std::cerr.flush();
  ::_exit(answer.value("exit", 1));  // nothing of a plugin runs any more
}

}  // namespace tawara
