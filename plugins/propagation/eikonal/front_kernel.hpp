#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "metric.hpp"

/// The vector kernel of the single-precision solver: one evaluation, 16 links or elements at a time. Raw arrays only,
/// because it is compiled once per instruction set.
namespace tawara::propagation {

/// Up to 16 links of one node through one medium. Unused places link the node to itself, which never improves it.
struct alignas(64) LinkBlock {
  std::array<std::int32_t, 16> to;
  std::array<float, 16> f, s, n;  ///< Square of each
};

/// 24 numbers = 96 bytes, gathered by index: squares of sides 01 02 03 12 13 23 (f s n each), nodes.
struct TetrahedronRecord {
  std::array<float, 18> square;
  std::array<std::int32_t, 4> node;
  std::array<std::int32_t, 2> padding;
};
static_assert(sizeof(TetrahedronRecord) == 24 * 4);

/// 16 numbers: squares of sides 01 02 12, nodes, medium.
struct FaceRecord {
  std::array<float, 9> square;
  std::array<std::int32_t, 3> node;
  std::int32_t medium;
  std::array<std::int32_t, 3> padding;
};
static_assert(sizeof(FaceRecord) == 16 * 4);

/// Rounded up to whole vectors; what is added repeats a valid number.
[[nodiscard]] constexpr std::size_t padded(std::size_t n) { return (n + 15) / 16 * 16; }

/// Circular, a power of two. Thin slices order nodes well, thick ones leave time to fetch the next node of the slice.
inline constexpr int queue_slots = 256;

/// Everything one evaluation reads and writes.
struct FrontTask {
  std::size_t n_nodes, n_tetrahedra, n_faces;
  // The muscle.
  const LinkBlock* blocks;
  const std::uint8_t* block_medium;
  const std::int32_t* block_begin;  ///< n_nodes + 1
  const TetrahedronRecord* tetrahedra;
  const std::int32_t* tetrahedron_nodes;  ///< 4 x padded(n_tetrahedra): the records' nodes, close together
  const FaceRecord* faces;
  const std::int32_t* face_nodes;  ///< 3 x padded(n_faces)
  // This evaluation.
  const Slownesses<float>* slownesses;
  const std::int32_t* source_nodes;
  const float* source_times;
  std::size_t n_sources;
  float longest_link;  ///< ms, no link takes more
  bool improve;        ///< make the ordered pass over tetrahedra and faces
  // Scratch and result.
  float* times;                   ///< n_nodes
  std::int32_t *next, *previous;  ///< n_nodes, lists of the queue
  std::int32_t* head;             ///< queue_slots
  std::uint16_t* keys;            ///< max(n_tetrahedra, n_faces)
  std::int32_t *tetrahedron_order, *face_order;
  std::int32_t* arrival_nodes;  ///< n_tetrahedra + n_faces + 32
  float* arrival_times;         ///< likewise
};

/// Times over links to their unique fixed point, then (improve) the ordered pass. The bytes do not depend on the
/// instruction set: every operation is a plain, correctly rounded one, and sums never change their order.
void run_front(const FrontTask& task);

/// For tests and benchmarks: the instruction sets this machine can run, best first; and choosing one (0: the best).
/// Not while another thread evaluates.
[[nodiscard]] std::vector<std::int64_t> front_instruction_sets();
[[nodiscard]] std::string front_instruction_set_name(std::int64_t target);
void force_front_instruction_set(std::int64_t target);

}  // namespace tawara::propagation
