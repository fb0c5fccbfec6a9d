#include "front_kernel.hpp"

#include <limits>

#include "arrival_buckets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "eikonal/front_kernel.cpp"  // relative to plugins/propagation, on the include path
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tawara::propagation::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Reals = hn::CappedTag<float, 16>;
using Ints = hn::RebindToSigned<Reals>;
using VF = hn::Vec<Reals>;
using VI = hn::Vec<Ints>;
using MF = hn::Mask<Reals>;
constexpr Reals reals;
constexpr Ints ints;
constexpr float never = std::numeric_limits<float>::infinity();
constexpr std::size_t width = hn::MaxLanes(reals);

// --- Shortest times over links -------------------------------------------------------------------------------------

/// Nodes by time in slices of a circular array of doubly linked lists; each node is in at most one.
struct Queue {
  std::int32_t *head, *next, *previous;
  float first, per_time;
  HWY_ATTR std::int32_t slice(float time) const { return static_cast<std::int32_t>((time - first) * per_time); }
  HWY_ATTR void add(std::int32_t node, std::int32_t slice) const {
    const std::int32_t slot = slice & (queue_slots - 1), follower = head[slot];
    next[node] = follower;
    previous[node] = ~slot;  // negative: first of that slot
    if (follower >= 0) previous[follower] = node;
    head[slot] = node;
  }
  HWY_ATTR void remove(std::int32_t node) const {
    const std::int32_t before = previous[node], after = next[node];
    if (before >= 0) {
      next[before] = after;
    } else {
      head[~before] = after;
    }
    if (after >= 0) previous[after] = before;
    next[node] = not_queued;
  }
  static constexpr std::int32_t not_queued = -2;  // next of a node in no list; -1 ends a list
};

/// Offer `time + link` to every node the block links to; true bits in `improved` where it is earlier.
HWY_ATTR void relax(const LinkBlock& block, const std::array<float, 3>& slowness, float time, const float* times,
                    float* candidates, std::uint8_t* improved) {
  const VF wf = hn::Set(reals, slowness[0]), ws = hn::Set(reals, slowness[1]), wn = hn::Set(reals, slowness[2]);
  const VF from = hn::Set(reals, time);
  for (std::size_t k = 0; k < 16; k += width) {
    const VF squared = hn::Add(
        hn::Add(hn::Mul(hn::Load(reals, block.f.data() + k), wf), hn::Mul(hn::Load(reals, block.s.data() + k), ws)),
        hn::Mul(hn::Load(reals, block.n.data() + k), wn));
    const VF candidate = hn::Add(from, hn::Sqrt(squared));
    const VF there = hn::GatherIndex(reals, times, hn::Load(ints, block.to.data() + k));
    hn::Store(candidate, reals, candidates + k);
    const MF earlier = hn::Lt(candidate, there);
    std::uint8_t bits[8] = {};
    hn::StoreMaskBits(reals, earlier, bits);
    if constexpr (width == 16) {
      improved[0] = bits[0];
      improved[1] = bits[1];
    } else {
      improved[k / 8] = static_cast<std::uint8_t>(improved[k / 8] | (bits[0] << (k % 8)));
    }
  }
}

