#pragma once
#include <filesystem>
#include <string>

#include "tawara/products.hpp"

namespace tawara {

/// The files of one instance in a run's folder.
class ProductFiles final : public Products {
 public:
  ProductFiles(std::filesystem::path folder, std::string instance);
  std::filesystem::path write_arrays(std::string_view name, const Table& table,
                                     std::span<const Shards::NamedArray> arrays) override;
  std::filesystem::path write_text(std::string_view file, std::string_view text) override;

 private:
  std::filesystem::path write(const std::string& file, std::string_view bytes) const;
  std::filesystem::path folder_;
  std::string instance_;
};

}  // namespace tawara
