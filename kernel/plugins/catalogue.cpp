#include "kernel/plugins/catalogue.hpp"

#include <cxxabi.h>

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <set>
#include <typeinfo>
#include <utility>

#include "kernel/plugins/fp_environment.hpp"
#include "kernel/plugins/inspect.hpp"
#include "kernel/plugins/open_library.hpp"
#include "kernel/plugins/search_places.hpp"

namespace tawara {

namespace fs = std::filesystem;

struct Catalogue::State {
  std::vector<std::unique_ptr<PluginFile>> files;
  std::vector<Folder> folders;
  std::vector<ComponentEntry> components;
  std::set<fs::path> seen;  // canonical, so that a link or a repeated folder counts once
  std::mutex mutex;         // of what follows
  std::vector<std::string> warnings;

  void add_file(const fs::path& path, const Place& place, bool asked_for);
  void add_place(const Place& place);
  void find_shadowed();
};

void Catalogue::State::add_file(const fs::path& path, const Place& place, bool asked_for) {
  std::error_code none;
  if (!seen.insert(fs::weakly_canonical(path, none)).second) return;
  files.push_back(std::make_unique<PluginFile>(inspect(path, place.found_by, asked_for)));
}

void Catalogue::State::add_place(const Place& place) {
  std::error_code none;
  if (fs::is_directory(place.path, none)) {
    Folder& folder = folders.emplace_back(Folder{place.path, place.found_by, true, {}});
    for (const fs::path& library : libraries_in(place.path, folder.refusal)) add_file(library, place, false);
  } else if (place.asked_for) {
    add_file(place.path, place, true);
  } else {
    folders.push_back({place.path, place.found_by, false, {}});
  }
}

void Catalogue::State::find_shadowed() {
  std::vector<const PluginFile*> first;
  for (const auto& file : files) {
    if (!file->usable()) continue;
    const auto earlier = std::find_if(first.begin(), first.end(),
                                      [&](const PluginFile* f) { return f->manifest.name == file->manifest.name; });
    if (earlier == first.end()) {
      first.push_back(file.get());
      continue;
    }
    file->verdict = Verdict::shadowed;
    file->reason = "shadowed by " + (*earlier)->path.string() + " (" + (*earlier)->manifest.name + ' ' +
                   (*earlier)->manifest.version + ", found by " + (*earlier)->found_by + "), which comes first";
    file->refusal = refusal_block(*file, file->reason, "remove one of the two, or choose with --plugin");
  }
}

Catalogue::Catalogue() : state_(std::make_unique<State>()) {}
Catalogue::Catalogue(Catalogue&&) noexcept = default;
Catalogue& Catalogue::operator=(Catalogue&&) noexcept = default;
Catalogue::~Catalogue() = default;

Catalogue Catalogue::discover(const DiscoveryOptions& options) {
  Catalogue catalogue;
  State& state = *catalogue.state_;
  for (const Place& place : search_places(options)) state.add_place(place);
  state.find_shadowed();
  for (const auto& file : state.files)
    if (file->usable())
      for (const Descriptor& d : file->manifest.components) state.components.push_back({&d, file.get()});
  std::stable_sort(
      state.components.begin(), state.components.end(),
      [](const ComponentEntry& a, const ComponentEntry& b) { return a.descriptor->name < b.descriptor->name; });
  return catalogue;
}

const std::vector<std::unique_ptr<PluginFile>>& Catalogue::files() const { return state_->files; }
const std::vector<Catalogue::Folder>& Catalogue::folders() const { return state_->folders; }
const std::vector<ComponentEntry>& Catalogue::components() const { return state_->components; }

std::vector<ComponentEntry> Catalogue::find(std::string_view name) const {
  const auto colon = name.find(':');
  const std::string_view plugin = colon == std::string_view::npos ? "" : name.substr(0, colon);
  const std::string_view component = colon == std::string_view::npos ? name : name.substr(colon + 1);
  std::vector<ComponentEntry> found;
  for (const ComponentEntry& entry : state_->components)
    if (entry.descriptor->name == component && (plugin.empty() || entry.plugin->manifest.name == plugin))
      found.push_back(entry);
  return found;
}

std::string Catalogue::summary() const {
  const auto count = [](auto n, const std::string& one) { return std::to_string(n) + ' ' + one + (n == 1 ? "" : "s"); };
  const auto usable = std::count_if(files().begin(), files().end(), [](const auto& f) { return f->usable(); });
  const auto searched =
      std::count_if(folders().begin(), folders().end(), [](const Folder& f) { return f.exists && f.refusal.empty(); });
  std::string text = count(usable, "plugin") + " found, " + count(searched, "folder") + " searched";
  std::vector<std::string> refused;
  for (const auto& file : files())
    if (file->verdict == Verdict::refused)
      refused.push_back(file->path.filename().string() + " (" + file->reason + ")");
  for (const Folder& folder : folders())
    if (!folder.refusal.empty()) refused.push_back(folder.path.string() + " (" + folder.refusal + ")");
  if (refused.size() <= 1)
    return text + (refused.empty() ? "" : "; refused: " + refused.front()) + ". See: tawara doctor";
  text += "; " + std::to_string(refused.size()) + " refused (what to do about them: tawara doctor):";
  for (const std::string& one : refused) text += "\n  " + one;
  return text;
}

namespace {

std::string type_of(const std::exception& e) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(typeid(e).name(), nullptr, nullptr, &status),
                                                    std::free);
  return name ? name.get() : typeid(e).name();
}

}  // namespace

std::unique_ptr<Component> Catalogue::create(const ComponentEntry& entry, const Settings& settings) const {
  const PluginFile& file = *entry.plugin;
  if (!file.usable()) throw PluginError(file.refusal);
  std::vector<std::string> warnings;
  const Plugin& plugin = open_library(file, warnings);
  {
    const std::lock_guard lock(state_->mutex);
    state_->warnings.insert(state_->warnings.end(), warnings.begin(), warnings.end());
  }

  const auto offered = std::find_if(plugin.components.begin(), plugin.components.end(), [&](const Plugin::Entry& e) {
    return e.descriptor.name == entry.descriptor->name;
  });
  const std::string who = "plugin " + file.manifest.name + ' ' + file.manifest.version + " (" + file.path.string() +
                          "): " + entry.descriptor->name +
                          (settings.instance().empty() ? "" : " '" + settings.instance() + "'");
  if (offered == plugin.components.end()) throw PluginError(who + " is not offered by it");
  const FpEnvironmentKept environment;
  try {
    auto component = offered->create(settings);
    if (!component) throw Error("its factory returned nothing");
    return component;
  } catch (const ScenarioError&) {
    throw;
  } catch (const Error& e) {
    throw PluginError(who + " could not be constructed: " + e.what());
  } catch (const std::exception& e) {
    throw PluginError(who + " could not be constructed: " + e.what() + " (" + type_of(e) + ")");
  } catch (...) {
    throw PluginError(who + " could not be constructed: it threw something that is no std::exception");
  }
}

std::vector<std::string> Catalogue::take_warnings() const {
  const std::lock_guard lock(state_->mutex);
  return std::exchange(state_->warnings, {});
}

}  // namespace tawara
