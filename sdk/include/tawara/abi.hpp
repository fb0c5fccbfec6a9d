#pragma once
#include <cstring>
#include <type_traits>

#include <version>

#include "tawara/version.hpp"

namespace tawara {

/// What a plugin was built with. Plain and frozen, so any kernel can read any plugin's before a C++ object crosses.
struct AbiTag {
  int struct_size;
  int sdk_major, sdk_minor;
  char standard_library[32];  ///< "libstdc++ cxx11"
  int library_debug;          ///< _GLIBCXX_DEBUG and the like: changes the layout of containers
  int pointer_bits;
  char platform[32];
  char sanitiser[16];
  long cplusplus;
  char compiler[48];
  int optimised;
  int fast_math;
};
static_assert(std::is_trivially_copyable_v<AbiTag>);

namespace detail {
inline void copy(char* to, std::size_t size, const char* from) {
  std::strncpy(to, from, size - 1);
  to[size - 1] = '\0';
}
}  // namespace detail

/// The tag of the code that includes this header: inline in an unnamed namespace's spirit, so that each side states its
/// own.
static inline AbiTag this_abi() {
  AbiTag tag{};
  tag.struct_size = sizeof(AbiTag);
  tag.sdk_major = sdk_major;
  tag.sdk_minor = sdk_minor;
#if defined(_LIBCPP_VERSION)
  detail::copy(tag.standard_library, sizeof tag.standard_library, "libc++");
#elif defined(_GLIBCXX_USE_CXX11_ABI) && _GLIBCXX_USE_CXX11_ABI
  detail::copy(tag.standard_library, sizeof tag.standard_library, "libstdc++ cxx11");
#else
  detail::copy(tag.standard_library, sizeof tag.standard_library, "libstdc++ old");
#endif
#ifdef _GLIBCXX_DEBUG
  tag.library_debug = 1;
#endif
  tag.pointer_bits = 8 * static_cast<int>(sizeof(void*));
#if defined(__x86_64__)
  detail::copy(tag.platform, sizeof tag.platform, "linux-x86_64");
#elif defined(__aarch64__)
  detail::copy(tag.platform, sizeof tag.platform, "linux-aarch64");
#else
  detail::copy(tag.platform, sizeof tag.platform, "linux-other");
#endif
#if defined(__SANITIZE_ADDRESS__)
  detail::copy(tag.sanitiser, sizeof tag.sanitiser, "address");
#elif defined(__SANITIZE_THREAD__)
  detail::copy(tag.sanitiser, sizeof tag.sanitiser, "thread");
#else
  detail::copy(tag.sanitiser, sizeof tag.sanitiser, "none");
#endif
  tag.cplusplus = __cplusplus;
#if defined(__clang__)
  detail::copy(tag.compiler, sizeof tag.compiler, "clang " __clang_version__);
#else
  detail::copy(tag.compiler, sizeof tag.compiler, "gcc " __VERSION__);
#endif
#ifdef __OPTIMIZE__
  tag.optimised = 1;
#endif
#ifdef __FAST_MATH__
  tag.fast_math = 1;
#endif
  return tag;
}

}  // namespace tawara
