#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tawara/abi.hpp"
#include "tawara/component.hpp"
#include "tawara/export.hpp"

namespace tawara {

/// What one plugin library offers. Filled by the one registration function, which TAWARA_PLUGIN defines.
class TAWARA_EXPORT Plugin {
 public:
  using Factory = std::unique_ptr<Component> (*)(const Settings&);
  struct Entry {
    Descriptor descriptor;
    Factory create;
  };
  std::string name;     ///< "tawara-ionic"
  std::string version;  ///< semantic version
  std::string summary;
  std::string authors = "The Tawara developers";
  std::string licence = "Apache-2.0";  ///< SPDX
  std::string homepage;
  std::vector<Entry> components;

  /// C gives `static Descriptor describe()` and a constructor from `const Settings&`.
  template <class C>
  void add() {
    components.push_back(
        {C::describe(), [](const Settings& s) -> std::unique_ptr<Component> { return std::make_unique<C>(s); }});
  }
};

}  // namespace tawara

/// Defines the library's only exported function. Nothing runs before the kernel calls it.
///
///   TAWARA_PLUGIN("my-ionic", "0.1.0", "Simple ionic models for teaching") {
///     plugin.add<MitchellSchaeffer>();
///   }
#define TAWARA_PLUGIN(NAME, VERSION, SUMMARY)                                                   \
  static void tawara_register_components(tawara::Plugin& plugin);                               \
  extern "C" TAWARA_EXPORT void tawara_plugin_v1(tawara::AbiTag* tag, tawara::Plugin* plugin) { \
    *tag = tawara::this_abi();                                                                  \
    if (!plugin) return;                                                                        \
    plugin->name = NAME;                                                                        \
    plugin->version = VERSION;                                                                  \
    plugin->summary = SUMMARY;                                                                  \
    tawara_register_components(*plugin);                                                        \
  }                                                                                             \
  static void tawara_register_components([[maybe_unused]] tawara::Plugin& plugin)
