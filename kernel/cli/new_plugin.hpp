#pragma once
#include <filesystem>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tawara {

/// A file of kernel/new_plugin: what every plugin gets ("common") or one of a kind ("ionic"), which goes before.
struct PluginTemplate {
  std::string_view kind;
  std::string_view path;  ///< in the new project; `my_component` in it becomes the name, `gitignore` .gitignore
  std::string_view text;
};

/// As stored in the program.
[[nodiscard]] std::span<const PluginTemplate> plugin_templates();

/// Kinds for which there is a template, sorted.
[[nodiscard]] std::vector<std::string> new_plugin_kinds();

struct NewPluginRequest {
  std::filesystem::path folder;
  std::string kind;
  std::string name;  ///< of the component, without its kind; "": from the folder's name
};

/// `tawara new-plugin DIR --kind KIND`: a small project that builds, passes its tests and runs.
/// @throws CommandLineError  no such kind, a name that cannot be one, a folder that holds something or has no parent
int run_new_plugin(const NewPluginRequest& request, std::ostream& out);

}  // namespace tawara
