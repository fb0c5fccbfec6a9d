#pragma once
#include <cstddef>

#include "tawara/model/real_lanes.hpp"

namespace tawara::model::inline TAWARA_ISA {

/// Where a lane reads a table: two neighbouring rows and the weight of the second.
struct RowPair {
  const float* first;
  float weight;
};

#if HWY_TARGET != HWY_SCALAR
namespace detail {

template <class D>
HWY_INLINE void store_blocks(D d, hn::Vec<D> v, float* to, std::size_t stride) {
  if constexpr (HWY_MAX_BYTES <= 16 || hn::MaxLanes(D()) == 4) {
    hn::StoreU(v, d, to);
  } else {
    const hn::Half<D> half;
    store_blocks(half, hn::LowerHalf(half, v), to, stride);
    store_blocks(half, hn::UpperHalf(half, v), to + 4 * stride * (hn::MaxLanes(half) / 4), stride);
  }
}

}  // namespace detail
#endif

/// Columns [0, width) at each lane's place, interpolated: out[column * lanes + lane].
///
/// Reading whole rows and transposing blocks of four by four takes about a third of the time of one gather per column.
/// @param row_width  floats from one row of the table to the next
/// @param width      columns wanted; up to 15 more are read and written
template <std::size_t lanes>
HWY_INLINE void look_up(const RowPair* places, std::size_t row_width, std::size_t width, float* out) {
  if constexpr (lanes < 4) {
    for (std::size_t l = 0; l < lanes; ++l) {
      const float *a = places[l].first, *b = a + row_width;
      const float weight = places[l].weight;
      for (std::size_t c = 0; c < width; ++c) out[c * lanes + l] = a[c] + weight * (b[c] - a[c]);
    }
  }
#if HWY_TARGET != HWY_SCALAR
  else {
    using D = hn::ScalableTag<float>;
    const D d;
    const hn::Repartition<double, D> pairs;
    constexpr std::size_t step = HWY_MAX_BYTES / sizeof(float);
    const auto at = [&](const RowPair& place, std::size_t c) HWY_ATTR {
      const auto a = hn::LoadU(d, place.first + c), b = hn::LoadU(d, place.first + row_width + c);
      return hn::MulAdd(hn::Set(d, place.weight), hn::Sub(b, a), a);
    };
    for (std::size_t l = 0; l < lanes; l += 4)
      for (std::size_t c = 0; c < width; c += step) {
        const auto v0 = at(places[l], c), v1 = at(places[l + 1], c);
        const auto v2 = at(places[l + 2], c), v3 = at(places[l + 3], c);
        const auto low01 = hn::BitCast(pairs, hn::InterleaveLower(d, v0, v1));
        const auto low23 = hn::BitCast(pairs, hn::InterleaveLower(d, v2, v3));
        const auto high01 = hn::BitCast(pairs, hn::InterleaveUpper(d, v0, v1));
        const auto high23 = hn::BitCast(pairs, hn::InterleaveUpper(d, v2, v3));
        float* to = out + c * lanes + l;
        detail::store_blocks(d, hn::BitCast(d, hn::InterleaveLower(pairs, low01, low23)), to, lanes);
        detail::store_blocks(d, hn::BitCast(d, hn::InterleaveUpper(pairs, low01, low23)), to + lanes, lanes);
        detail::store_blocks(d, hn::BitCast(d, hn::InterleaveLower(pairs, high01, high23)), to + 2 * lanes, lanes);
        detail::store_blocks(d, hn::BitCast(d, hn::InterleaveUpper(pairs, high01, high23)), to + 3 * lanes, lanes);
      }
  }
#endif
}

}  // namespace tawara::model::inline TAWARA_ISA
