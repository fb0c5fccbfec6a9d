#include "line_sweep.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "monodomain/line_sweep.cpp"  // relative to plugins/propagation, on the include path
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tawara::propagation::monodomain::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Columns [begin, end), a multiple of D's lanes, of the lines.
template <class D>
HWY_ATTR void sweep_columns(D d, const LineSweep& s, std::size_t begin, std::size_t end) {
  constexpr std::size_t width = hn::MaxLanes(D());
  const std::size_t columns = end - begin, n = s.length;
  for (std::size_t i = 0; i < n; ++i) {
    const double* here = s.V + i * s.stride + begin;
    const double* left = i > 0 ? here - s.stride : here;
    const double* right = i + 1 < n ? here + s.stride : here;
    double* g = s.scratch + i * LineSweep::chunk;
    const double* before = i > 0 ? g - LineSweep::chunk : g;
    if (i == 0)
      for (std::size_t c = 0; c < columns; c += width) hn::StoreU(hn::Zero(d), d, g + c);
    if (s.shared) {
      const double* k = s.shared + 4 * i;
      const auto from_left = hn::Set(d, k[0]), from_right = hn::Set(d, k[1]), forward = hn::Set(d, k[2]);
      for (std::size_t c = 0; c < columns; c += width) {
        const auto V = hn::LoadU(d, here + c);
        auto x = hn::Mul(from_left, hn::Sub(hn::LoadU(d, left + c), V));
        x = hn::MulAdd(from_right, hn::Sub(hn::LoadU(d, right + c), V), x);
        hn::StoreU(hn::NegMulAdd(forward, hn::LoadU(d, before + c), x), d, g + c);
      }
    } else {
      const std::size_t at = i * s.stride + begin;
      for (std::size_t c = 0; c < columns; c += width) {
        const auto V = hn::LoadU(d, here + c);
        auto x = hn::Mul(hn::LoadU(d, s.own[0] + at + c), hn::Sub(hn::LoadU(d, left + c), V));
        x = hn::MulAdd(hn::LoadU(d, s.own[1] + at + c), hn::Sub(hn::LoadU(d, right + c), V), x);
        hn::StoreU(hn::NegMulAdd(hn::LoadU(d, s.own[2] + at + c), hn::LoadU(d, before + c), x), d, g + c);
      }
    }
  }
  for (std::size_t i = n; i-- > 0;) {
    double* here = s.V + i * s.stride + begin;
    double* g = s.scratch + i * LineSweep::chunk;
    if (i + 1 < n) {
      const double* after = g + LineSweep::chunk;
      if (s.shared) {
        const auto back = hn::Set(d, s.shared[4 * i + 3]);
        for (std::size_t c = 0; c < columns; c += width)
          hn::StoreU(hn::NegMulAdd(back, hn::LoadU(d, after + c), hn::LoadU(d, g + c)), d, g + c);
      } else {
        const double* back = s.own[3] + i * s.stride + begin;
        for (std::size_t c = 0; c < columns; c += width)
          hn::StoreU(hn::NegMulAdd(hn::LoadU(d, back + c), hn::LoadU(d, after + c), hn::LoadU(d, g + c)), d, g + c);
      }
    }
    for (std::size_t c = 0; c < columns; c += width)
      hn::StoreU(hn::Add(hn::LoadU(d, here + c), hn::LoadU(d, g + c)), d, here + c);
  }
}

HWY_ATTR void run_sweep(const LineSweep& s) {
  const hn::CappedTag<double, 16> wide;
  const hn::CappedTag<double, 1> one;  // the same operations, so the same bytes
  constexpr std::size_t width = hn::MaxLanes(wide);
  for (std::size_t begin = 0; begin < s.lines; begin += LineSweep::chunk) {
    const std::size_t end = begin + LineSweep::chunk < s.lines ? begin + LineSweep::chunk : s.lines;
    const std::size_t whole = begin + (end - begin) / width * width;
    if (whole > begin) sweep_columns(wide, s, begin, whole);
    if (end > whole) sweep_columns(one, s, whole, end);
  }
}

}  // namespace tawara::propagation::monodomain::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tawara::propagation::monodomain {
HWY_EXPORT(run_sweep);
void sweep_lines(const LineSweep& sweep) { HWY_DYNAMIC_DISPATCH(run_sweep)(sweep); }

namespace {

constexpr std::size_t tile = 8;  // nodes: a cache line

/// visit(node of the grid, place side by side) for all nodes, in an order that is kind to both.
template <class Visit>
void each_node(const LineGroup& lines, const Visit& visit) {
  std::size_t longest = 0;
  for (std::size_t l = 0; l < lines.count; ++l) longest = lines.lengths[l] > longest ? lines.lengths[l] : longest;
  const auto stride = static_cast<std::size_t>(lines.stride);
  for (std::size_t first = 0; first < longest; first += tile)
    for (std::size_t l = 0; l < lines.count; ++l) {
      const std::size_t last = first + tile < lines.lengths[l] ? first + tile : lines.lengths[l];
      for (std::size_t i = first; i < last; ++i) visit(lines.starts[l] + i * stride, i * 16 + l);
    }
}

}  // namespace

void gather_lines(const double* V, const LineGroup& lines, double* to) {
  each_node(lines, [&](std::size_t node, std::size_t place) { to[place] = V[node]; });
}
void scatter_lines(const double* from, const LineGroup& lines, double* V) {
  each_node(lines, [&](std::size_t node, std::size_t place) { V[node] = from[place]; });
}

}  // namespace tawara::propagation::monodomain
#endif
