#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/plugins/manifest.hpp"
#include "tawara/component.hpp"

namespace tawara {

enum class Verdict {
  usable,
  shadowed,      ///< another plugin of the same name comes first
  not_a_plugin,  ///< a shared library of another kind: passed over in silence, shown by `tawara doctor`
  refused,
};

/// One file met during discovery.
struct PluginFile {
  std::filesystem::path path;
  std::string found_by;  ///< "--plugin", "the scenario", "TAWARA_PLUGIN_PATH, entry 1", "the folder next to the
                         ///< executable", ...
  Manifest manifest;     ///< empty when unreadable
  Verdict verdict = Verdict::usable;
  std::string reason;              ///< why it is not usable, one line; empty when it is
  std::string refusal;             ///< the same, several lines ready to print, with what to do about it
  std::vector<std::string> notes;  ///< built with another compiler, ...
  [[nodiscard]] bool usable() const { return verdict == Verdict::usable; }
};

/// A component somebody offers.
struct ComponentEntry {
  const Descriptor* descriptor;
  const PluginFile* plugin;
};

struct DiscoveryOptions {
  std::vector<std::filesystem::path> explicit_paths;  ///< --plugin FILE_OR_DIR
  std::vector<std::filesystem::path> scenario_paths;  ///< plugins = [...] of the scenario, absolute
  /// Search TAWARA_PLUGIN_PATH, the user's folder and the installation as well.
  bool standard_places = true;
};

/// Every plugin that can be seen, in search order; libraries are opened only by create().
class Catalogue {
 public:
  static Catalogue discover(const DiscoveryOptions& options);
  Catalogue(Catalogue&&) noexcept;
  Catalogue& operator=(Catalogue&&) noexcept;
  ~Catalogue();

  [[nodiscard]] const std::vector<std::unique_ptr<PluginFile>>& files() const;
  struct Folder {
    std::filesystem::path path;
    std::string found_by;
    bool exists;
    std::string refusal;  ///< why it was not searched although it exists, one line
  };
  [[nodiscard]] const std::vector<Folder>& folders() const;
  /// All usable components, sorted by name.
  [[nodiscard]] const std::vector<ComponentEntry>& components() const;
  /// By "kind.name" or "plugin:kind.name". Empty when unknown; more than one when two plugins offer the short name.
  [[nodiscard]] std::vector<ComponentEntry> find(std::string_view name) const;
  /// "2 plugins from 1 folder; 1 file was refused: libmy_atria.so (...)": what to add when a component is not found.
  [[nodiscard]] std::string summary() const;

  /// Open the library (once; it stays open to the end) and construct. The floating-point environment is kept.
  /// Safe to call from several threads.
  /// @throws PluginError when it cannot be opened, lacks the entry, or throws while registering; what the constructor
  /// throws passes through: ScenarioError as it is, anything else as PluginError with the plugin named.
  [[nodiscard]] std::unique_ptr<Component> create(const ComponentEntry& entry, const Settings& settings) const;

  /// What create() found odd since the last call, for the log.
  [[nodiscard]] std::vector<std::string> take_warnings() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
  Catalogue();
};

}  // namespace tawara
