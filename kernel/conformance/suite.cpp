#include "kernel/conformance/suite.hpp"

#include <stdlib.h>  // mkdtemp, setenv

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "kernel/conformance/candidates.hpp"
#include "kernel/conformance/child.hpp"
#include "kernel/conformance/study.hpp"

namespace tawara::conformance {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

/// Beyond the limit of a check, for scenarios that take their time: checks run them a few times over.
constexpr double times_the_scenario = 20;

class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (fs::temp_directory_path() / "tawara-conformance-XXXXXX").string();
    if (!mkdtemp(name.data()))
      throw Error("cannot make a folder in " + fs::temp_directory_path().string() + "; is the disk full?");
    path_ = name;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code left;
    fs::remove_all(path_, left);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

/// A message without the name of the temporary file that the scenario was read from.
std::string without_place(std::string text) {
  const std::string begin = (fs::temp_directory_path() / "tawara-").string(), end = ": error: ";
  const std::size_t at = text.find(begin);
  const std::size_t error = text.find(end, at);
  if (at != std::string::npos && error != std::string::npos) text.erase(at, error + end.size() - at);
  return text;
}

bool has_word(const std::vector<std::string>& words, std::string_view word) {
  return words.empty() || std::find(words.begin(), words.end(), word) != words.end();
}

/// "; the last it printed: ..." of a process that did not end well.
std::string last_words(const std::string& printed) {
  std::string text = printed;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  if (text.empty()) return "";
  return "; the last it printed: " + text.substr(text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1);
}

/// Those that checks are for.
std::vector<std::string> abilities_of(const Study& study, const std::string& instance) {
  const Scenario& s = study.scenario();
  const auto& node = study.graph().nodes[static_cast<std::size_t>(s.find(instance) - s.instances.data())];
  std::vector<std::string> abilities;
  for (const Check& check : checks())
    if (!check.ability.empty() && node->prepared && node->prepared->ability(check.ability))
      abilities.emplace_back(check.ability);
  return abilities;
}

/// One component on its way through its checks.
struct Work {
  const ComponentEntry* component;
  ComponentOutcome outcome;
  std::vector<const Check*> checks;  ///< as outcome.checks
  std::size_t unfinished = 0;
  std::optional<Found> scenario;
  double seconds = 0;
  std::vector<std::string> abilities;
  std::vector<std::string> printed;  ///< "12 bytes in check same_seed, beginning with ..."
};

class Suite {
 public:
  Suite(const SuiteRequest& request, const std::function<void(const ComponentOutcome&)>& done)
      : request_(request), done_(done), children_(request.jobs) {}

  void run() {
    for (const ComponentEntry& c : request_.catalogue.components())
      if (c.plugin == &request_.plugin && has_word(request_.only_components, c.descriptor->name))
        all_.push_back({&c, {c.descriptor->name, {}}, {}, 0, {}, 0, {}, {}});
    for (Work& work : all_) try_scenario(work);
    children_.run();
  }

 private:
  void try_scenario(Work& work);
  void tried(Work& work, const Ended& ended);
  void start_check(Work& work, std::size_t index);
  void note_printed(Work& work, std::string_view check, const Ended& ended);
  void finish(Work& work);
  /// What every check of the component finds around it.
  static void surround(const Work& work);
  [[nodiscard]] fs::path folder(const Work& work, std::string_view check) const {
    return scratch_.path() / fmt::format("{}.{}", work.component->descriptor->name, check);
  }
  [[nodiscard]] double limit(double own, const Work& work) const {
    return request_.seconds.value_or(own + times_the_scenario * work.seconds);
  }

