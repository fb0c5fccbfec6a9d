#include "kernel/cli/main.hpp"

#include <boost/program_options.hpp>

#include <csignal>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>

#include "kernel/cli/commands.hpp"
#include "kernel/cli/isolated_opening.hpp"
#include "kernel/cli/isolated_run.hpp"
#include "kernel/cli/new_plugin.hpp"
#include "kernel/cli/run.hpp"
#include "kernel/cli/test_plugin.hpp"
#include "kernel/cluster/group.hpp"
#include "kernel/host/host.hpp"
#include "kernel/plugins/last_word.hpp"
#include "kernel/scenario/suggest.hpp"
#include "tawara/version.hpp"

namespace tawara {
namespace {

namespace po = boost::program_options;

constexpr const char* usage =
    "tawara "
    "- digital twins of the heart's electrophysiology\n\n"
    "  tawara run FILE          run a scenario (--set, --sweep, --output, --resume, --isolate, --dry-run, ...)\n"
    "  tawara check FILE        validate a scenario without running it\n"
    "  tawara graph FILE        show its wiring (--dot)\n"
    "  tawara list [KIND]       components that can be used\n"
    "  tawara describe NAME     all about one component (--toml, --markdown)\n"
    "  tawara docs DIR          the same of every component, as pages for a browser\n"
    "  tawara new-plugin DIR    begin a plugin of your own (--kind, --name)\n"
    "  tawara test-plugin FILE  does a built plugin do what is asked of all (--scenario, --check, --component)\n"
    "  tawara doctor            what was searched, what was found, what is wrong\n\n"
    "Every command takes --help, and all but new-plugin --plugin FILE_OR_DIR; list, describe, check, doctor and "
    "test-plugin take --json.\n";

struct Command {
  const char* argument;  ///< name of the positional argument, or nullptr
  bool required;
  bool takes_scenario;
};

const std::map<std::string, Command, std::less<>> commands = {
    {"run", {"FILE", true, true}},       {"check", {"FILE", true, true}},      {"graph", {"FILE", true, true}},
    {"list", {"KIND", false, false}},    {"describe", {"NAME", true, false}},  {"docs", {"DIR", true, false}},
    {"doctor", {nullptr, false, false}}, {"new-plugin", {"DIR", true, false}}, {"test-plugin", {"FILE", false, false}}};

po::options_description options_of(const std::string& name, const Command& command) {
  po::options_description o("Options of 'tawara " + name + "'");
  auto add = o.add_options();
  add("help,h", "this text");
  if (name == "new-plugin") {
    add("kind", po::value<std::string>(), "what the plugin offers: ionic, protocol, ...");
    add("name", po::value<std::string>(), "of the component, without its kind; by default that of the folder");
    return o;
  }
  add("plugin", po::value<std::vector<std::string>>()->composing(), "also look for plugins in FILE_OR_DIR");
  if (command.takes_scenario) {
    add("set", po::value<std::vector<std::string>>()->composing(), "instance.key=value, instead of what the file says");
    add("sweep", po::value<std::vector<std::string>>()->composing(),
        "instance.key=from:to:count[:log], or =[a, b, ...]");
    add("seed", po::value<std::uint64_t>(), "instead of tawara.seed");
    add("threads", po::value<int>(), "instead of run.threads; results do not depend on it");
  }
  if (name == "run") {
    add("output", po::value<std::string>(), "folder for the results");
    add("resume", "go on with the unfinished run in --output");
    add("dry-run", "show the resolved scenario and what would run");
    add("quiet", "warnings and errors only");
    add("isolate", "each run in a process of its own: a crash costs that run only");
    add("time-limit", po::value<double>(), "seconds each run may take; implies --isolate");
    add("part", po::value<std::string>(),
        "K/N: only the K-th (from 0) of N parts of a sweep or population, into --output");
    add("collect", "put together what all parts left in --output");
    add("slurm", "run nothing; write scripts for Slurm that run every part and collect");
    add("slurm-option", po::value<std::vector<std::string>>()->composing(), "of sbatch: partition=long, time=2:00:00");
    add("tasks", po::value<int>(), "with --slurm: how many parts; by default one per row of the sweep");
    add("at-once", po::value<int>(), "with --slurm: how many of them run at the same time");
  }
  if (name == "describe") {
    add("toml", "a block to paste into a scenario");
    add("markdown", "a page of the reference");
  }
  if (name == "test-plugin") {
    add("scenario", po::value<std::vector<std::string>>()->composing(),
        "a scenario that uses the plugin's components, instead of one made from their descriptors; may be repeated");
    add("check", po::value<std::vector<std::string>>()->composing(), "this check only; may be repeated");
    add("component", po::value<std::vector<std::string>>()->composing(), "this component only; may be repeated");
    add("list-checks", "names of all checks and what they ask; needs no FILE");
    add("jobs", po::value<int>(), "how many checks run at once; by default one per core");
    add("time-limit", po::value<double>(), "seconds after which a check counts as hanging, instead of its own limit");
  }
  if (name == "graph") add("dot", "for Graphviz");
  if (name != "run" && name != "graph" && name != "docs") add("json", "for scripts");
  return o;
}

ScenarioRequest scenario_request(const po::variables_map& v) {
  ScenarioRequest r;
  r.file = v["argument"].as<std::string>();
  if (v.count("set")) r.sets = v["set"].as<std::vector<std::string>>();
  if (v.count("sweep")) r.sweeps = v["sweep"].as<std::vector<std::string>>();
  if (v.count("seed")) r.seed = v["seed"].as<std::uint64_t>();
  if (v.count("threads")) {
    r.threads = v["threads"].as<int>();
    if (*r.threads < 1) throw CommandLineError("--threads must be at least 1");
  }
  if (v.count("plugin"))
    for (const std::string& p : v["plugin"].as<std::vector<std::string>>()) r.plugins.emplace_back(p);
  return r;
}

int test_plugin(const po::variables_map& v) {
  const bool json = v.count("json") > 0;
  if (v.count("list-checks")) return run_list_checks(json, std::cout);
  if (!v.count("argument")) throw CommandLineError("'test-plugin' needs a FILE; see: tawara test-plugin --help");
  const auto words = [&](const char* option) {
    return v.count(option) ? v[option].as<std::vector<std::string>>() : std::vector<std::string>();
  };
  TestPluginRequest r;
  r.file = v["argument"].as<std::string>();
  for (const std::string& file : words("plugin")) r.others.emplace_back(file);
  for (const std::string& file : words("scenario")) r.scenarios.push_back(std::filesystem::absolute(file));
  r.checks = words("check");
  r.components = words("component");
  r.json = json;
  if (v.count("jobs")) r.jobs = v["jobs"].as<int>();
  if (v.count("jobs") && r.jobs < 1) throw CommandLineError("--jobs must be at least 1");
  if (v.count("time-limit")) r.seconds = v["time-limit"].as<double>();
  if (r.seconds && !(*r.seconds > 0)) throw CommandLineError("--time-limit must be above 0 s");
  install_interrupt_handler();  // what is under way is ended, and its folder removed
  return run_test_plugin(r, std::cout, std::cerr);
}

Part part_of(const std::string& text) {
  try {
    return parse_part(text);
  } catch (const Error& e) {
    throw CommandLineError(e.what());
  }
}

std::optional<SlurmJob> slurm_job(const po::variables_map& v) {
  if (!v.count("slurm")) {
    for (const char* option : {"slurm-option", "tasks", "at-once"})
      if (v.count(option)) throw CommandLineError(std::string("--") + option + " goes with --slurm");
    return std::nullopt;
  }
  SlurmJob job;
  if (v.count("slurm-option")) job.options = v["slurm-option"].as<std::vector<std::string>>();
  const auto number = [&](const char* option) -> std::optional<std::size_t> {
    if (!v.count(option)) return std::nullopt;
    if (v[option].as<int>() < 1) throw CommandLineError(std::string("--") + option + " must be at least 1");
    return static_cast<std::size_t>(v[option].as<int>());
  };
  job.tasks = number("tasks");
  job.at_once = number("at-once");
  return job;
}

int dispatch(const std::string& name, const po::variables_map& v) {
  if (name == "run") {
    Group::join();
    RunRequest r;
    r.scenario = scenario_request(v);
    if (v.count("output")) r.output = v["output"].as<std::string>();
    r.dry_run = v.count("dry-run") > 0;
    r.resume = v.count("resume") > 0;
    r.quiet = v.count("quiet") > 0;
    if (v.count("time-limit")) {
      r.time_limit = v["time-limit"].as<double>();
      if (!(*r.time_limit > 0)) throw CommandLineError("--time-limit must be above 0 s");
    }
    r.isolate = v.count("isolate") > 0 || r.time_limit;
    r.division.collect = v.count("collect") > 0;
    if (v.count("part")) r.division.part = part_of(v["part"].as<std::string>());
    if (r.resume + r.division.collect + r.division.part.has_value() > 1)
      throw CommandLineError(
          "of --resume, --part and --collect one at a time: --part and --collect go on by themselves");
    r.slurm = slurm_job(v);
    if (r.slurm && (r.resume || !r.division.whole() || r.dry_run))
      throw CommandLineError("--slurm runs nothing, so --resume, --part, --collect and --dry-run do not go with it");
    install_interrupt_handler();
    if (!Group::get().alone())
      std::signal(SIGUSR1, [](int) { interrupt(); });  // mpirun passes it on; Ctrl-C it does not
    return run_scenario(r);
  }
  if (name == "check") return run_check(scenario_request(v), v.count("json") > 0, std::cout);
  if (name == "graph") return run_graph(scenario_request(v), v.count("dot") > 0, std::cout);
  if (name == "new-plugin") {
    const auto word = [&](const char* option) { return v.count(option) ? v[option].as<std::string>() : ""; };
    return run_new_plugin({v["argument"].as<std::string>(), word("kind"), word("name")}, std::cout);
  }
  if (name == "test-plugin") return test_plugin(v);
  DiscoveryOptions where;
  if (v.count("plugin"))
    for (const std::string& p : v["plugin"].as<std::vector<std::string>>()) where.explicit_paths.emplace_back(p);
  const Catalogue catalogue = Catalogue::discover(where);
  const std::string argument = v.count("argument") ? v["argument"].as<std::string>() : "";
  const bool json = v.count("json") > 0;
  if (name == "list") return run_list(catalogue, argument, json, std::cout);
  if (name == "docs") return run_docs(catalogue, argument, std::cout);
  if (name == "doctor") return run_doctor(catalogue, json, std::cout, open_apart);
  const DescribeFormat format = json                  ? DescribeFormat::json
                                : v.count("toml")     ? DescribeFormat::toml
                                : v.count("markdown") ? DescribeFormat::markdown
                                                      : DescribeFormat::text;
  return run_describe(catalogue, argument, format, std::cout);
}

bool is_stop(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const Cancelled&) {
    return true;
  } catch (...) {
    return false;
  }
}

int unknown_command(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& [known, command] : commands) names.push_back(known);
  std::cerr << "tawara: no command '" << name << "'";
  for (const std::string& s : suggest(name, names)) std::cerr << "; did you mean '" << s << "'?";
  std::cerr << "\n\n" << usage;
  return exit_command_line;
}

}  // namespace

