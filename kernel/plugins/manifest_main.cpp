// tawara-manifest LIBRARY.so: asks a library just built what it registers, checks that, and stores it in the file's
// `.tawara` section. A build step of every plugin (see sdk/cmake/TawaraPlugin.cmake).
#include <dlfcn.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

#include "kernel/plugins/abi_check.hpp"
#include "kernel/plugins/descriptor_check.hpp"
#include "kernel/plugins/elf.hpp"
#include "kernel/plugins/manifest.hpp"

namespace {

using namespace tawara;

Manifest ask(const std::filesystem::path& library) {
  void* handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) throw PluginError(std::string("cannot be opened: ") + ::dlerror());
  const auto entry = reinterpret_cast<void (*)(AbiTag*, Plugin*)>(::dlsym(handle, "tawara_plugin_v1"));
  if (!entry)
    throw PluginError(
        "it exports no tawara_plugin_v1: write TAWARA_PLUGIN(name, version, summary) { ... } in one source");

  // The tag alone first: were it of another SDK, its Plugin would not be ours.
  union {
    AbiTag tag;
    char room_for_a_larger_one[1024];
  } answer{};
  entry(&answer.tag, nullptr);
  const AbiTag ours = this_abi();
  if (answer.tag.struct_size != ours.struct_size || answer.tag.sdk_major != ours.sdk_major ||
      answer.tag.sdk_minor != ours.sdk_minor)
    throw PluginError(
        "it was compiled against another version of the SDK's headers than this tool; check the include paths");
  if (const auto foreign = incompatibility(answer.tag, abi_of_this_process()))
    throw PluginError(foreign->reason + "; " + foreign->remedy);
  const AbiTag tag = answer.tag;
  Plugin plugin;
  entry(&answer.tag, &plugin);
  return manifest_of(plugin, tag);
}

/// The runtime of the address sanitiser has to be in a process from its start: then this tool starts again with it.
void bring_sanitiser(const char* library, char** arguments) {
  std::string names;
  try {
    names = ElfFile(library).section(".dynstr").value_or("");
  } catch (const ElfError&) {
    return;  // what is wrong with the file is said when it is opened
  }
  const auto at = names.find("libasan.so");
  if (at == std::string::npos || std::getenv("LD_PRELOAD") ||
      std::string_view(abi_of_this_process().sanitiser) == "address")
    return;
  ::setenv("LD_PRELOAD", names.c_str() + at, 1);
  ::setenv("ASAN_OPTIONS", "detect_leaks=0", 0);
  ::execv("/proc/self/exe", arguments);
}

int write_manifest(const char* library) {
  Manifest manifest = ask(std::filesystem::absolute(library));  // dlopen looks elsewhere for a bare name
  const auto mistakes = mistakes_in(manifest);
  for (const std::string& mistake : mistakes) std::fprintf(stderr, "%s: error: %s\n", library, mistake.c_str());
  if (!mistakes.empty()) return 1;
  const ElfFile file(library);
  manifest.digest = file.digest();
  const std::string text = manifest_text(manifest);
  if (file.section(manifest_section) != text) replace_file(library, file.with_section(manifest_section, text));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: tawara-manifest LIBRARY.so\nStores in the library what it offers.\n");
    return 2;
  }
  try {
    bring_sanitiser(argv[1], argv);
    return write_manifest(argv[1]);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s: error: %s\n", argv[1], e.what());
  } catch (...) {
    std::fprintf(stderr, "%s: error: it threw something that is no std::exception while registering\n", argv[1]);
  }
  return 1;
}