HWY_ATTR void times_over_links(const FrontTask& task) {
  float* times = task.times;
  for (std::size_t i = 0; i < task.n_nodes; ++i) {
    times[i] = never;
    task.next[i] = Queue::not_queued;
  }
  for (int slot = 0; slot < queue_slots; ++slot) task.head[slot] = -1;

  float first = never, last = -never;
  for (std::size_t s = 0; s < task.n_sources; ++s) {
    first = task.source_times[s] < first ? task.source_times[s] : first;
    last = task.source_times[s] > last ? task.source_times[s] : last;
  }
  // All that is queued at a time must fit the circle: sources, and the longest link from the slice being emptied.
  const float span = last - first > task.longest_link ? last - first : task.longest_link;
  const Queue queue{task.head, task.next, task.previous, first, (queue_slots - 8) / span};
  std::int32_t queued = 0;
  const auto put = [&](std::int32_t node, float time) HWY_ATTR {
    if (task.next[node] != Queue::not_queued) {
      if (queue.slice(times[node]) == queue.slice(time)) {
        times[node] = time;
        return;
      }
      queue.remove(node);
      --queued;
    }
    times[node] = time;
    queue.add(node, queue.slice(time));
    ++queued;
  };
  for (std::size_t s = 0; s < task.n_sources; ++s) {
    if (task.source_times[s] < times[task.source_nodes[s]]) put(task.source_nodes[s], task.source_times[s]);
  }

  constexpr int lines_ahead = 16;  // most of a node's links; the next node is not where the hardware would look
  HWY_ALIGN float candidates[16];
  for (std::int32_t slice = 0; queued > 0; ++slice) {
    const std::int32_t slot = slice & (queue_slots - 1);
    while (task.head[slot] >= 0) {
      const std::int32_t node = task.head[slot];
      queue.remove(node);
      --queued;
      // The one after next: the next was asked for a node ago.
      if (task.head[slot] >= 0 && task.next[task.head[slot]] >= 0) {
        const auto* ahead = reinterpret_cast<const char*>(task.blocks + task.block_begin[task.next[task.head[slot]]]);
        for (int line = 0; line < lines_ahead; ++line) __builtin_prefetch(ahead + 64 * line);
      }
      const float time = times[node];
      for (std::int32_t b = task.block_begin[node]; b < task.block_begin[node + 1]; ++b) {
        std::uint8_t improved[2] = {};
        relax(task.blocks[b], (*task.slownesses)[task.block_medium[b]], time, times, candidates, improved);
        unsigned bits = improved[0] | (static_cast<unsigned>(improved[1]) << 8);
        for (; bits; bits &= bits - 1) {
          const int k = __builtin_ctz(bits);
          put(task.blocks[b].to[k], candidates[k]);
        }
      }
    }
  }
}

// --- The ordered pass (local_solvers.hpp has the formulae)
// ---------------------------------------------------------------

HWY_ATTR VF across_triangle(VF t1, VF t2, VF m12, VF m13, VF m23) {
  const VF D = hn::Sub(t2, t1);
  const VF S = hn::Sub(m12, hn::Mul(D, D));
  const VF r = hn::Mul(hn::Set(reals, 0.5f), hn::Sub(hn::Add(m12, m13), m23));
  const VF height = hn::Sub(hn::Mul(m12, m13), hn::Mul(r, r));
  const VF zero = hn::Zero(reals);
  const MF real = hn::And(hn::Gt(S, zero), hn::Gt(height, zero));
  const VF root = hn::Sqrt(hn::Max(hn::Mul(S, height), zero));
  const VF foot = hn::Sub(hn::Mul(r, S), hn::Mul(root, D));
  const MF inside = hn::And(real, hn::And(hn::Ge(foot, zero), hn::Le(foot, hn::Mul(m12, S))));
  const VF arrival = hn::Add(t1, hn::Div(hn::Add(hn::Mul(r, D), root), m12));
  return hn::IfThenElse(inside, arrival, hn::Set(reals, never));
}

HWY_ATTR VF across_tetrahedron(VF t1, VF t2, VF t3, VF m12, VF m13, VF m23, VF m14, VF m24, VF m34) {
  const VF half = hn::Set(reals, 0.5f), zero = hn::Zero(reals);
  const VF D2 = hn::Sub(t2, t1), D3 = hn::Sub(t3, t1);
  const VF p = hn::Mul(half, hn::Sub(hn::Add(m12, m13), m23));
  const VF r2 = hn::Mul(half, hn::Sub(hn::Add(m12, m14), m24)), r3 = hn::Mul(half, hn::Sub(hn::Add(m13, m14), m34));
  const VF area = hn::Sub(hn::Mul(m12, m13), hn::Mul(p, p));
  const VF d2 = hn::Sub(hn::Mul(m13, D2), hn::Mul(p, D3)), d3 = hn::Sub(hn::Mul(m12, D3), hn::Mul(p, D2));
  const VF a2 = hn::Sub(hn::Mul(m13, r2), hn::Mul(p, r3)), a3 = hn::Sub(hn::Mul(m12, r3), hn::Mul(p, r2));
  const VF S = hn::Sub(area, hn::Add(hn::Mul(D2, d2), hn::Mul(D3, d3)));
  const VF volume = hn::Sub(hn::Mul(area, m14), hn::Add(hn::Mul(r2, a2), hn::Mul(r3, a3)));
  const MF real = hn::And(hn::Gt(S, zero), hn::Gt(volume, zero));
  const VF root = hn::Sqrt(hn::Max(hn::Mul(S, volume), zero));
  const VF foot2 = hn::Sub(hn::Mul(a2, S), hn::Mul(root, d2)), foot3 = hn::Sub(hn::Mul(a3, S), hn::Mul(root, d3));
  const MF inside = hn::And(hn::And(real, hn::Ge(foot2, zero)),
                            hn::And(hn::Ge(foot3, zero), hn::Le(hn::Add(foot2, foot3), hn::Mul(area, S))));
  const VF arrival = hn::Add(t1, hn::Div(hn::Add(hn::Add(hn::Mul(r2, d2), hn::Mul(r3, d3)), root), area));
  return hn::IfThenElse(inside, arrival, hn::Set(reals, never));
}

