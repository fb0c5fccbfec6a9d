#include "kernel/conformance/checks/compare.hpp"

#include <nlohmann/json.hpp>

#include "kernel/conformance/child.hpp"
#include "kernel/plugins/digest.hpp"

namespace tawara::conformance {

Digests digests(Study& study) {
  Digests result;
  for (const Study::Named& named : study.results()) result.emplace_back(named.output, digest_of(named.bytes));
  return result;
}

Digests digests_here(const Subject& subject, const StudyOptions& options) {
  Study study(subject.catalogue, *subject.scenario, options);
  return digests(study);
}

Digests digests_alone(const Subject& subject, const StudyOptions& options) {
  const std::string answer = in_fresh_process([&] { return nlohmann::json(digests_here(subject, options)).dump(); });
  return nlohmann::json::parse(answer).get<Digests>();
}

std::string first_difference(const Digests& a, const Digests& b) {
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i)
    if (i >= a.size() || i >= b.size() || a[i] != b[i]) return i < a.size() ? a[i].first : b[i].first;
  return "";
}

}  // namespace tawara::conformance
