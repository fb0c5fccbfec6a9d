#include <H5public.h>
#include <oneapi/tbb/version.h>
#include <sched.h>
#include <xxhash.h>

#include <spdlog/version.h>
#include <toml++/toml.h>
#include <boost/version.hpp>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <thread>

#include "kernel/cli/commands.hpp"
#include "kernel/cli/run.hpp"
#include "kernel/plugins/abi_check.hpp"
#include "kernel/plugins/left_out.hpp"
#include "tawara/version.hpp"

namespace tawara {

namespace {

using Json = nlohmann::ordered_json;

std::string dotted(std::initializer_list<unsigned> numbers) {
  std::string text;
  for (const unsigned n : numbers) {
    if (!text.empty()) text += '.';
    text += std::to_string(n);
  }
  return text;
}

/// A library as its headers were when the kernel was compiled, and as it is now.
struct Library {
  std::string name, header, loaded;  ///< loaded is empty for headers alone
};

std::vector<Library> libraries() {
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  const auto interface = static_cast<unsigned>(TBB_runtime_interface_version());
  const unsigned xxhash = XXH_versionNumber();
  return {{"HDF5", dotted({H5_VERS_MAJOR, H5_VERS_MINOR, H5_VERS_RELEASE}), dotted({major, minor, release})},
          {"oneTBB interface", dotted({TBB_INTERFACE_VERSION}), dotted({interface})},
          {"xxHash", dotted({XXH_VERSION_MAJOR, XXH_VERSION_MINOR, XXH_VERSION_RELEASE}),
           dotted({xxhash / 10000, xxhash / 100 % 100, xxhash % 100})},
          {"Boost", dotted({BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100}), ""},
          {"spdlog", dotted({SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH}), ""},
          {"toml++", dotted({TOML_LIB_MAJOR, TOML_LIB_MINOR, TOML_LIB_PATCH}), ""},
          {"nlohmann-json",
           dotted({NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH}), ""}};
}

std::string processor() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return this_abi().platform;
}

std::string instruction_sets() {
  std::string text;
#if defined(__x86_64__)
  const auto add = [&](bool there, const char* name) {
    text += there ? (text.empty() ? "" : ", ") + std::string(name) : "";
  };
  add(__builtin_cpu_supports("sse4.2"), "sse4.2");
  add(__builtin_cpu_supports("avx2"), "avx2");
  add(__builtin_cpu_supports("fma"), "fma");
  add(__builtin_cpu_supports("avx512f"), "avx512f");
  add(__builtin_cpu_supports("avx512dq"), "avx512dq");
#endif
  return text.empty() ? "those every processor of its kind has" : text;
}

/// Cores this process may run on, which a container or taskset can make fewer than the machine has.
int usable_cores() {
  cpu_set_t set;
  return ::sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set)
                                                       : static_cast<int>(std::thread::hardware_concurrency());
}

const char* word_for(Verdict v) {
  switch (v) {
    case Verdict::usable:
      return "usable";
    case Verdict::shadowed:
      return "shadowed";
    case Verdict::not_a_plugin:
      return "no plugin";
    case Verdict::refused:
      return "refused";
  }
  return "?";
}

/// Every file as it is after those that look well were opened.
std::vector<PluginFile> judged_files(const Catalogue& catalogue, const TryOpening& try_opening) {
  std::vector<PluginFile> files;
  for (const auto& found : catalogue.files()) {
    PluginFile& file = files.emplace_back(*found);
    if (!file.usable() || !try_opening) continue;
    OpenTrial trial = try_opening(file);
    file.notes.insert(file.notes.end(), trial.warnings.begin(), trial.warnings.end());
    if (trial.reason.empty()) continue;
    file.verdict = Verdict::refused;
    file.reason = std::move(trial.reason);
    file.refusal = std::move(trial.refusal);
  }
  return files;
}

bool anything_refused(const Catalogue& catalogue, const std::vector<PluginFile>& files) {
  for (const PluginFile& file : files)
    if (file.verdict == Verdict::refused) return true;
  for (const auto& folder : catalogue.folders())
    if (!folder.refusal.empty()) return true;
  return false;
}