HWY_ATTR void swap_where(MF mask, VF& a, VF& b) {
  const VF keep = a;
  a = hn::IfThenElse(mask, b, a);
  b = hn::IfThenElse(mask, keep, b);
}
HWY_ATTR void swap_where(MF mask, VI& a, VI& b) {
  const auto m = hn::RebindMask(ints, mask);
  const VI keep = a;
  a = hn::IfThenElse(m, b, a);
  b = hn::IfThenElse(m, keep, b);
}

/// Numbers `k` of the records chosen by `offset` (in numbers).
HWY_ATTR VI gather_int(const void* records, VI offset, int k) {
  return hn::GatherIndex(ints, static_cast<const std::int32_t*>(records), hn::Add(offset, hn::Set(ints, k)));
}
HWY_ATTR VF gather_real(const void* records, VI offset, int k) {
  return hn::GatherIndex(reals, static_cast<const float*>(records), hn::Add(offset, hn::Set(ints, k)));
}

struct Weights {
  VF f, s, n;
  HWY_ATTR VF time_squared(const void* records, VI offset, int side) const {
    return hn::Add(hn::Add(hn::Mul(gather_real(records, offset, 3 * side), f),
                           hn::Mul(gather_real(records, offset, 3 * side + 1), s)),
                   hn::Mul(gather_real(records, offset, 3 * side + 2), n));
  }
};

/// Arrival at the latest corner of each tetrahedron from the other three.
HWY_ATTR void update_tetrahedra(const FrontTask& task, const Weights& w, VI which, std::int32_t* nodes, float* times) {
  const VI offset = hn::Mul(which, hn::Set(ints, 24));
  VF m01 = w.time_squared(task.tetrahedra, offset, 0), m02 = w.time_squared(task.tetrahedra, offset, 1),
     m03 = w.time_squared(task.tetrahedra, offset, 2), m12 = w.time_squared(task.tetrahedra, offset, 3),
     m13 = w.time_squared(task.tetrahedra, offset, 4), m23 = w.time_squared(task.tetrahedra, offset, 5);
  const VI n0 = gather_int(task.tetrahedra, offset, 18), n1 = gather_int(task.tetrahedra, offset, 19),
           n2 = gather_int(task.tetrahedra, offset, 20);
  VI n3 = gather_int(task.tetrahedra, offset, 21);
  VF t0 = hn::GatherIndex(reals, task.times, n0), t1 = hn::GatherIndex(reals, task.times, n1),
     t2 = hn::GatherIndex(reals, task.times, n2), t3 = hn::GatherIndex(reals, task.times, n3);
  // Bring the latest corner to place 3. Which of the others is which does not matter.
  const auto latest_to_3 = [&](VF& t, VI node, VF& a_here, VF& a_there, VF& b_here, VF& b_there) HWY_ATTR {
    const MF later = hn::Gt(t, t3);
    swap_where(later, t, t3);
    n3 = hn::IfThenElse(hn::RebindMask(ints, later), node, n3);
    swap_where(later, a_here, a_there);
    swap_where(later, b_here, b_there);
  };
  latest_to_3(t0, n0, m01, m13, m02, m23);
  latest_to_3(t1, n1, m01, m03, m12, m23);
  latest_to_3(t2, n2, m02, m03, m12, m13);

  VF arrival = across_tetrahedron(t0, t1, t2, m01, m02, m12, m03, m13, m23);
  if (!hn::AllTrue(reals, hn::Lt(arrival, hn::Set(reals, never)))) {
    const VF over_faces =
        hn::Min(hn::Min(across_triangle(t0, t1, m01, m03, m13), across_triangle(t0, t2, m02, m03, m23)),
                across_triangle(t1, t2, m12, m13, m23));
    arrival = hn::IfThenElse(hn::Lt(arrival, hn::Set(reals, never)), arrival, over_faces);
  }
  hn::StoreU(arrival, reals, times);
  hn::StoreU(n3, ints, nodes);
}

