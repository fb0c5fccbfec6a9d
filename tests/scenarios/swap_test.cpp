#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "../tawara_command.hpp"

namespace fs = std::filesystem;

namespace {

const std::string file = "'" + std::string(TAWARA_SOURCE) + "/scenarios/swap_models.toml'";
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    lines.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return lines;
}

std::size_t count(const std::string& text, const std::string& word) {
  std::size_t n = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("swap_models.toml: four cell models, three eikonal methods, two samplers in one table") {
  const fs::path folder = fresh_folder("swap_models");
  // Rejection needs `simulations` draws: few here, and with them as a whole table, since SMC has no such key.
  const std::string parameters =
      "parameters=[{path=\"activation.CV_sheet\", uniform=[0.25, 0.6], truth=0.44}], discrepancy=\"mismatch\"";
  const auto r = tawara_command(
      "run " + file + " --output '" + (folder / "out").string() +
      "' --set ventricles.edge=8 --set action_potentials.beats=1 --set "
      "action_potentials.entries=20 --quiet --set 'inference={use=\"sampler.smc_abc\", "
      "particles=8, " +
      parameters + "}' --sweep 'inference=[{use=\"sampler.smc_abc\", particles=8, max_iterations=1, " + parameters +
      "}, {use=\"sampler.rejection_abc\", particles=8, simulations=16, " + parameters + "}]'");
  INFO(r.err);
  REQUIRE(r.code == 0);
  const std::string csv = contents(folder / "out/runs.csv");
  CHECK(lines_of(csv).size() == 1 + 4 * 3 * 2);
  CHECK(count(csv, ",finished,") == 24);
  for (const char* model : {"ionic.torord,", "ionic.torord_land,", "ionic.tp06,", "ionic.mitchell_schaeffer,"})
    CHECK(count(csv, model) == 6);
  CHECK(count(csv, "sampler.rejection_abc") == 12);
  // Columns say what came of each: no name twice, and every run has its best discrepancy.
  const std::string header = lines_of(csv).front();
  CHECK(count(header, "ventricles.nodes") == 1);
  CHECK(count(header, "inference.discrepancy_best") == 1);
}

TEST_CASE("what is set on the command line is not swept") {
  const auto runs = [&](const std::string& options) {
    const auto r = tawara_command("run " + file + " --dry-run " + options);
    const std::size_t at = r.out.find("# runs: ");
    return at == std::string::npos ? r.err : r.out.substr(at + 8, r.out.find('\n', at) - at - 8);
  };
  CHECK(runs("") == "24");
  CHECK(runs("--set activation.method=edge") == "8");
  CHECK(runs("--set activation.method=edge --set inference.use=sampler.smc_abc --set myocyte.use=ionic.tp06 --set "
             "action_potentials.vary=scale_I_Kr") == "1");
  CHECK(runs("--set myocyte.use=ionic.tp06")
            .find("myocyte.use is set by --set, but varied together with action_potentials.vary here") !=
        std::string::npos);
}

TEST_CASE("what a component cannot serve is refused, with what it lacks and who has it") {
  const auto refusal = [&](const std::string& options) {
    const auto r = tawara_command("check " + file + " " + options);
    CHECK(r.code == 3);
    return r.err + r.out;
  };
  const auto has = [](const std::string& text, const char* words) {
    INFO(text);
    CHECK(text.find(words) != std::string::npos);
  };
  std::string text = refusal("--set mismatch.simulated=activation");
  has(text, "'activation' (propagation.eikonal) has no output 'leads'");
  has(text, "in this file: planted_ecg (line");
  // Nobody in the file: components that would do.
  text = refusal("--set 'pacing={use=\"ionic.tp06\"}'");
  has(text, "action_potentials.protocol expects a 'protocol' instance, but 'pacing' is a 'ionic'");
  has(text, "protocol.s1s2");
  // A key of another component: what to set instead.
  text = refusal("--set 'inference.use=sampler.design'");
  has(text, "'sampler.design' has no parameter 'particles'");
  has(text, "--set 'inference={use=\"sampler.design\"}'");
}
