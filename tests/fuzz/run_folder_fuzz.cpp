// The folder of an unfinished run: provenance.json and scenario.resolved.toml as they were left.
#include "fuzz.hpp"
#include "kernel/cli/run_folder.hpp"

using namespace tawara;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Scratch scratch;
  std::string_view rest = fuzz::text_of(data, size);
  scratch.write("provenance.json", fuzz::take_part(rest));
  scratch.write("scenario.resolved.toml", rest);
  Scenario scenario;
  scenario.resolved = "[tawara]\nseed = 1\n\n[myocyte]\nuse = \"ionic.torord\"\n";
  RunRequest request;
  request.output = scratch.folder();
  fuzz::attempt([&] { (void)make_run_folder(request, scenario); });
  fuzz::attempt([&] { check_same_scenario(scratch.folder(), scenario); });
  return 0;
}
