// What belongs to the process is not a component's to change.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <clocale>
#include <csignal>
#include <locale>

#include "kernel/conformance/checks/general.hpp"
#include "kernel/conformance/study.hpp"
#include "kernel/graph/prepare.hpp"
#include "kernel/plugins/fp_environment.hpp"

namespace tawara::conformance {
namespace {

mode_t current_umask() {
  const mode_t mask = umask(0);
  umask(mask);
  return mask;
}

std::vector<std::string> variables() {
  std::vector<std::string> all;
  for (char** entry = environ; *entry; ++entry) all.emplace_back(*entry);
  std::sort(all.begin(), all.end());
  return all;
}

constexpr std::array watched{SIGINT, SIGTERM, SIGHUP, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGPIPE, SIGCHLD};

std::array<decltype(SIG_DFL), watched.size()> handlers() {
  std::array<decltype(SIG_DFL), watched.size()> all{};
  for (std::size_t k = 0; k < watched.size(); ++k) {
    struct sigaction action {};
    sigaction(watched[k], nullptr, &action);
    all[k] = action.sa_handler;
  }
  return all;
}

/// As it was when this was made.
class Environment {
 public:
  void compare(std::string_view when, Findings& findings) {
    const auto changed = [&](bool is, std::string_view what, std::string_view remedy) {
      if (is) findings.fail(fmt::format("{}, it changes {}; {}", when, what, remedy));
    };
    changed(fp_.changed(), "the floating-point environment (rounding, flush-to-zero or traps)",
            "the arithmetic of all others changes with it; set it back before returning, and link without -ffast-math");
    changed(setlocale(LC_ALL, nullptr) != c_locale_ || std::locale() != locale_, "the locale",
            "numbers are then written with decimal commas by others; imbue() your own streams instead");
    std::error_code none;
    changed(std::filesystem::current_path(none) != folder_, "the current directory",
            "relative names of others then mean other files; open files by whole paths");
    changed(current_umask() != umask_, "the umask", "set permissions of your own files instead");
    changed(handlers() != handlers_, "a signal handler",
            "Ctrl-C and crashes are the kernel's to handle; ask Host::cancelled()");
    changed(variables() != variables_, "environment variables", "keep what you have to remember in your own object");
  }

 private:
  FpEnvironmentKept fp_;
  std::string c_locale_ = setlocale(LC_ALL, nullptr);
  std::locale locale_;
  std::filesystem::path folder_ = std::filesystem::current_path();
  mode_t umask_ = current_umask();
  decltype(handlers()) handlers_ = handlers();
  std::vector<std::string> variables_ = variables();
};

}  // namespace

void check_environment(const Subject& subject, Findings& findings) {
  Environment before;
  const auto same = [&](std::string_view when) {
    before.compare(when, findings);
    return findings.failures().empty();
  };
  {
    const Scenario scenario = load(subject.catalogue, *subject.scenario, {});
    const Instance& instance = *scenario.find(subject.instance);
    (void)subject.catalogue.create(instance.component, without_evaluate_parameters(instance.settings));
    // The catalogue puts the floating-point environment back and says so.
    for (const std::string& warning : subject.catalogue.take_warnings()) findings.fail(warning);
    if (!same("opened and constructed")) return;
  }
  Study study(subject.catalogue, *subject.scenario);
  if (!same("prepared")) return;
  (void)study.results();
  same("evaluated");
}

}  // namespace tawara::conformance