Json as_json(const Catalogue& catalogue, const std::vector<PluginFile>& files) {
  Json json = {{"version", project_version},
               {"abi", to_json(this_abi())},
               {"processor", {{"name", processor()}, {"instruction_sets", instruction_sets()}}},
               {"cores", usable_cores()},
               {"libraries", Json::array()},
               {"folders", Json::array()},
               {"files", Json::array()},
               {"left_out", Json::array()}};
  for (const LeftOut& l : left_out())
    json["left_out"].push_back({{"component", l.component}, {"why", l.why}, {"remedy", l.remedy}});
  for (const Library& l : libraries())
    json["libraries"].push_back({{"name", l.name}, {"header", l.header}, {"loaded", l.loaded}});
  for (const auto& f : catalogue.folders())
    json["folders"].push_back(
        {{"path", f.path.string()}, {"found_by", f.found_by}, {"exists", f.exists}, {"refusal", f.refusal}});
  for (const PluginFile& f : files)
    json["files"].push_back({{"path", f.path.string()},
                             {"found_by", f.found_by},
                             {"verdict", word_for(f.verdict)},
                             {"reason", f.reason},
                             {"plugin", f.manifest.name},
                             {"version", f.manifest.version},
                             {"notes", f.notes}});
  return json;
}

void write_files(const std::vector<PluginFile>& files, std::ostream& out) {
  out << "\nFiles\n";
  if (files.empty()) out << "  none\n";
  for (const PluginFile& f : files) {
    out << "  " << word_for(f.verdict) << std::string(11 - std::string_view(word_for(f.verdict)).size(), ' ')
        << f.path.string();
    if (f.usable())
      out << "   " << f.manifest.name << ' ' << f.manifest.version << ", components: " << f.manifest.components.size();
    out << '\n';
    if (!f.usable()) out << "             " << f.reason << '\n';
    for (const std::string& note : f.notes) out << "             note: " << note << '\n';
  }
  for (const PluginFile& f : files)
    if (f.verdict == Verdict::refused) out << '\n' << f.refusal << '\n';
}

}  // namespace

int run_doctor(const Catalogue& catalogue, bool json, std::ostream& out, const TryOpening& try_opening) {
  const std::vector<PluginFile> files = judged_files(catalogue, try_opening);
  const int code = anything_refused(catalogue, files) ? exit_plugin : exit_fine;
  if (json) {
    out << as_json(catalogue, files).dump(2) << '\n';
    return code;
  }
  const AbiTag abi = this_abi();
  out << "Tawara " << project_version << "\n  " << describe(abi) << ", " << abi.platform << ", "
      << (abi.optimised ? "optimised" : "not optimised: expect it to be slow");
  if (std::string_view(abi.sanitiser) != "none") out << ", " << abi.sanitiser << " sanitiser";
  out << "\n\nMachine\n  " << processor() << "\n  instruction sets: " << instruction_sets()
      << "\n  cores this process may use: " << usable_cores() << '\n';
  for (const char* variable : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"})
    if (const char* value = std::getenv(variable)) out << "  " << variable << '=' << value << '\n';

  out << "\nLibraries\n";
  for (const Library& l : libraries()) {
    out << "  " << l.name << ' ' << l.header;
    if (!l.loaded.empty() && l.loaded != l.header) out << " when compiled, " << l.loaded << " now";
    out << '\n';
  }

  out << "\nFolders searched for plugins, in order\n";
  for (const auto& f : catalogue.folders()) {
    out << "  " << f.path.string() << "   (" << f.found_by << ")";
    if (!f.refusal.empty())
      out << "   refused: " << f.refusal;
    else if (!f.exists)
      out << "   not there";
    out << '\n';
  }
  write_files(files, out);
  if (!left_out().empty()) out << "\nLeft out of this build\n";
  for (const LeftOut& l : left_out()) out << "  " << l.component << "   " << l.why << "; " << l.remedy << '\n';
  return code;
}

}  // namespace tawara
