#include "child.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>

namespace {

constexpr rlim_t most_memory =
    rlim_t{4} << 30;  // bytes: a request beyond it fails at once instead of filling the machine

std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

[[noreturn]] void become(std::vector<char*>& words, const char* out, const char* err, bool bounded) {
  const auto redirect = [](const char* file, int flags, int to) {
    const int opened = ::open(file, flags, 0644);
    if (opened < 0 || ::dup2(opened, to) < 0) ::_exit(126);
  };
  redirect("/dev/null", O_RDONLY, 0);
  redirect(out, O_WRONLY | O_CREAT | O_TRUNC, 1);
  redirect(err, O_WRONLY | O_CREAT | O_TRUNC, 2);
  const rlimit none{0, 0}, memory{most_memory, most_memory};
  ::setrlimit(RLIMIT_CORE, &none);
  if (bounded) ::setrlimit(RLIMIT_AS, &memory);
  ::execv(words[0], words.data());
  ::_exit(127);
}

}  // namespace

ChildResult run_child(const std::vector<std::string>& words, const std::filesystem::path& folder, int limit) {
  using Clock = std::chrono::steady_clock;
  const std::string out = folder / "out.txt", err = folder / "err.txt";
  std::vector<std::string> copy = words;
  std::vector<char*> pointers;
  for (std::string& word : copy) pointers.push_back(word.data());
  pointers.push_back(nullptr);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  constexpr bool bounded = false;  // their shadow memory is larger
#else
  constexpr bool bounded = true;
#endif
  const pid_t child = ::fork();
  if (child == 0) become(pointers, out.c_str(), err.c_str(), bounded);

  ChildResult result;
  int status = 0;
  const auto over_by = [&](int seconds) {
    const auto end = Clock::now() + std::chrono::seconds(seconds);
    auto pause = std::chrono::microseconds(500);
    while (::waitpid(child, &status, WNOHANG) == 0) {
      if (Clock::now() > end) return false;
      std::this_thread::sleep_for(pause);
      pause = std::min(pause * 2, std::chrono::microseconds(20'000));
    }
    return true;
  };
  if (child > 0 && !over_by(limit)) {
    result.late = true;
    ::kill(child, SIGINT);
    if (!over_by(limit)) {
      result.hung = true;
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
    }
  }
  if (child > 0 && WIFEXITED(status)) result.code = WEXITSTATUS(status);
  if (child > 0 && WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  result.out = contents(out);
  result.err = contents(err);
  return result;
}