int run_command_line(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.empty() || words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    (words.empty() ? std::cerr : std::cout) << usage;
    return words.empty() ? exit_command_line : exit_fine;
  }
  if (words[0] == isolated_word)
    return serve_isolated(
        words, [](const auto& task) { return task.contains("open") ? carry_out_opening(task) : carry_out_run(task); });
  install_last_word(true);
  if (words[0] == "--version") {
    std::cout << "tawara " << project_version << " (SDK " << sdk_major << '.' << sdk_minor << ")\n";
    return exit_fine;
  }
  const auto command = commands.find(words[0]);
  if (command == commands.end()) return unknown_command(words[0]);

  const po::options_description shown = options_of(words[0], command->second);
  po::options_description all;
  all.add(shown).add_options()("argument", po::value<std::string>());
  po::positional_options_description positional;
  if (command->second.argument) positional.add("argument", 1);
  po::variables_map v;
  try {
    po::store(po::command_line_parser(std::vector<std::string>(words.begin() + 1, words.end()))
                  .options(all)
                  .positional(positional)
                  .run(),
              v);
    po::notify(v);
    if (v.count("help")) {
      std::cout << "tawara " << words[0]
                << (command->second.argument ? std::string(" ") + command->second.argument : "") << "\n\n"
                << shown;
      return exit_fine;
    }
    if (command->second.required && !v.count("argument"))
      throw CommandLineError("'" + words[0] + "' needs a " + command->second.argument);
  } catch (const std::exception& e) {
    std::cerr << "tawara: " << e.what() << "; see: tawara " << words[0] << " --help\n";
    return exit_command_line;
  }
  Group::Ending ending;
  try {
    ending.code = dispatch(words[0], v);
  } catch (...) {
    std::ostringstream message;
    ending.code = report_exception(std::current_exception(), message);
    ending.stopped = is_stop(std::current_exception());
    ending.message = message.str();
  }
  ending = Group::get().leave(std::move(ending));
  std::cerr << ending.message;
  Group::get().close();
  return ending.code;
}

}  // namespace tawara
