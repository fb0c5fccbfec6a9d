#pragma once
#include <cstdint>
#include <string>
#include <vector>

/// For tests and benchmarks: which variants of the vector kernel this machine can run, and choosing one of them.
namespace tawara::ecg {

/// Best first, as Highway's target bits.
[[nodiscard]] std::vector<std::int64_t> instruction_sets();
[[nodiscard]] std::string instruction_set_name(std::int64_t target);
/// Those with fused multiply-add give the same bytes.
[[nodiscard]] bool fuses_multiply_add(std::int64_t target);
/// Use one of instruction_sets() from now on; 0: the best again. Not while another thread evaluates.
void force_instruction_set(std::int64_t target);

}  // namespace tawara::ecg
