// What is constructed and prepared again and again keeps nothing.
#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <vector>

#include "kernel/conformance/checks/general.hpp"
#include "kernel/conformance/study.hpp"
#include "kernel/graph/prepare.hpp"

namespace tawara::conformance {
namespace {

namespace fs = std::filesystem;

struct Held {
  std::size_t heap = 0;  ///< bytes in use
  std::size_t files = 0, threads = 0;
};

Held held() {
  const auto entries = [](const char* folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
  };
  const struct mallinfo2 info = mallinfo2();
  return {info.uordblks + info.hblkhd, entries("/proc/self/fd"), entries("/proc/self/task")};
}

/// Sanitizers bring an allocator that mallinfo2() knows nothing of.
bool heap_is_measured() {
  const std::size_t before = held().heap;
  const std::vector<char> block(std::size_t{1} << 20, 'x');
  return held().heap >= before + block.size();
}

/// What is lost every time shows in each third; what is kept once, such as a buffer that grew, does not. The smallest
/// piece of memory takes 32 bytes, so that one lost at each of 300 constructions is more than this; what the allocator
/// sets aside of small pieces for itself stays below it.
constexpr std::size_t least_loss = 8192;  // bytes in a third

void compare(const std::array<Held, 4>& at, std::size_t times_a_third, const std::string& what, bool heap,
             Findings& findings) {
  std::size_t least = std::numeric_limits<std::size_t>::max();
  for (std::size_t k = 1; k < at.size(); ++k)
    least = std::min(least, at[k].heap > at[k - 1].heap ? at[k].heap - at[k - 1].heap : 0);
  if (heap && least >= least_loss)
    findings.fail(
        fmt::format("{} keeps {} bytes of memory each time, measured over {} times; look for what is "
                    "allocated and not owned by the object, and for containers that are static",
                    what, least / times_a_third, 3 * times_a_third));
  const auto grown = [&](std::size_t Held::*number, const char* name, const char* remedy) {
    if (at[3].*number > at[0].*number && at[3].*number >= at[1].*number + 1)
      findings.fail(fmt::format("{} keeps {}: {} more after {} times; {}", what, name, at[3].*number - at[0].*number,
                                3 * times_a_third, remedy));
  };
  grown(&Held::files, "files open", "close them, best by std::ifstream");
  grown(&Held::threads, "threads", "use Host::parallel_for() rather than threads of your own");
}

}  // namespace

void check_life_cycle(const Subject& subject, Findings& findings) {
  const bool heap = heap_is_measured();
  {
    const Scenario scenario = load(subject.catalogue, *subject.scenario, {});
    const Instance& instance = *scenario.find(subject.instance);
    const Settings settings = without_evaluate_parameters(instance.settings);
    const auto construct = [&](std::size_t times) {
      for (std::size_t k = 0; k < times; ++k) (void)subject.catalogue.create(instance.component, settings);
    };
    construct(100);
    std::array<Held, 4> at{held()};
    for (std::size_t k = 1; k < at.size(); ++k) {
      construct(300);
      at[k] = held();
    }
    compare(at, 300, "constructing it", heap, findings);
  }
  const auto prepare = [&] {
    Study study(subject.catalogue, *subject.scenario);
    (void)study.results();
  };
  // How many fit into two seconds; a few at least, and not more than tell anything.
  const std::size_t third =
      std::clamp<std::size_t>(static_cast<std::size_t>(0.6 / std::max(subject.seconds, 1e-3)), 2, 100);
  for (int k = 0; k < 3; ++k) prepare();
  std::array<Held, 4> at{held()};
  for (std::size_t k = 1; k < at.size(); ++k) {
    for (std::size_t n = 0; n < third; ++n) prepare();
    at[k] = held();
  }
  compare(at, third, "preparing and evaluating its scenario", heap, findings);
}

}  // namespace tawara::conformance