/// The same for surface triangles, each in its medium.
HWY_ATTR void update_faces(const FrontTask& task, VI which, std::int32_t* nodes, float* times) {
  const VI offset = hn::ShiftLeft<4>(which);
  const VI medium = hn::Mul(gather_int(task.faces, offset, 12), hn::Set(ints, 3));
  const float* slownesses = task.slownesses->front().data();
  const Weights w{gather_real(slownesses, medium, 0), gather_real(slownesses, medium, 1),
                  gather_real(slownesses, medium, 2)};
  VF m01 = w.time_squared(task.faces, offset, 0), m02 = w.time_squared(task.faces, offset, 1),
     m12 = w.time_squared(task.faces, offset, 2);
  const VI n0 = gather_int(task.faces, offset, 9), n1 = gather_int(task.faces, offset, 10);
  VI n2 = gather_int(task.faces, offset, 11);
  VF t0 = hn::GatherIndex(reals, task.times, n0), t1 = hn::GatherIndex(reals, task.times, n1),
     t2 = hn::GatherIndex(reals, task.times, n2);
  const auto latest_to_2 = [&](VF& t, VI node, VF& m_here, VF& m_there) HWY_ATTR {
    const MF later = hn::Gt(t, t2);
    swap_where(later, t, t2);
    n2 = hn::IfThenElse(hn::RebindMask(ints, later), node, n2);
    swap_where(later, m_here, m_there);
  };
  latest_to_2(t0, n0, m01, m12);
  latest_to_2(t1, n1, m01, m02);
  hn::StoreU(across_triangle(t0, t1, m01, m02, m12), reals, times);
  hn::StoreU(n2, ints, nodes);
}

struct Slices {
  float first, per_time;
};

HWY_ATTR Slices slices_of(const FrontTask& task) {
  float first = never, last = -never;
  for (std::size_t i = 0; i < task.n_nodes; ++i) {
    const float t = task.times[i];
    first = t < first ? t : first;
    if (t < never && t > last) last = t;
  }
  return {first, last > first ? ArrivalBuckets<float>::count / (last - first) : 0};
}

/// Element numbers sorted by the bucket of their latest node; begin[b] .. begin[b + 1] is bucket b.
/// @param nodes  corners x padded(n)
template <int corners>
HWY_ATTR void sort_by_arrival(const FrontTask& task, const Slices& slices, const std::int32_t* nodes, std::size_t n,
                              std::int32_t* begin, std::int32_t* order) {
  constexpr int count = ArrivalBuckets<float>::count;
  const VF first = hn::Set(reals, slices.first), per_time = hn::Set(reals, slices.per_time);
  const VI last_bucket = hn::Set(ints, count - 1), left_out = hn::Set(ints, count);
  for (int b = 0; b <= count + 1; ++b) begin[b] = 0;
  HWY_ALIGN std::int32_t buckets[16];
  for (std::size_t e = 0; e < n; e += width) {
    VF last = hn::GatherIndex(reals, task.times, hn::LoadU(ints, nodes + e));
    for (std::size_t c = 1; c < corners; ++c) {
      last = hn::Max(last, hn::GatherIndex(reals, task.times, hn::LoadU(ints, nodes + c * padded(n) + e)));
    }
    const MF reached = hn::Lt(last, hn::Set(reals, never));
    const VF position = hn::Mul(hn::Sub(hn::IfThenElse(reached, last, first), first), per_time);
    const VI bucket = hn::Min(hn::ConvertTo(ints, position), last_bucket);
    hn::Store(hn::IfThenElse(hn::RebindMask(ints, reached), bucket, left_out), ints, buckets);
    for (std::size_t k = 0; k < width && e + k < n; ++k) {
      task.keys[e + k] = static_cast<std::uint16_t>(buckets[k]);
      ++begin[buckets[k] + 1];
    }
  }
  for (int b = 0; b < count; ++b) begin[b + 1] += begin[b];
  for (std::size_t e = 0; e < n; ++e) {
    if (task.keys[e] < count) order[begin[task.keys[e]]++] = static_cast<std::int32_t>(e);
  }
  for (int b = count; b > 0; --b) begin[b] = begin[b - 1];
  begin[0] = 0;
}

