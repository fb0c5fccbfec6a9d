#include "tawara/random.hpp"

#include <Random123/philox.h>

#include <cmath>
#include <numbers>
#include <utility>

namespace tawara {
namespace {

// FNV-1a: a stable 64-bit name for a purpose. Quality does not matter, Philox scrambles it.
std::uint64_t hash(std::string_view text) {
  std::uint64_t h = 0xcbf29ce484222325u;
  for (const unsigned char c : text) h = (h ^ c) * 0x100000001b3u;
  return h;
}

std::uint32_t low(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
std::uint32_t high(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }

r123::Philox4x32::ctr_type philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  return r123::Philox4x32()({{counter[0], counter[1], counter[2], counter[3]}}, {{key[0], key[1]}});
}

}  // namespace

// (seed, purpose) and then (a, b) are folded into the key and the upper half of the counter by two Philox calls; the
// lower half of the counter counts draws, so a stream holds 2^64 blocks before it repeats.
Random::Random(std::uint64_t seed, std::string_view purpose, std::uint64_t a, std::uint64_t b) {
  const std::uint64_t p = hash(purpose);
  const auto who = philox({low(p), high(p), 0, 0}, {low(seed), high(seed)});
  const auto which = philox({low(a), high(a), low(b), high(b)}, {who[0], who[1]});
  key_ = {which[0] ^ who[2], which[1] ^ who[3]};
  counter_ = {0, 0, which[2], which[3]};
}

std::uint32_t Random::bits() {
  if (left_ == 0) {
    const auto block = philox(counter_, key_);
    for (int i = 0; i < 4; ++i) block_[i] = block[i];
    if (++counter_[0] == 0) ++counter_[1];
    left_ = 4;
  }
  return block_[--left_];
}

double Random::uniform() {
  const std::uint64_t upper = bits();
  const std::uint64_t wide = (upper << 32) | bits();
  return (static_cast<double>(wide >> 11) + 0.5) * 0x1.0p-53;
}

double Random::uniform(double low, double high) { return low + (high - low) * uniform(); }

// Box-Muller: two exact functions of two uniforms, so the bytes do not depend on a library's distribution object.
double Random::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  const double radius = std::sqrt(-2 * std::log(uniform()));
  const double angle = 2 * std::numbers::pi * uniform();
  spare_ = radius * std::sin(angle);
  has_spare_ = true;
  return radius * std::cos(angle);
}

double Random::gamma(double shape) {
  if (shape < 1) {
    const double u = uniform();
    return gamma(shape + 1) * std::pow(u, 1 / shape);
  }
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = normal();
    const double cube = 1 + c * x;
    if (cube <= 0) continue;
    const double v = cube * cube * cube;
    if (std::log(uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

std::uint64_t Random::below(std::uint64_t n) {
  const std::uint64_t limit = n * (~std::uint64_t{0} / n);
  for (;;) {
    const std::uint64_t upper = bits();
    const std::uint64_t draw = (upper << 32) | bits();
    if (draw < limit) return draw % n;
  }
}

void Random::shuffle(std::span<std::size_t> items) {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
}

}  // namespace tawara
