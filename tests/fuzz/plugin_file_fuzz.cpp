// A plugin file of any bytes, as `tawara list` and tawara-manifest read it.
#include "fuzz.hpp"
#include "kernel/plugins/elf.hpp"
#include "kernel/plugins/inspect.hpp"

using namespace tawara;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Scratch scratch;
  const auto file = scratch.write("plugin.so", fuzz::text_of(data, size));
  if (const PluginFile judged = inspect(file, "--plugin", true); !judged.usable() && judged.refusal.empty())
    std::abort();  // asked for by name, and nothing said
  fuzz::attempt([&] {
    const ElfFile library(file);
    (void)library.section(manifest_section);
    fuzz::attempt([&] { (void)library.digest(); });
    // What tawara-manifest makes of it is a library as good or bad as before.
    const auto grown = scratch.write("grown.so", library.with_section(manifest_section, "{}"));
    (void)ElfFile(grown).section(manifest_section);
  });
  return 0;
}
