#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "tawara/export.hpp"

namespace tawara {

/// Counter-based random stream (Philox 4x32-10, Salmon et al., SC 2011). A stream is a pure function of its key, so
/// a draw depends on who asks and for what, never on which thread asks or what was drawn elsewhere.
class TAWARA_EXPORT Random {
 public:
  /// @param seed     the scenario's seed
  /// @param purpose  who draws and what for, e.g. "inference/move"
  /// @param a, b     running numbers, e.g. generation and particle
  Random(std::uint64_t seed, std::string_view purpose, std::uint64_t a = 0, std::uint64_t b = 0);

  std::uint32_t bits();
  double uniform();  ///< in (0, 1), never 0 or 1
  double uniform(double low, double high);
  double normal();                       ///< mean 0, standard deviation 1
  double gamma(double shape);            ///< scale 1 (Marsaglia and Tsang 2000)
  std::uint64_t below(std::uint64_t n);  ///< 0 .. n-1, without modulo bias
  void shuffle(std::span<std::size_t> items);

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  int left_ = 0;
  double spare_ = 0;
  bool has_spare_ = false;
};

}  // namespace tawara
