#include <doctest/doctest.h>

#include "kernel/host/host.hpp"
#include "tests/kernel/temporary_folder.hpp"

using namespace tawara;

namespace {

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++n;
  return n;
}

}  // namespace

TEST_CASE("a warning is said once, and how often it came at the end") {
  const TemporaryFolder folder;
  RunServices services(1, 2);
  services.quiet(true);
  services.log_to(folder.path() / "log.txt");
  InstanceHost a(services, "a"), b(services, "b");
  services.parallel_for(312, [&](std::size_t) { a.warn("APD90 does not exist"); });
  b.warn("APD90 does not exist");
  b.warn("once");
  a.info("the same");
  a.info("the same");
  std::string log = bytes_of(folder.path() / "log.txt");
  CHECK(times(log, "warning: a: APD90 does not exist") == 1);
  CHECK(times(log, "warning: b: APD90 does not exist") == 1);
  CHECK(times(log, "a: the same") == 2);
  services.sum_up_warnings();
  log = bytes_of(folder.path() / "log.txt");
  CHECK(times(log, "warning: a: APD90 does not exist (312 times)\n") == 1);
  CHECK(times(log, "times)") == 1);
  // What is said afterwards begins anew.
  services.sum_up_warnings();
  CHECK(times(bytes_of(folder.path() / "log.txt"), "times)") == 1);
}
