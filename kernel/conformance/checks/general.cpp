#include "kernel/conformance/checks/general.hpp"

namespace tawara::conformance {

void add_general_checks(std::vector<Check>& all) {
  const auto add = [&](std::string_view name, double seconds, auto run, bool needs_run, std::string_view asks) {
    all.push_back({name, asks, "", "", seconds, run, needs_run});
  };
  add("manifest", 10, check_manifest, false,
      "names, docs, units, limits and the licence are there and can be what they say");
  add("runs", 60, nullptr, false, "a scenario with it is prepared and evaluated");
  add("limits", 30, check_limits, false,
      "values just outside of a limit are refused, naming the parameter; those inside, and every choice, construct it "
      "or "
      "are refused in words");
  add("outputs", 30, check_outputs, true, "every output it declares is delivered, in the shape it declares");
  add("same_seed", 30, check_same_seed, true,
      "the same seed gives the same bytes, twice in a process and in a fresh one");
  add("threads", 30, check_threads, true, "1, 2 and 4 threads give the same bytes");
  add("two_instances", 60, check_two_instances, true,
      "two instances of different values give side by side what each gives alone");
  add("rows", 60, check_rows, true,
      "a row's bytes depend neither on the rows evaluated with it nor on those evaluated before");
  add("odd_values", 60, check_odd_values, true,
      "evaluated at the ends of a parameter's usual range, or at NaN, it answers or fails in words");
  add("cache", 30, check_cache, true, "what the disk cache gives back is what it prepared (cacheable components)");
  add("life_cycle", 60, check_life_cycle, true,
      "constructed a thousand times and prepared for two seconds, it keeps no memory, files or threads");
  add("cancellation", 30, check_cancellation, true, "Ctrl-C ends it within two seconds");
  add("environment", 30, check_environment, true,
      "floating-point environment, locale, current directory, umask, signal handlers and environment variables stay as "
      "they are");
  add("silence", 0, nullptr, true, "nothing is printed on the terminal, in any of the checks");
}

}  // namespace tawara::conformance
