#include "kernel/cli/test_plugin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ostream>
#include <thread>

#include <nlohmann/json.hpp>

#include "kernel/cli/run.hpp"
#include "kernel/conformance/study.hpp"
#include "kernel/conformance/suite.hpp"
#include "kernel/conformance/toys.hpp"
#include "kernel/scenario/suggest.hpp"

namespace tawara {
namespace {

namespace fs = std::filesystem;
using conformance::ComponentOutcome;
using conformance::Outcome;
using Json = nlohmann::ordered_json;

/// @throws CommandLineError at the first word that is none of the known ones
void must_be_known(const std::vector<std::string>& words, const std::vector<std::string>& known, std::string_view what,
                   const std::string& see) {
  for (const std::string& word : words) {
    if (std::find(known.begin(), known.end(), word) != known.end()) continue;
    const std::string meant = did_you_mean(suggest(word, known));
    throw CommandLineError(fmt::format("no {} '{}'; {}", what, word, meant.empty() ? see : meant));
  }
}

std::vector<std::string> names_of_checks() {
  std::vector<std::string> names;
  for (const auto& check : conformance::checks()) names.emplace_back(check.name);
  return names;
}

struct Count {
  std::size_t passed = 0, failed = 0, skipped = 0;
  void add(const Outcome& o) { ++(o.failed() ? failed : !o.skipped.empty() ? skipped : passed); }
  [[nodiscard]] std::string text() const {
    return fmt::format("{} passed, {} failed, {} skipped", passed, failed, skipped);
  }
};

/// Further lines of a text under its first.
std::string indented(const std::string& text) {
  std::string result;
  for (const char c : text) result += c == '\n' ? "\n      " : std::string(1, c);
  return result;
}

Json as_json(const ComponentOutcome& component, const Count& count) {
  Json checks = Json::array();
  for (const Outcome& o : component.checks) {
    Json check = {{"check", o.check}, {"result", o.failed() ? "failed" : !o.skipped.empty() ? "skipped" : "ok"}};
    if (o.failed()) check["failures"] = o.failures;
    if (!o.skipped.empty()) check["why"] = o.skipped;
    checks.push_back(std::move(check));
  }
  return {{"component", component.component},
          {"passed", count.passed},
          {"failed", count.failed},
          {"skipped", count.skipped},
          {"checks", std::move(checks)}};
}

void print(const ComponentOutcome& component, const Count& count, std::ostream& out) {
  std::size_t width = 0;
  for (const Outcome& o : component.checks) width = std::max(width, o.check.size());
  for (const Outcome& o : component.checks) {
    out << component.component << "  " << o.check << std::string(width + 2 - o.check.size(), ' ')
        << (o.failed()          ? "FAILED"
            : o.skipped.empty() ? "ok"
                                : "skipped (" + o.skipped + ")")
        << '\n';
    for (const std::string& failure : o.failures) out << "    - " << indented(failure) << '\n';
  }
  out << component.component << ": " << count.text() << "\n\n" << std::flush;
}

/// The file's verdict among those found; its link or relative name may differ from what was asked for.
const PluginFile& found_file(const Catalogue& catalogue, const fs::path& file) {
  std::error_code none;
  for (const auto& found : catalogue.files())
    if (fs::equivalent(found->path, file, none)) return *found;
  throw CommandLineError("'" + file.string() + "' was not looked at; name the plugin's .so file");
}

}  // namespace

int run_list_checks(bool json, std::ostream& out) {
  std::size_t width = 0;
  for (const auto& check : conformance::checks()) width = std::max(width, check.name.size());
  Json list = Json::array();
  for (const auto& check : conformance::checks()) {
    const std::string_view of_whom = check.kind.empty() ? check.ability : check.kind;
    if (json)
      list.push_back({{"name", check.name}, {"kind", check.kind}, {"ability", check.ability}, {"asks", check.asks}});
    else
      out << check.name << std::string(width + 2 - check.name.size(), ' ')
          << (of_whom.empty() ? "" : fmt::format("{}: ", of_whom)) << check.asks << '\n';
  }
  if (json) out << Json{{"checks", std::move(list)}}.dump(2) << '\n';
  return exit_fine;
}

int run_test_plugin(const TestPluginRequest& request, std::ostream& out, std::ostream& err) {
  must_be_known(request.checks, names_of_checks(), "check", "see: tawara test-plugin --list-checks");
  std::error_code none;
  if (!fs::is_regular_file(request.file, none))
    throw CommandLineError("there is no file '" + request.file.string() + "'; name a built plugin, such as " +
                           "build/plugins/my_plugin.so");
  for (const fs::path& scenario : request.scenarios)
    if (!fs::is_regular_file(scenario, none))
      throw CommandLineError("there is no scenario '" + scenario.string() + "'");

  DiscoveryOptions where;
  where.explicit_paths = {request.file};
  where.explicit_paths.insert(where.explicit_paths.end(), request.others.begin(), request.others.end());
  const auto toys_file = conformance::toys_plugin();
  if (toys_file) where.explicit_paths.push_back(*toys_file);
  for (const fs::path& file : request.scenarios) {
    ScenarioRequest scenario;
    scenario.file = file;
    for (fs::path& path : plugin_paths_of(scenario)) where.scenario_paths.push_back(std::move(path));
  }
  const Catalogue catalogue = Catalogue::discover(where);
  const PluginFile& plugin = found_file(catalogue, request.file);
  if (!plugin.usable()) {
    if (request.json)
      out << Json{{"plugin", plugin.path.string()}, {"refused", plugin.refusal}}.dump(2) << '\n';
    else
      err << plugin.refusal << '\n';
    return exit_plugin;
  }
  for (const fs::path& file : request.scenarios) (void)conformance::load(catalogue, file, {});  // reads, opens nothing
  std::vector<std::string> components;
  for (const Descriptor& d : plugin.manifest.components) components.push_back(d.name);
  must_be_known(request.components, components, "component", "see: tawara list --plugin " + request.file.string());

  conformance::SuiteRequest suite{catalogue,          plugin, nullptr,        request.scenarios, request.checks,
                                  request.components, 1,      request.seconds};
  if (toys_file) suite.toys = &found_file(catalogue, *toys_file);
  suite.jobs = request.jobs > 0 ? request.jobs : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  Count all;
  std::size_t n = 0;
  Json list = Json::array();
  const auto begin = std::chrono::steady_clock::now();
  run_suite(suite, [&](const ComponentOutcome& component) {
    Count count;
    for (const Outcome& o : component.checks) count.add(o), all.add(o);
    ++n;
    if (request.json)
      list.push_back(as_json(component, count));
    else
      print(component, count, out);
  });
  if (request.json) {
    out << Json{{"plugin", plugin.path.string()}, {"name", plugin.manifest.name}, {"version", plugin.manifest.version},
                {"passed", all.passed},           {"failed", all.failed},         {"skipped", all.skipped},
                {"components", std::move(list)}}
               .dump(2)
        << '\n';
  } else {
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    out << fmt::format("{} {}: {} component{}, {} ({:.0f} s)\n", plugin.manifest.name, plugin.manifest.version, n,
                       n == 1 ? "" : "s", all.text(), taken.count());
  }
  return all.failed ? exit_plugin : exit_fine;
}

}  // namespace tawara
