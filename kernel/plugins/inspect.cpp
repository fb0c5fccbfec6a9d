#include "kernel/plugins/inspect.hpp"

#include <set>

#include "kernel/plugins/abi_check.hpp"
#include "kernel/plugins/elf.hpp"

namespace tawara {

namespace fs = std::filesystem;

namespace {

/// What every version of tawara-manifest writes first.
constexpr const char* manifest_begin = "{\"tawara_manifest\":";
constexpr const char* rebuild = "rebuild it:  cmake --build build --clean-first   (or copy it again)";

/// A library that was linked from a plugin's source but never got its manifest.
bool exports_entry(const ElfFile& library) {
  const auto names = library.section(".dynstr");
  return names && names->find(std::string("\0tawara_plugin_v1", 17) + '\0') != std::string::npos;
}

void read_components(PluginFile& file, const ManifestHead& head) {
  const auto foreign = incompatibility(file.manifest.abi, abi_of_this_process());
  try {
    file.manifest.components = components_of(head);
  } catch (const ManifestError& e) {
    // Descriptors of another SDK need not be intelligible; the SDK is then the reason to give.
    if (!foreign) return refuse(file, std::string("its manifest is malformed: ") + e.what(), rebuild);
  }
  if (foreign) return refuse(file, foreign->reason, foreign->remedy);
  file.notes = abi_notes(file.manifest.abi, abi_of_this_process());
  std::set<std::string> names;
  for (const Descriptor& d : file.manifest.components)
    if (!names.insert(d.name).second)
      return refuse(file, "it offers the component '" + d.name + "' twice",
                    "remove one plugin.add<...>() and rebuild it");
}

/// " (it is a link to FILE)", or nothing.
std::string target_of_link(const fs::path& path) {
  std::error_code none;
  const fs::path target = fs::read_symlink(path, none);
  return none ? "" : " (it is a link to " + target.string() + ")";
}

void judge(PluginFile& file, bool asked_for) {
  const ElfFile library(file.path);
  const auto text = library.section(manifest_section);
  if (!text) {
    if (exports_entry(library))
      return refuse(file, "it is a plugin without a manifest",
                    "build it with tawara_add_plugin() in CMake, or run:  tawara-manifest " + file.path.string());
    if (asked_for)
      return refuse(file, "it is a shared library, but not a Tawara plugin",
                    "name a library built with tawara_add_plugin()");
    file.verdict = Verdict::not_a_plugin;
    file.reason = "a shared library, but not a Tawara plugin";
    return;
  }
  if (!text->starts_with(manifest_begin))
    return refuse(file, "its section .tawara holds no Tawara manifest",
                  "build it with tawara_add_plugin() in CMake, or run:  tawara-manifest " + file.path.string());
  ManifestHead head;
  try {
    head = read_manifest_head(*text);
  } catch (const ManifestError& e) {
    return refuse(file, std::string("its manifest is damaged: ") + e.what(), rebuild);
  }
  file.manifest = head.manifest;
  if (library.digest() != file.manifest.digest)
    return refuse(file, "the library is damaged: its contents do not fit the digest in its manifest", rebuild);
  read_components(file, head);
}

}  // namespace

std::string refusal_block(const PluginFile& file, const std::string& reason, const std::string& remedy) {
  std::string block = "plugins: cannot use " + file.path.filename().string() + " (found by " + file.found_by + ")\n";
  const auto line = [&](const char* word, const std::string& text) {
    block += "  " + (word + std::string(8, ' ')).substr(0, 8) + text + '\n';
  };
  if (!file.manifest.name.empty()) {
    line("plugin", file.manifest.name + ' ' + file.manifest.version + ", built for " + describe(file.manifest.abi));
    line("kernel", describe(abi_of_this_process()));
  }
  line("file", file.path.string());
  line("reason", reason);
  line("try", remedy);
  if (!file.manifest.components.empty())
    line("note", "its components can still be described:  tawara describe --plugin " + file.path.string() + ' ' +
                     file.manifest.components.front().name);
  block.pop_back();
  return block;
}

void refuse(PluginFile& file, const std::string& reason, const std::string& remedy) {
  file.verdict = Verdict::refused;
  file.reason = reason;
  file.refusal = refusal_block(file, reason, remedy);
}

PluginFile inspect(const fs::path& path, const std::string& found_by, bool asked_for) {
  PluginFile file;
  file.path = path;
  file.found_by = found_by;
  try {
    judge(file, asked_for);
  } catch (const ElfError& e) {
    switch (e.kind()) {
      case ElfError::Kind::unreadable:
        refuse(file, e.what() + target_of_link(path), "check its path and permissions:  ls -l " + path.string());
        break;
      case ElfError::Kind::not_a_library:
        refuse(file, e.what(), "remove it from the folder, or name a library built with tawara_add_plugin()");
        break;
      case ElfError::Kind::damaged:
        refuse(file, std::string("the library is damaged: ") + e.what(), rebuild);
        break;
    }
  } catch (const std::exception& e) {
    refuse(file, std::string("it cannot be judged: ") + e.what(), rebuild);
  }
  return file;
}

}  // namespace tawara