  const SuiteRequest& request_;
  const std::function<void(const ComponentOutcome&)>& done_;
  ScratchFolder scratch_;
  std::vector<Work> all_;
  std::size_t shown_ = 0;  ///< how many of them are done and told
  Children children_;
};

/// The disk cache would spare a component its work, and with it the checks theirs; what it stands on may come from it.
void Suite::surround(const Work& work) {
  if (work.component->descriptor->cacheable) setenv("TAWARA_CACHE", "off", 1);
}

// Which scenario, and does it run? A process that ends early has told how far it got.
void Suite::try_scenario(Work& work) {
  Children::Task task;
  task.folder = folder(work, "runs");
  task.seconds = limit(60, work);
  task.leave_by_exit = true;
  task.work = [this, &work](const Say& say) {
    surround(work);
    std::string complaints;
    Json without_results;  // a cell on its own, when nothing is there that would make it beat
    for (const Candidate& c : candidates(request_.catalogue, *work.component, request_.toys, request_.scenarios)) {
      std::optional<Found> found;
      try {
        found = accepted(request_.catalogue, *work.component, c);
      } catch (const ScenarioProblems& e) {
        if (!c.file.empty()) return say({{"failed", e.what()}});
        complaints = first_line(without_place(e.what()));  // of the last, which had most to choose from
        continue;
      }
      if (!found) continue;
      say({{"toml", found->toml}, {"instance", found->instance}});
      try {
        const auto begin = std::chrono::steady_clock::now();
        StudyOptions options;
        options.folder = fs::current_path();
        Study study(request_.catalogue, found->toml, options);
        const bool shows_results = !study.results().empty();
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
        const Json ran = {{"seconds", taken.count()}, {"abilities", abilities_of(study, found->instance)}};
        if (shows_results || !c.file.empty()) return say(ran);
        without_results = {{"toml", found->toml}, {"instance", found->instance}};
        without_results.update(ran);
      } catch (const ScenarioProblems& e) {
        if (!c.file.empty()) return say({{"failed", e.what()}});
        complaints = first_line(without_place(e.what()));  // it asks for more than its descriptor can say
      } catch (const std::exception& e) {
        if (!c.file.empty()) return say({{"failed", e.what()}});
        say({{"failed", without_place(e.what()) + "\nThe scenario, made from its descriptor:\n\n" + c.toml}});
      }
    }
    if (!without_results.empty()) say(without_results);
    say({{"complaints", complaints}});
  };
  task.then = [this, &work](Ended ended) { tried(work, ended); };
  children_.add(std::move(task));
}

void Suite::tried(Work& work, const Ended& ended) {
  Outcome runs{"runs", {}, {}};
  std::optional<Found> first;
  bool ran = false;
  std::string complaints;
  for (const Json& message : ended.said) {
    if (message.contains("toml")) {
      work.scenario = Found{message.at("toml").get<std::string>(), message.at("instance").get<std::string>()};
      if (!first) first = work.scenario;
    }
    if (message.contains("failed")) {
      runs.failures = {"its scenario does not run: " + message.at("failed").get<std::string>()};
    } else if (message.contains("seconds")) {
      work.seconds = message.at("seconds").get<double>();
      work.abilities = message.at("abilities").get<std::vector<std::string>>();
      runs.failures.clear();
      ran = true;
    } else if (message.contains("complaints")) {
      complaints = message.at("complaints").get<std::string>();
    }
  }
  if (!ran) work.scenario = runs.failures.empty() && ended.whole ? std::nullopt : first;
  if (!ended.threw.empty()) runs.failures = {ended.threw};
  if (!ended.whole)
    runs.failures = {fmt::format("it {} while {}{}", ended.how,
                                 ran     ? "leaving"
                                 : first ? "its scenario was prepared and evaluated"
                                         : "it was constructed",
                                 last_words(ended.printed))};
  if (!work.scenario && runs.failures.empty())
    runs.skipped = fmt::format("no scenario could be worked out that it accepts{}{}; give one by --scenario FILE",
                               complaints.empty() ? "" : ": ", complaints);
  note_printed(work, "runs", ended);

  const bool tell = !runs.failures.empty();  // or nobody would learn why nothing else ran
  const Descriptor& d = *work.component->descriptor;
  for (const Check& check : checks()) {
    const bool asked = has_word(request_.only_checks, check.name);
    if (!asked && !(tell && check.name == "runs")) continue;
    if (!check.kind.empty() && check.kind != d.kind()) continue;
    // Without a run nobody knows what is offered; what only an ability tells is then left out.
    if ((ran || check.kind.empty()) && !check.ability.empty() &&
        std::find(work.abilities.begin(), work.abilities.end(), check.ability) == work.abilities.end())
      continue;
    work.checks.push_back(&check);
    work.outcome.checks.push_back({check.name, {}, {}});
  }
  std::vector<std::size_t> to_start;
  for (std::size_t i = 0; i < work.checks.size(); ++i) {
    Outcome& outcome = work.outcome.checks[i];
    if (outcome.check == "runs")
      outcome = runs;
    else if (!work.checks[i]->run)
      continue;  // silence, told by what the others print
    else if (work.checks[i]->needs_run && !ran)
      outcome.skipped = work.scenario || tell ? "its scenario does not run" : "no scenario";
    else
      to_start.push_back(i);
  }
  work.unfinished = to_start.size();
  for (const std::size_t i : to_start) start_check(work, i);
  if (to_start.empty()) finish(work);
}

void Suite::start_check(Work& work, std::size_t index) {
  const Check& check = *work.checks[index];
  Children::Task task;
  task.folder = folder(work, check.name);
  task.seconds = limit(check.seconds, work);
  task.work = [this, &work, &check](const Say& say) {
    surround(work);
    Subject subject{request_.catalogue, *work.component, {}, {}, fs::current_path(), work.seconds};
    if (work.scenario) {
      subject.scenario = work.scenario->toml;
      subject.instance = work.scenario->instance;
    }
    Findings findings;
    try {
      check.run(subject, findings);
    } catch (const std::exception& e) {
      findings.fail(e.what());
    }
    say({{"failures", findings.failures()}, {"skipped", findings.skipped()}});
  };
  task.then = [this, &work, index](Ended ended) {
    Outcome& outcome = work.outcome.checks[index];
    for (const Json& message : ended.said) {
      outcome.failures = message.at("failures").get<std::vector<std::string>>();
      outcome.skipped = message.at("skipped").get<std::string>();
    }
    if (!ended.threw.empty()) outcome.failures.push_back(ended.threw);
    if (!ended.whole) outcome.failures.push_back("it " + ended.how + last_words(ended.printed));
    note_printed(work, outcome.check, ended);
    if (--work.unfinished == 0) finish(work);
  };
  children_.add(std::move(task));
}

/// What a process printed that did not end well says why, and is told there.
void Suite::note_printed(Work& work, std::string_view check, const Ended& ended) {
  if (!ended.whole || ended.printed.empty()) return;
  std::string line = first_line(ended.printed);
  if (line.size() > 200) line = line.substr(0, 200) + "...";
  work.printed.push_back(fmt::format("it printed on the terminal in the check {}, first: '{}'", check, line));
}

void Suite::finish(Work& work) {
  for (Outcome& outcome : work.outcome.checks) {
    if (outcome.check == "silence" && !work.printed.empty())
      outcome.failures = {work.printed.front() +
                          (work.printed.size() > 1 ? fmt::format(" (and in {} more)", work.printed.size() - 1) : "") +
                          "; say it by Host::info() or Host::warn(), which knows --quiet and keeps a log"};
    if (outcome.failed()) outcome.skipped.clear();
  }
  work.unfinished = std::string::npos;  // done
  while (shown_ < all_.size() && all_[shown_].unfinished == std::string::npos) done_(all_[shown_++].outcome);
}

}  // namespace

void run_suite(const SuiteRequest& request, const std::function<void(const ComponentOutcome&)>& done) {
  Suite(request, done).run();
}

}  // namespace tawara::conformance
