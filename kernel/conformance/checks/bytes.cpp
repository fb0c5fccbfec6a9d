// Results depend on the scenario and its seed and on nothing else.
#include <fmt/format.h>

#include <optional>

#include "kernel/conformance/checks/compare.hpp"
#include "kernel/conformance/checks/general.hpp"
#include "kernel/conformance/checks/variants.hpp"

namespace tawara::conformance {

void check_same_seed(const Subject& subject, Findings& findings) {
  const Digests alone = digests_alone(subject);
  const Digests first = digests_here(subject), second = digests_here(subject);
  if (const std::string output = first_difference(first, second); !output.empty())
    findings.fail(
        fmt::format("'{}' differs between two runs of one process with the same seed; draw random numbers by "
                    "Host::random() only, and keep nothing in static or global variables",
                    output));
  else if (const std::string between = first_difference(alone, first); !between.empty())
    findings.fail(
        fmt::format("'{}' differs between two processes with the same seed; look for times, addresses, "
                    "memory that was never written and random numbers that are not Host::random()",
                    between));
}

void check_threads(const Subject& subject, Findings& findings) {
  std::optional<Digests> one;
  for (const int threads : {1, 2, 4}) {
    StudyOptions options;
    options.threads = threads;
    const Digests found = digests_here(subject, options);
    if (!one) one = found;
    if (const std::string output = first_difference(*one, found); !output.empty())
      return findings.fail(
          fmt::format("'{}' with {} threads differs from that with one; let what parallel_for() does "
                      "depend on its index only, and sum up in the order of indices",
                      output, threads));
  }
}

void check_two_instances(const Subject& subject, Findings& findings) {
  const StudyOptions as_it_is;
  const Digests a_alone = digests_alone(subject, as_it_is);
  StudyOptions other;
  Digests b_alone = a_alone;
  std::size_t tries = 8;
  for (const std::string& set : variants(subject)) {
    if (tries-- == 0) break;
    StudyOptions options;
    options.sets = {set};
    try {
      Digests found = digests_alone(subject, options);
      if (first_difference(a_alone, found).empty()) continue;
      other = options;
      b_alone = std::move(found);
      break;
    } catch (const Error&) {  // that value does not go with the others
    }
  }
  const std::string what = other.sets.empty() ? "two equal instances" : "two instances, one with " + other.sets[0];
  const auto compare = [&](const StudyOptions& first, const Digests& first_alone, const StudyOptions& second,
                           const Digests& second_alone) {
    Study one(subject.catalogue, *subject.scenario, first);
    Study two(subject.catalogue, *subject.scenario, second);
    for (auto [study, alone, which] : {std::tuple(&one, &first_alone, "first"), {&two, &second_alone, "second"}}) {
      const std::string output = first_difference(*alone, digests(*study));
      if (output.empty()) continue;
      findings.fail(
          fmt::format("of {} in one process, '{}' of the {} is not what it is alone in a process; keep all "
                      "state in the instance, nothing in static or global variables",
                      what, output, which));
      return false;
    }
    return true;
  };
  if (compare(as_it_is, a_alone, other, b_alone)) compare(other, b_alone, as_it_is, a_alone);
}

}  // namespace tawara::conformance
