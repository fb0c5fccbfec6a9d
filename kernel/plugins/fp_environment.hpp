#pragma once
#include <cfenv>
#include <cstdint>

namespace tawara {

/// Keeps the thread's floating-point environment while foreign code runs. A library linked with -ffast-math switches
/// flush-to-zero on in the thread that opens it, and with that the kernel's own arithmetic.
class FpEnvironmentKept {
 public:
  FpEnvironmentKept() { std::fegetenv(&before_); }
  FpEnvironmentKept(const FpEnvironmentKept&) = delete;
  FpEnvironmentKept& operator=(const FpEnvironmentKept&) = delete;
  ~FpEnvironmentKept() { std::fesetenv(&before_); }

  /// Rounding, flush-to-zero or traps differ from before (raised exception flags do not count).
  [[nodiscard]] bool changed() const {
    std::fenv_t now;
    std::fegetenv(&now);
    return control(now) != control(before_);
  }

 private:
  static std::uint64_t control(const std::fenv_t& e) {
#if defined(__x86_64__)
    constexpr std::uint64_t mxcsr_flags = 0x3f;
    return (std::uint64_t{e.__control_word} << 32) | (e.__mxcsr & ~mxcsr_flags);
#else
    return e.__fpcr;
#endif
  }
  std::fenv_t before_;
};

}  // namespace tawara
