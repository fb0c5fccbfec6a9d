#include "kernel/host/shard_files.hpp"

#include <fmt/format.h>

#include <cctype>

#include "kernel/host/host.hpp"
#include "kernel/results/files.hpp"
#include "kernel/results/hdf5.hpp"
#include "tawara/error.hpp"

namespace tawara {

namespace fs = std::filesystem;

void check_file_word(std::string_view name) {
  const bool fine = !name.empty() && name.size() <= 100 && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '-';
  });
  if (!fine) throw Error(fmt::format("'{}' cannot be part of a file's name: use letters, digits, '_' and '-'", name));
}

ShardFiles::ShardFiles(RunServices& services, fs::path folder, std::string instance, std::string key)
    : services_(services), folder_(std::move(folder)), instance_(std::move(instance)), key_(std::move(key)) {}

fs::path ShardFiles::file(std::string_view name, std::size_t index) const {
  check_file_word(name);
  return folder_ / fmt::format("{}.{}.{:05}.h5", instance_, name, index);
}

bool ShardFiles::has(std::string_view name, std::size_t index) const {
  const fs::path path = file(name, index);
  std::error_code failed;
  if (!fs::exists(path, failed)) return false;
  try {
    if (Hdf5Reader(path).attribute("made_from") != key_) return false;
  } catch (const Error&) {
    return false;  // damaged: as good as none
  }
  services_.note_shard(instance_ + "." + std::string(name), index);
  return true;
}

void ShardFiles::write(std::string_view name, std::size_t index, const Table& table,
                       std::span<const NamedArray> arrays) {
  const fs::path path = file(name, index);
  Hdf5Image image;
  image.columns(table);
  for (const NamedArray& a : arrays) image.array(a.name, a.values, a.unit);
  image.attribute("instance", instance_);
  image.attribute("made_from", key_);
  try {
    write_whole(path, image.finish());
  } catch (const Error& e) {
    throw DataError(
        fmt::format("{}; make room or choose another --output. Finished shards are kept: --resume goes on "
                    "with them",
                    e.what()));
  }
  services_.note_shard(instance_ + "." + std::string(name), index);
}

Table ShardFiles::read(std::string_view name, std::size_t index) const {
  const fs::path path = file(name, index);
  std::error_code failed;
  if (!fs::exists(path, failed)) throw DataError("there is no shard " + path.string());
  try {
    return Hdf5Reader(path).columns();
  } catch (const Error& e) {
    throw DataError(
        fmt::format("{} does not read back ({}); remove it and go on with --resume", path.string(), e.what()));
  }
}

}  // namespace tawara
