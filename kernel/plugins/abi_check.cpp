#include "kernel/plugins/abi_check.hpp"

#include <dlfcn.h>

#include <cstdio>
#include <string_view>
#include <utility>

namespace tawara {

namespace {

constexpr const char* rebuild = "rebuild the plugin against this Tawara:  cmake --build build --clean-first";

std::string sdk(const AbiTag& tag) { return std::to_string(tag.sdk_major) + '.' + std::to_string(tag.sdk_minor); }

bool same(const char* a, const char* b) { return std::string_view(a) == b; }

/// Libraries with and without the address sanitiser may meet, provided its runtime was there first.
std::optional<Incompatibility> sanitiser_missing(const AbiTag& plugin, const AbiTag& kernel) {
  if (same(plugin.sanitiser, kernel.sanitiser)) return std::nullopt;
  if (same(plugin.sanitiser, "none") && same(kernel.sanitiser, "address")) return std::nullopt;
  if (same(plugin.sanitiser, "address") && same(kernel.sanitiser, "none")) {
    const bool clang = std::string_view(plugin.compiler).starts_with("clang");
    return Incompatibility{
        "the plugin was built for the sanitiser 'address', whose runtime has to be in the program from its start",
        std::string("start tawara with LD_PRELOAD=") +
            (clang ? "$(clang++ -print-file-name=libclang_rt.asan-x86_64.so)" : "$(g++ -print-file-name=libasan.so)") +
            ", or rebuild the plugin without -fsanitize"};
  }
  return Incompatibility{
      std::string("the plugin was built for the sanitiser '") + plugin.sanitiser + "', this kernel for '" +
          kernel.sanitiser + "': a sanitiser must be in the program and in all its libraries",
      same(kernel.sanitiser, "none") ? "rebuild the plugin without -fsanitize"
                                     : std::string("rebuild the plugin with -fsanitize=") + kernel.sanitiser};
}

}  // namespace

AbiTag abi_of_this_process() {
  AbiTag tag = this_abi();
  if (same(tag.sanitiser, "none") && ::dlsym(RTLD_DEFAULT, "__asan_init"))
    std::snprintf(tag.sanitiser, sizeof tag.sanitiser, "address");
  return tag;
}

std::optional<Incompatibility> incompatibility(const AbiTag& plugin, const AbiTag& kernel) {
  const std::pair theirs{plugin.sdk_major, plugin.sdk_minor}, ours{kernel.sdk_major, kernel.sdk_minor};
  if (theirs > ours)
    return Incompatibility{
        "the plugin needs a newer SDK (" + sdk(plugin) + ") than this kernel offers (" + sdk(kernel) + ")",
        "install Tawara >= " + sdk(plugin) + ", or " + rebuild};
  if (plugin.sdk_major != kernel.sdk_major || (kernel.sdk_major == 0 && theirs < ours))
    return Incompatibility{"the plugin was built for an older SDK (" + sdk(plugin) + ") than this kernel's (" +
                               sdk(kernel) + "), which is not compatible with it",
                           rebuild};
  if (theirs == ours && plugin.struct_size != kernel.struct_size)  // an older minor's tag may be shorter
    return Incompatibility{"the plugin's SDK headers say " + sdk(plugin) + ", but are not those of this kernel",
                           rebuild};
  if (!same(plugin.platform, kernel.platform) || plugin.pointer_bits != kernel.pointer_bits)
    return Incompatibility{std::string("the plugin is built for ") + plugin.platform + " (" +
                               std::to_string(plugin.pointer_bits) + " bit), this kernel for " + kernel.platform +
                               " (" + std::to_string(kernel.pointer_bits) + " bit)",
                           rebuild};
  if (!same(plugin.standard_library, kernel.standard_library))
    return Incompatibility{std::string("the plugin uses another C++ standard library (") + plugin.standard_library +
                               ") than this kernel (" + kernel.standard_library +
                               "): strings and lists differ in memory",
                           "rebuild the plugin with the compiler's default standard library and string ABI"};
  if (plugin.library_debug != kernel.library_debug)
    return Incompatibility{std::string("the plugin was built ") + (plugin.library_debug ? "with" : "without") +
                               " the standard library's debug mode (_GLIBCXX_DEBUG), this kernel " +
                               (kernel.library_debug ? "with" : "without") + " it: containers differ in size",
                           std::string("rebuild the plugin ") + (kernel.library_debug ? "with" : "without") +
                               " -D_GLIBCXX_DEBUG; Debug and Release builds mix well"};
  return sanitiser_missing(plugin, kernel);
}

std::vector<std::string> abi_notes(const AbiTag& plugin, const AbiTag& kernel) {
  std::vector<std::string> notes;
  if (!same(plugin.compiler, kernel.compiler))
    notes.push_back(std::string("built with ") + plugin.compiler + ", this kernel with " + kernel.compiler);
  if (plugin.cplusplus != kernel.cplusplus)
    notes.push_back("built as C++ " + std::to_string(plugin.cplusplus) + ", this kernel as " +
                    std::to_string(kernel.cplusplus));
  if (same(plugin.sanitiser, "none") && same(kernel.sanitiser, "address"))
    notes.push_back("built without the address sanitiser of this process: what it does to memory is watched in part");
  if (plugin.fast_math) notes.push_back("compiled with -ffast-math: its results may differ from machine to machine");
  if (!plugin.optimised && kernel.optimised) notes.push_back("built without optimisation: expect it to be slow");
  return notes;
}

std::string describe(const AbiTag& tag) {
  return "Tawara SDK " + sdk(tag) + ", " + tag.standard_library + ", " + tag.compiler;
}

}  // namespace tawara
