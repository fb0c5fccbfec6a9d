#include "kernel/host/product_files.hpp"

#include <fmt/format.h>

#include "kernel/cluster/group.hpp"
#include "kernel/host/shard_files.hpp"
#include "kernel/results/files.hpp"
#include "kernel/results/hdf5.hpp"
#include "tawara/error.hpp"

namespace tawara {

namespace fs = std::filesystem;

ProductFiles::ProductFiles(fs::path folder, std::string instance)
    : folder_(std::move(folder)), instance_(std::move(instance)) {}

fs::path ProductFiles::write_arrays(std::string_view name, const Table& table,
                                    std::span<const Shards::NamedArray> arrays) {
  check_file_word(name);
  Hdf5Image image;
  image.columns(table);
  for (const Shards::NamedArray& a : arrays) image.array(a.name, a.values, a.unit);
  image.attribute("instance", instance_);
  return write(fmt::format("{}.h5", name), image.finish());
}

fs::path ProductFiles::write_text(std::string_view file, std::string_view text) {
  const std::size_t dot = file.rfind('.');
  check_file_word(file.substr(0, dot));
  if (dot != std::string_view::npos) check_file_word(file.substr(dot + 1));
  return write(std::string(file), text);
}

fs::path ProductFiles::write(const std::string& file, std::string_view bytes) const {
  fs::path path = folder_ / fmt::format("{}.{}", instance_, file);
  if (!Group::get().is_first()) return path;  // all ranks have the same to write
  try {
    write_whole(path, bytes);
  } catch (const Error& e) {
    throw DataError(fmt::format("{}; make room or choose another --output", e.what()));
  }
  return path;
}

}  // namespace tawara
