#include "kernel/plugins/at_work.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <memory>
#include <thread>

#include "kernel/plugins/last_word.hpp"

using namespace tawara;

namespace {

/// A board of the test's own; the process's is back afterwards.
struct Board {
  Board() { WorkBoard::use(*board); }
  ~Board() { WorkBoard::use(before); }
  WorkBoard& before = WorkBoard::in_use();
  std::unique_ptr<WorkBoard> board = std::make_unique<WorkBoard>();
};

}  // namespace

TEST_CASE("work is noted while it lasts, the innermost first") {
  const Board b;
  const std::uint32_t cell = worker_called("a.cell 'x' (plugin a 1.0)"), sampler = worker_called("a.sampler 'y'");
  CHECK(worker_called("a.sampler 'y'") == sampler);
  CHECK(b.board->busy().empty());
  {
    const AtWork outer(Phase::prepare, sampler);
    CHECK(work_words(*b.board) == "a.sampler 'y' was in prepare");
    {
      const AtWork inner(Phase::evaluate, cell);
      CHECK(work_words(*b.board) == "a.cell 'x' (plugin a 1.0) was in evaluate");
      const AtWork same(Phase::destroy);
      CHECK(work_words(*b.board) == "a.cell 'x' (plugin a 1.0) was in its destructor");
    }
    const WorkNote work = AtWork::now();
    std::jthread([&] {
      CHECK(AtWork::now() == 0);
      const AtWork callers(work);
      CHECK(b.board->busy() == std::vector<WorkNote>{work});  // once for both threads
      const AtWork own(Phase::evaluate, cell);
      CHECK(b.board->busy().size() == 2);
    }).join();
  }
  CHECK(work_words(*b.board) == "");
}

TEST_CASE("a crash is put down to the thread that had it, else to whoever was at work") {
  const Board b;
  const AtWork work(Phase::evaluate, worker_called("a.cell"));
  CHECK(crash_words(*b.board, SIGKILL) ==
        "crashed while a.cell was in evaluate: SIGKILL (killed from outside; most often memory ran out)");
  b.board->set_last(AtWork::now());
  CHECK(crash_words(*b.board, SIGSEGV) == "a.cell crashed in evaluate: SIGSEGV (invalid memory access)");
  CHECK(signal_name(SIGABRT) == "SIGABRT");
  CHECK(signal_name(40) == "signal 40");
}

TEST_CASE("more names than the board holds cost the name only") {
  const Board b;
  const std::string long_name(1000, 'n');
  std::uint32_t last = 1;
  for (int i = 0; i < 100; ++i) last = worker_called(long_name + std::to_string(i));
  CHECK(last == 0);
  const AtWork work(Phase::prepare, last);
  CHECK(work_words(*b.board) == "a component was in prepare");
}
