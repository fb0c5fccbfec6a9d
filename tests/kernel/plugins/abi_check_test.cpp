#include "kernel/plugins/abi_check.hpp"

#include <doctest/doctest.h>

#include <cstdio>

using namespace tawara;

namespace {

AbiTag sdk(int major, int minor) {
  AbiTag tag = this_abi();
  tag.sdk_major = major;
  tag.sdk_minor = minor;
  return tag;
}

const std::string this_sdk = std::to_string(sdk_major) + "." + std::to_string(sdk_minor);

std::string reason(const AbiTag& plugin, const AbiTag& kernel) {
  const auto found = incompatibility(plugin, kernel);
  return found ? found->reason : "";
}

}  // namespace

TEST_CASE("a plugin of the same build fits") {
  CHECK_FALSE(incompatibility(this_abi(), this_abi()));
  CHECK(abi_notes(this_abi(), this_abi()).empty());
}

TEST_CASE("before SDK 1.0 every minor version is another contract") {
  CHECK(reason(sdk(0, 2), sdk(0, 1)) == "the plugin needs a newer SDK (0.2) than this kernel offers (0.1)");
  CHECK(reason(sdk(0, 1), sdk(0, 2)) ==
        "the plugin was built for an older SDK (0.1) than this kernel's (0.2), which is not compatible with it");
  CHECK(reason(sdk(0, 9), sdk(1, 0)) ==
        "the plugin was built for an older SDK (0.9) than this kernel's (1.0), which is not compatible with it");
}

TEST_CASE("from SDK 1.0 on an older minor version fits and a newer one does not") {
  CHECK(reason(sdk(1, 3), sdk(1, 5)) == "");
  AbiTag shorter = sdk(1, 3);
  shorter.struct_size -= 8;
  CHECK(reason(shorter, sdk(1, 5)) == "");
  CHECK(reason(sdk(1, 5), sdk(1, 3)) == "the plugin needs a newer SDK (1.5) than this kernel offers (1.3)");
  CHECK(incompatibility(sdk(1, 5), sdk(1, 3))->remedy ==
        "install Tawara >= 1.5, or rebuild the plugin against this Tawara:  cmake --build build --clean-first");
  CHECK(reason(sdk(1, 9), sdk(2, 0)) != "");
}

TEST_CASE("builds whose standard containers differ in memory are kept apart") {
  AbiTag tag = this_abi();
  std::snprintf(tag.standard_library, sizeof tag.standard_library, "libc++");
  CHECK(reason(tag, this_abi()) ==
        std::string("the plugin uses another C++ standard library (libc++) than this kernel (") +
            this_abi().standard_library + "): strings and lists differ in memory");
  tag = this_abi();
  tag.library_debug = !tag.library_debug;
  CHECK(reason(tag, this_abi()).find("the standard library's debug mode (_GLIBCXX_DEBUG)") != std::string::npos);
  tag = this_abi();
  std::snprintf(tag.sanitiser, sizeof tag.sanitiser, "memory");
  CHECK(reason(tag, this_abi()) == std::string("the plugin was built for the sanitiser 'memory', this kernel for '") +
                                       this_abi().sanitiser +
                                       "': a sanitiser must be in the program and in all its libraries");
  tag = this_abi();
  std::snprintf(tag.platform, sizeof tag.platform, "linux-riscv64");
  CHECK(reason(tag, this_abi()).find("the plugin is built for linux-riscv64 (64 bit)") == 0);
  tag = this_abi();
  tag.struct_size += 8;
  CHECK(reason(tag, this_abi()) == "the plugin's SDK headers say " + this_sdk + ", but are not those of this kernel");
}

TEST_CASE("the address sanitiser's runtime may be put in, and then serves plugins with and without it") {
  AbiTag plain = this_abi(), watched = this_abi();
  std::snprintf(plain.sanitiser, sizeof plain.sanitiser, "none");
  std::snprintf(watched.sanitiser, sizeof watched.sanitiser, "address");
  std::snprintf(watched.compiler, sizeof watched.compiler, "gcc 12.2.0");
  CHECK(reason(watched, plain) ==
        "the plugin was built for the sanitiser 'address', whose runtime has to be in the program from its start");
  CHECK(incompatibility(watched, plain)->remedy ==
        "start tawara with LD_PRELOAD=$(g++ -print-file-name=libasan.so), or rebuild the plugin without -fsanitize");
  std::snprintf(watched.compiler, sizeof watched.compiler, "clang 14.0.6");
  CHECK(incompatibility(watched, plain)->remedy.find("libclang_rt.asan") != std::string::npos);
  CHECK_FALSE(incompatibility(watched, watched));
  CHECK_FALSE(incompatibility(plain, watched));
  CHECK(abi_notes(plain, watched).back().find("without the address sanitiser") != std::string::npos);
}

TEST_CASE("harmless differences are noted") {
  AbiTag plugin = this_abi(), kernel = this_abi();
  std::snprintf(plugin.compiler, sizeof plugin.compiler, "gcc 13.1.0");
  std::snprintf(kernel.compiler, sizeof kernel.compiler, "gcc 12.2.0");
  plugin.fast_math = 1;
  plugin.optimised = 0;
  kernel.optimised = 1;
  CHECK_FALSE(incompatibility(plugin, kernel));
  CHECK(abi_notes(plugin, kernel) ==
        std::vector<std::string>{"built with gcc 13.1.0, this kernel with gcc 12.2.0",
                                 "compiled with -ffast-math: its results may differ from machine to machine",
                                 "built without optimisation: expect it to be slow"});
}
