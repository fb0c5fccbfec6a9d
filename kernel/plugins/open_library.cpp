#include "kernel/plugins/open_library.hpp"

#include <algorithm>
#include <boost/dll/shared_library.hpp>
#include <deque>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "kernel/plugins/abi_check.hpp"
#include "kernel/plugins/at_work.hpp"
#include "kernel/plugins/elf.hpp"
#include "kernel/plugins/fp_environment.hpp"
#include "kernel/plugins/inspect.hpp"

namespace tawara {

namespace {

using Entry = void(AbiTag*, Plugin*);
constexpr const char* entry_name = "tawara_plugin_v1";
constexpr const char* rebuild = "rebuild it:  cmake --build build --clean-first";

struct Opened {
  boost::dll::shared_library library;
  Plugin plugin;
};

[[noreturn]] void refuse_open(const PluginFile& file, const std::string& reason, const std::string& remedy) {
  throw OpenError(refusal_block(file, reason, remedy), reason);
}

/// The loader's own words, out of those that Boost.DLL puts round them.
std::string loader_words(std::string text) {
  constexpr std::string_view before = "dlerror system message: ", after = "): ";
  if (const auto at = text.find(before); at != std::string::npos) {
    text.erase(0, at + before.size());
    if (const auto end = text.rfind(after); end != std::string::npos) text.erase(end);
  }
  return text;
}

/// What registered differs from the manifest? The name of the first difference, or nothing.
std::string disagreement(const Manifest& stated, const Manifest& found) {
  if (stated.name != found.name || stated.version != found.version)
    return "it registers as " + found.name + ' ' + found.version;
  for (std::size_t i = 0; i < std::max(stated.components.size(), found.components.size()); ++i) {
    if (i >= found.components.size()) return "it does not register '" + stated.components[i].name + "'";
    if (i >= stated.components.size()) return "it also registers '" + found.components[i].name + "'";
    if (to_json(stated.components[i]) != to_json(found.components[i]))
      return "its component '" + found.components[i].name + "' describes itself in another way";
  }
  return {};
}

void let_register(Opened& opened, const PluginFile& file) {
  if (!opened.library.has(entry_name))
    refuse_open(file, std::string("it does not export ") + entry_name,
                "write TAWARA_PLUGIN(name, version, summary) { ... } in one of its sources, and rebuild it");
  Entry& entry = opened.library.get<Entry>(entry_name);
  // The manifest was compatible, so these are our types; the tag is asked again all the same, before a Plugin crosses.
  AbiTag tag{};
  entry(&tag, nullptr);
  if (const auto foreign = incompatibility(tag, abi_of_this_process()))
    refuse_open(file, foreign->reason, foreign->remedy);
  try {
    entry(&tag, &opened.plugin);
  } catch (const std::exception& e) {
    refuse_open(file, std::string("it failed while registering its components: ") + e.what(),
                "this is a fault of the plugin; report it to its authors (" + file.manifest.authors + ")");
  } catch (...) {
    refuse_open(file, "it failed while registering its components, with something that is no std::exception",
                "this is a fault of the plugin; report it to its authors (" + file.manifest.authors + ")");
  }
  const std::string difference = disagreement(file.manifest, manifest_of(opened.plugin, tag));
  if (!difference.empty()) refuse_open(file, "what it registers is not what its manifest says: " + difference, rebuild);
}

}  // namespace

const Plugin& open_library(const PluginFile& file, std::vector<std::string>& warnings) {
  static std::mutex mutex;
  static auto& all = *new std::map<std::string, const Opened*>;  // never destroyed
  const std::lock_guard lock(mutex);

  const std::string key = file.path.string() + '\n' + file.manifest.digest;
  if (const auto found = all.find(key); found != all.end()) return found->second->plugin;

  try {
    if (ElfFile(file.path).digest() != file.manifest.digest)
      refuse_open(file, "the file changed since it was found", "start again");
  } catch (const ElfError& e) {
    refuse_open(file, std::string("the file changed since it was found: ") + e.what(), "start again");
  }

  // Kept whatever comes now: a library that fails halfway must not be unmapped either.
  static auto& kept = *new std::deque<Opened>;
  Opened& opened = kept.emplace_back();
  const FpEnvironmentKept environment;
  const AtWork opening(Phase::opening, worker_called("plugin " + file.manifest.name + ' ' + file.manifest.version));
  try {
    opened.library.load(file.path, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  } catch (const boost::dll::fs::system_error& e) {
    refuse_open(file, "the system cannot open it: " + loader_words(e.what()),
                "install the libraries it needs (ldd " + file.path.string() + " lists them), or rebuild it");
  }
  let_register(opened, file);
  if (environment.changed())
    warnings.push_back(
        "plugin " + file.manifest.name + " (" + file.path.string() +
        ") changed the floating-point environment while it was opened (linked with -ffast-math?); it was "
        "restored, but the plugin's own results may not be what its authors saw");
  all.emplace(key, &opened);
  return opened.plugin;
}

}  // namespace tawara
