#pragma once
#include <filesystem>

#include "mlp/model.hpp"
#include "tawara/array_files.hpp"
#include "tawara/products.hpp"
#include "tawara/table_files.hpp"

namespace tawara::mlp {

/// A model as one HDF5 file: a row per target as columns, everything else as arrays under speaking names, weights in
/// the precision they were trained in, and a digest of it all. The format's number comes first to be read.
inline constexpr int model_format = 1;

struct ModelArrays {
  Table targets;
  std::vector<Shards::NamedArray> arrays;
};
/// @param single  weights as 32-bit numbers
[[nodiscard]] ModelArrays to_arrays(const Model& model, bool single);

/// @throws DataError  it is no model, damaged, or of a format newer than this program's
[[nodiscard]] Model read_model(const ArrayFiles& arrays, const TableFiles& tables, const std::filesystem::path& file);

}  // namespace tawara::mlp
