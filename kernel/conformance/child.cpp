#include "kernel/conformance/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <optional>
#include <string_view>

#include "kernel/host/host.hpp"
#include "tawara/error.hpp"

namespace tawara::conformance {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t most_printed = 64 * 1024;

struct Pipe {
  int read = -1, write = -1;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw Error(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
  return {ends[0], ends[1]};
}

void flush_all() {
  std::cout.flush();
  std::cerr.flush();
  std::fflush(nullptr);
}

pid_t fork_flushed() {
  flush_all();  // or the copy would write it again
  const pid_t pid = fork();
  if (pid < 0) throw Error(fmt::format("cannot start a process: {}", std::strerror(errno)));
  return pid;
}

void write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(file, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

/// @returns false at the end of the file
bool read_some(int file, std::string& into, std::size_t most) {
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t n = read(file, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return true;  // nothing there now
    if (n == 0) return false;
    const auto room = into.size() < most ? most - into.size() : 0;
    into.append(buffer.data(), std::min(static_cast<std::size_t>(n), room));
  }
}

/// What the end of a process means, or nothing when it ended as it should.
std::string meaning(int status) {
  if (WIFSIGNALED(status)) {
    const char* name = sigabbrev_np(WTERMSIG(status));
    return fmt::format("crashed (SIG{})", name ? name : "?");
  }
  if (WEXITSTATUS(status) != 0) return fmt::format("ended the process with exit code {}", WEXITSTATUS(status));
  return "";
}

std::string what(std::exception_ptr exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "an exception that is no std::exception";
  }
}

/// In the copy: its own group (so that all it starts can be ended), nothing to read, no core files, and no life beyond
/// the parent's.
void become_child(int output, const std::filesystem::path& folder) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  const int null = open("/dev/null", O_RDONLY);
  dup2(null, STDIN_FILENO);
  close(null);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  close(output);
  std::filesystem::create_directories(folder);
  std::filesystem::current_path(folder);
}

}  // namespace

struct Children::Running {
  Task task;
  pid_t pid;
  int report, output;
  Clock::time_point begin;
  std::string reported, printed;
};

Children::Children(int jobs) : jobs_(jobs) {}

Children::~Children() {
  for (const Running& child : running_) {
    kill(-child.pid, SIGKILL);
    kill(child.pid, SIGKILL);
    waitpid(child.pid, nullptr, 0);
  }
}

void Children::start() {
  Task task = std::move(waiting_.front());
  waiting_.pop_front();
  const Pipe report = make_pipe(), output = make_pipe();
  const pid_t pid = fork_flushed();
  if (pid == 0) {
    close(report.read);
    close(output.read);
    const Say say = [&](const nlohmann::json& message) {
      write_all(report.write, message.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n');
    };
    try {
      become_child(output.write, task.folder);
      task.work(say);
    } catch (...) {
      say({{"threw", what(std::current_exception())}});
    }
    flush_all();
    say({{"end", true}});
    if (task.leave_by_exit) std::exit(0);
    _exit(0);
  }
  close(report.write);
  close(output.write);
  fcntl(report.read, F_SETFL, O_NONBLOCK);
  fcntl(output.read, F_SETFL, O_NONBLOCK);
  running_.push_back({std::move(task), pid, report.read, output.read, Clock::now(), {}, {}});
}

bool Children::look_after(Running& child) {
  const auto read_both = [&] {
    read_some(child.report, child.reported, std::string::npos);
    read_some(child.output, child.printed, most_printed);
  };
  int status = 0;
  bool late = false;
  if (waitpid(child.pid, &status, WNOHANG) == 0) {
    read_both();
    if (std::chrono::duration<double>(Clock::now() - child.begin).count() < child.task.seconds) return false;
    late = true;
    kill(-child.pid, SIGKILL);
    kill(child.pid, SIGKILL);
    waitpid(child.pid, &status, 0);
  } else {
    kill(-child.pid, SIGKILL);  // what it left running
  }
  read_both();
  close(child.report);
  close(child.output);

  Ended ended;
  ended.printed = std::move(child.printed);
  bool end = false;
  for (std::size_t at = 0; at < child.reported.size();) {
    const std::size_t line = child.reported.find('\n', at);
    if (line == std::string::npos) break;  // cut off
    const auto message = nlohmann::json::parse(child.reported.substr(at, line - at));
    at = line + 1;
    if (message.contains("end"))
      end = true;
    else if (message.contains("threw"))
      ended.threw = message.at("threw").get<std::string>();
    else
      ended.said.push_back(message);
  }
  const std::string after = end ? ", when all was done and the process ended" : "";
  if (late)
    ended.how = fmt::format("was still running after {:g} s{}", child.task.seconds, after);
  else if (const std::string how = meaning(status); !how.empty())
    ended.how = how + after;
  else if (!end)
    ended.how = "ended the process (exit code 0)";
  ended.whole = ended.how.empty();
  child.task.then(std::move(ended));
  return true;
}

void Children::run() {
  while (!waiting_.empty() || !running_.empty()) {
    while (!waiting_.empty() && running_.size() < static_cast<std::size_t>(std::max(1, jobs_))) start();
    std::vector<pollfd> files;
    for (const Running& child : running_) {
      files.push_back({child.report, POLLIN, 0});
      files.push_back({child.output, POLLIN, 0});
    }
    if (interrupted()) throw Cancelled();
    poll(files.data(), files.size(), 10);  // ms; ends of processes are asked for, so it must come back
    for (auto child = running_.begin(); child != running_.end();)
      child = look_after(*child) ? running_.erase(child) : std::next(child);
  }
}

std::string in_fresh_process(const std::function<std::string()>& work) {
  const Pipe report = make_pipe();
  const pid_t pid = fork_flushed();
  if (pid == 0) {
    close(report.read);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    try {
      write_all(report.write, "+" + work());
    } catch (...) {
      write_all(report.write, "-" + what(std::current_exception()));
    }
    flush_all();
    _exit(0);
  }
  close(report.write);
  std::string answer;
  read_some(report.read, answer, std::string::npos);
  close(report.read);
  int status = 0;
  waitpid(pid, &status, 0);
  if (const std::string how = meaning(status); !how.empty()) throw Error("in a process of its own it " + how);
  if (answer.empty()) throw Error("in a process of its own it ended the process");
  if (answer[0] == '-') throw Error(answer.substr(1));
  return answer.substr(1);
}

}  // namespace tawara::conformance
