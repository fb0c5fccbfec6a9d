#pragma once
#include <filesystem>
#include <span>
#include <string_view>

#include "tawara/array.hpp"
#include "tawara/export.hpp"
#include "tawara/shards.hpp"

namespace tawara {

/// Host service "products": files of their own that a component leaves in the run's folder, a trained model, a scenario
/// of a twin. Each is there whole or not at all. nullptr where "shards" is.
class TAWARA_EXPORT Products {
 public:
  static constexpr const char* service_name = "products";
  virtual ~Products();
  /// `INSTANCE.NAME.h5`: columns and arrays as Shards::write writes them.
  /// @param name  letters, digits, '_' and '-'  @return where it is
  /// @throws DataError  it cannot be written (full disk): what was begun is removed
  virtual std::filesystem::path write_arrays(std::string_view name, const Table& table,
                                             std::span<const Shards::NamedArray> arrays) = 0;
  /// `INSTANCE.FILE`. @param file  a name and an extension of such letters: "twin_3.toml"
  virtual std::filesystem::path write_text(std::string_view file, std::string_view text) = 0;
};

}  // namespace tawara
