#include <stdlib.h>  // setenv

#include "kernel/conformance/checks/compare.hpp"
#include "kernel/conformance/checks/general.hpp"

namespace tawara::conformance {

// A component that says `cacheable` is replaced by its constants the second time.
void check_cache(const Subject& subject, Findings& findings) {
  if (!subject.component.descriptor->cacheable) return findings.skip("it is not cacheable");
  setenv("TAWARA_CACHE", (subject.scratch / "cache").c_str(), 1);
  const Digests computed = digests_alone(subject);
  Study study(subject.catalogue, *subject.scenario);
  const Scenario& s = study.scenario();
  const auto& node = study.graph().nodes[static_cast<std::size_t>(s.find(subject.instance) - s.instances.data())];
  if (node->prepared)
    return findings.fail(
        "it is declared cacheable, yet prepare() returns an object, so nothing of it is ever kept on disk; return "
        "nullptr when all outputs are constant, or leave `cacheable` out");
  if (const std::string output = first_difference(computed, digests(study)); !output.empty())
    findings.fail("'" + output +
                  "' differs when its constants come from the disk cache; let prepare() do nothing but compute "
                  "constants, or leave `cacheable` out");
}

}  // namespace tawara::conformance
