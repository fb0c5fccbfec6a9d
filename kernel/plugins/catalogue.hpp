#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tawara/abi.hpp"
#include "tawara/component.hpp"
#include "tawara/plugin.hpp"

namespace tawara {

/// What a plugin file says about itself, read from its `.tawara` section without opening it.
struct Manifest {
  std::string name, version, summary, authors, licence, homepage;
  AbiTag abi{};
  std::string digest;  ///< of the loadable segments, as hex
  std::vector<Descriptor> components;
};

/// One file met during discovery.
struct PluginFile {
  std::filesystem::path path;
  std::string found_by;  ///< "--plugin", "scenario", "TAWARA_PLUGIN_PATH, entry 1", "next to the executable", ...
  Manifest manifest;     ///< empty when unreadable
  /// Why it cannot be used, several lines ready to print; empty when it can.
  std::string refusal;
  std::vector<std::string> notes;  ///< shadowed by ..., built with another compiler, ...
  [[nodiscard]] bool usable() const { return refusal.empty(); }
};

/// A component somebody offers.
struct ComponentEntry {
  const Descriptor* descriptor;
  const PluginFile* plugin;
};

struct DiscoveryOptions {
  std::vector<std::filesystem::path> explicit_paths;  ///< --plugin FILE_OR_DIR
  std::vector<std::filesystem::path> scenario_paths;  ///< plugins = [...] of the scenario, absolute
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
  };
  [[nodiscard]] const std::vector<Folder>& folders() const;
  /// All usable components, sorted by name.
  [[nodiscard]] const std::vector<ComponentEntry>& components() const;
  /// By "kind.name" or "plugin:kind.name". Empty when unknown; more than one when two plugins offer the short name.
  [[nodiscard]] std::vector<ComponentEntry> find(std::string_view name) const;

  /// Open the library (once; it stays open to the end) and construct. The floating-point environment is kept.
  /// @throws PluginError when it cannot be opened, lacks the entry, or throws while registering; what the constructor
  /// throws passes through: ScenarioError as it is, anything else as PluginError with the plugin named.
  [[nodiscard]] std::unique_ptr<Component> create(const ComponentEntry& entry, const Settings& settings) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
  Catalogue();
};

}  // namespace tawara