HWY_ATTR void improve_in_order_of_arrival(const FrontTask& task) {
  constexpr int count = ArrivalBuckets<float>::count;
  std::int32_t tetrahedra_in[count + 2], faces_in[count + 2];
  const Slices slices = slices_of(task);
  sort_by_arrival<4>(task, slices, task.tetrahedron_nodes, task.n_tetrahedra, tetrahedra_in, task.tetrahedron_order);
  sort_by_arrival<3>(task, slices, task.face_nodes, task.n_faces, faces_in, task.face_order);

  const auto& muscle = task.slownesses->front();
  const Weights w{hn::Set(reals, muscle[0]), hn::Set(reals, muscle[1]), hn::Set(reals, muscle[2])};
  HWY_ALIGN std::int32_t rest[16];
  const auto choose = [&](const std::int32_t* order, std::int32_t here, std::int32_t end) HWY_ATTR {
    if (here + static_cast<std::int32_t>(width) <= end) return hn::LoadU(ints, order + here);
    for (std::size_t k = 0; k < width; ++k) {
      const std::int32_t at = here + static_cast<std::int32_t>(k);
      rest[k] = order[at < end ? at : end - 1];  // the last one again: harmless
    }
    return hn::Load(ints, rest);
  };
  constexpr std::int32_t ahead = 64;  // records come in an order the hardware cannot foresee; we can
  const std::int32_t in_all = tetrahedra_in[count];
  for (int bucket = 0; bucket < count; ++bucket) {
    std::size_t n = 0;
    for (std::int32_t e = tetrahedra_in[bucket]; e < tetrahedra_in[bucket + 1]; e += width, n += width) {
      for (std::int32_t k = e + ahead; k < e + ahead + static_cast<std::int32_t>(width) && k < in_all; ++k) {
        const auto* record = reinterpret_cast<const char*>(task.tetrahedra + task.tetrahedron_order[k]);
        __builtin_prefetch(record);
        __builtin_prefetch(record + sizeof(TetrahedronRecord) - 1);
      }
      update_tetrahedra(task, w, choose(task.tetrahedron_order, e, tetrahedra_in[bucket + 1]), task.arrival_nodes + n,
                        task.arrival_times + n);
    }
    for (std::int32_t e = faces_in[bucket]; e < faces_in[bucket + 1]; e += width, n += width) {
      for (std::int32_t k = e + ahead; k < e + ahead + static_cast<std::int32_t>(width) && k < faces_in[count]; ++k) {
        __builtin_prefetch(task.faces + task.face_order[k]);
      }
      update_faces(task, choose(task.face_order, e, faces_in[bucket + 1]), task.arrival_nodes + n,
                   task.arrival_times + n);
    }
    for (std::size_t k = 0; k < n; ++k) {
      float& time = task.times[task.arrival_nodes[k]];
      time = task.arrival_times[k] < time ? task.arrival_times[k] : time;
    }
  }
}

HWY_ATTR void run_all(const FrontTask& task) {
  times_over_links(task);
  if (task.improve) improve_in_order_of_arrival(task);
}

}  // namespace tawara::propagation::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tawara::propagation {
HWY_EXPORT(run_all);
void run_front(const FrontTask& task) { HWY_DYNAMIC_DISPATCH(run_all)(task); }
std::vector<std::int64_t> front_instruction_sets() { return hwy::SupportedAndGeneratedTargets(); }
std::string front_instruction_set_name(std::int64_t target) { return hwy::TargetName(target); }
void force_front_instruction_set(std::int64_t target) {
  hwy::SetSupportedTargetsForTest(target);
  hwy::GetChosenTarget().DeInit();
}
}  // namespace tawara::propagation
#endif
