// The state a stopped inference goes on from. What is read is written back to the same bytes.
#include "fuzz.hpp"
#include "smc_abc/checkpoint.hpp"

using namespace tawara;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const smc_abc::Space space = [] {
    std::vector<Prior> priors(2);
    priors[0].path = "act.CV_fibre";
    priors[1].path = "act.root_nodes";
    priors[1].kind = Prior::Kind::subset;
    return smc_abc::Space(std::move(priors), {});
  }();
  fuzz::attempt([&] {
    const std::string once = smc_abc::written(smc_abc::read_run(fuzz::text_of(data, size), space), space);
    if (smc_abc::written(smc_abc::read_run(once, space), space) != once) std::abort();
  });
  return 0;
}
