#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <thread>

#include "kernel/conformance/checks/general.hpp"
#include "kernel/conformance/study.hpp"

namespace tawara::conformance {

// What Ctrl-C does: a flag is raised, and the run looks at it.
void check_cancellation(const Subject& subject, Findings& findings) {
  constexpr double too_short = 0.05, allowed = 2;  // s
  if (subject.seconds < too_short)
    return findings.skip(fmt::format("its scenario is over in {:.0f} ms", 1000 * subject.seconds));
  // Left behind when it does not come back: the process ends with the check.
  auto& run = *new std::packaged_task<void()>([&subject] {
    Study study(subject.catalogue, *subject.scenario);
    (void)study.results();
  });
  std::future<void> over = run.get_future();
  std::thread(std::ref(run)).detach();
  const auto wait = [&](double seconds) {
    return over.wait_for(std::chrono::duration<double>(seconds)) == std::future_status::ready;
  };
  if (wait(std::clamp(0.2 * subject.seconds, 0.02, 0.5))) return findings.skip("its scenario was over too soon");
  interrupt();
  if (!wait(allowed))
    return findings.fail(
        fmt::format("Ctrl-C was pressed {:g} s ago and its scenario still runs; ask Host::cancelled() "
                    "in long loops, a few times a second, and throw Cancelled",
                    allowed));
  try {
    over.get();
  } catch (const Cancelled&) {
  }
}

}  // namespace tawara::conformance
