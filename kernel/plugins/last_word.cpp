#include "kernel/plugins/last_word.hpp"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace tawara {

namespace {

struct Fatal {
  int signal;
  const char* name;
  const char* meaning;
};
constexpr Fatal fatal[] = {{SIGSEGV, "SIGSEGV", "invalid memory access"},
                           {SIGBUS, "SIGBUS", "invalid memory access, or a file that became shorter"},
                           {SIGFPE, "SIGFPE", "arithmetic error, often an integer division by zero"},
                           {SIGILL, "SIGILL", "an instruction this processor does not have"},
                           {SIGABRT, "SIGABRT", "abort() was called, or an exception could not be caught"}};
constexpr Fatal killed[] = {{SIGKILL, "SIGKILL", "killed from outside; most often memory ran out"},
                            {SIGXCPU, "SIGXCPU", "the limit on CPU time (ulimit -t)"},
                            {SIGTERM, "SIGTERM", "ended from outside"},
                            {SIGINT, "SIGINT", "ended from outside"}};

const Fatal* find(int signal) {
  for (const Fatal& f : fatal)
    if (f.signal == signal) return &f;
  for (const Fatal& f : killed)
    if (f.signal == signal) return &f;
  return nullptr;
}

constexpr const char* whose_fault =
    ". This is a fault of the plugin, or of a library it uses; with 'tawara run --isolate' it costs one case of a "
    "sweep "
    "only\n";

bool say_it = true;
pid_t watched = 0;  // a forked process inherits what is called on exit(), and has others to tell how it ended

// Nothing but write(2) from here: the heap may be what is broken.
void put(const char* text, std::size_t size) {
  while (size > 0) {
    const ssize_t n = ::write(STDERR_FILENO, text, size);
    if (n <= 0) return;
    text += n;
    size -= static_cast<std::size_t>(n);
  }
}
void put(const char* text) { put(text, std::strlen(text)); }

void put_words(const WorkBoard& board, WorkNote own, const Fatal& why) {
  const WorkNote note = own ? own : board.first_busy();
  const std::string_view name = board.name(note);
  put("\ntawara: ");
  if (!note) {
    put("the program itself crashed");
  } else {
    if (!own) put("a thread of its own crashed while ");
    name.empty() ? put("a component") : put(name.data(), name.size());
    put(own ? " crashed " : " was ");
    put(words_for(phase_of(note)));
  }
  put(": ");
  put(why.name);
  put(" (");
  put(why.meaning);
  put(")");
  put(note ? whose_fault : "\n");
}

extern "C" void last_word(int signal) {
  const int error = errno;
  const WorkNote own = AtWork::now();
  WorkBoard& board = WorkBoard::in_use();
  board.set_last(own);
  if (const Fatal* why = find(signal); why && say_it) put_words(board, own, *why);
  errno = error;
  // The default action is back (SA_RESETHAND). Blocked until we return, and then the end, whoever sent it.
  ::raise(signal);
}

/// Called on exit(). Nobody but a plugin calls it while a component is at work on the same thread, and without a word
/// the code it gave, often 0, would pass for the run's.
extern "C" void leaving() {
  const WorkNote note = AtWork::now();
  if (::getpid() != watched || phase_of(note) == Phase::none) return;
  std::fflush(nullptr);
  const std::string_view name = WorkBoard::in_use().name(note);
  put("\ntawara: ");
  name.empty() ? put("a component") : put(name.data(), name.size());
  put(" was ");
  put(words_for(phase_of(note)));
  put(", and ended the whole process with exit()");
  put(whose_fault);
  ::_exit(4);
}

}  // namespace

void install_last_word(bool aloud) {
  say_it = aloud;
  (void)AtWork::now();
  if (aloud && watched == 0) {
    watched = ::getpid();
    std::atexit(leaving);
  }
  // A stack that overflowed cannot carry a handler; this is for the main thread, others then end without a word.
  static char stack[64 * 1024];
  stack_t alternative{};
  alternative.ss_sp = stack;
  alternative.ss_size = sizeof stack;
  ::sigaltstack(&alternative, nullptr);
  for (const Fatal& f : fatal) {
    struct sigaction before {};
    ::sigaction(f.signal, nullptr, &before);
    if ((before.sa_flags & SA_SIGINFO) || before.sa_handler != SIG_DFL) continue;
    struct sigaction action {};
    action.sa_handler = last_word;
    action.sa_flags = SA_ONSTACK | SA_RESETHAND;
    ::sigaction(f.signal, &action, nullptr);
  }
}

std::string signal_name(int signal) {
  const Fatal* f = find(signal);
  return f ? f->name : "signal " + std::to_string(signal);
}

namespace {

std::string name_of(const WorkBoard& board, WorkNote note) {
  const std::string_view name = board.name(note);
  return name.empty() ? "a component" : std::string(name);
}

}  // namespace

std::string crash_words(const WorkBoard& board, int signal) {
  const Fatal* f = find(signal);
  const std::string why = ": " + signal_name(signal) + (f ? std::string(" (") + f->meaning + ")" : "");
  if (const WorkNote note = board.last()) return name_of(board, note) + " crashed " + words_for(phase_of(note)) + why;
  const std::string others = work_words(board);
  return others.empty() ? "crashed" + why : "crashed while " + others + why;
}

std::string work_words(const WorkBoard& board) {
  constexpr std::size_t most = 3;
  const auto busy = board.busy();
  std::string text;
  for (std::size_t i = 0; i < busy.size() && i < most; ++i)
    text += (i ? ", " : "") + name_of(board, busy[i]) + " was " + words_for(phase_of(busy[i]));
  if (busy.size() > most) text += ", and more";
  return text;
}

}  // namespace tawara
