#pragma once
#include <cstring>
#include <type_traits>

#include <version>

#include "tawara/version.hpp"

// GCC defines macros for sanitisers, clang answers questions.
#if defined(__has_feature)
#define TAWARA_HAS_FEATURE(NAME) __has_feature(NAME)
#else
#define TAWARA_HAS_FEATURE(NAME) 0
#endif
#define TAWARA_DIGITS(MACRO) TAWARA_AS_TEXT(MACRO)
#define TAWARA_AS_TEXT(TOKENS) #TOKENS

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

/// Sanitisers whose runtime has to be there from the start of the program. Not "undefined": its runtime comes with the
/// library that needs it.
#if defined(__SANITIZE_ADDRESS__) || TAWARA_HAS_FEATURE(address_sanitizer)
static constexpr const char* sanitiser = "address";
#elif defined(__SANITIZE_THREAD__) || TAWARA_HAS_FEATURE(thread_sanitizer)
static constexpr const char* sanitiser = "thread";
#elif TAWARA_HAS_FEATURE(memory_sanitizer)
static constexpr const char* sanitiser = "memory";
#else
static constexpr const char* sanitiser = "none";
#endif
}  // namespace detail

/// The tag of the code that includes this header: static, so that each side states its own.
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
  detail::copy(tag.sanitiser, sizeof tag.sanitiser, detail::sanitiser);
  tag.cplusplus = __cplusplus;
#if defined(__clang__)
  detail::copy(tag.compiler, sizeof tag.compiler,
               "clang " TAWARA_DIGITS(__clang_major__) "." TAWARA_DIGITS(__clang_minor__) "." TAWARA_DIGITS(
                   __clang_patchlevel__));
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

#undef TAWARA_HAS_FEATURE
#undef TAWARA_DIGITS
#undef TAWARA_AS_TEXT
