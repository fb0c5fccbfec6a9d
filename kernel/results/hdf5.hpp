#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tawara/array.hpp"
#include "tawara/array_files.hpp"

namespace tawara {

// HDF5 is not thread-safe as distributions build it: every function here takes the one lock there is.

/// Arrays (dataset NAME, attribute `unit`) and tables (group NAME, a dataset per column, texts as UTF-8 strings) in one
/// HDF5 file. Written under a temporary name; only finish() gives the file its own.
class Hdf5Writer {
 public:
  explicit Hdf5Writer(std::filesystem::path file);
  ~Hdf5Writer();  ///< without finish(): removes the temporary file
  Hdf5Writer(const Hdf5Writer&) = delete;
  Hdf5Writer& operator=(const Hdf5Writer&) = delete;
  void array(const std::string& name, const Array& array, const std::string& unit);
  void table(const std::string& name, const Table& table);
  void finish();

 private:
  std::filesystem::path file_, temporary_;
  std::int64_t id_;
};

/// An HDF5 file made in memory: its bytes can be written by someone who knows what to do when the disk is full.
class Hdf5Image {
 public:
  Hdf5Image();
  ~Hdf5Image();
  Hdf5Image(const Hdf5Image&) = delete;
  Hdf5Image& operator=(const Hdf5Image&) = delete;
  void array(const std::string& name, const Array& array, const std::string& unit);
  /// The columns as datasets of the file itself, without a group.
  void columns(const Table& table);
  void attribute(const std::string& name, const std::string& text);
  /// @returns the file; nothing can be added afterwards
  [[nodiscard]] std::string finish();

 private:
  std::int64_t id_;
};

/// @throws Error when the file or the named thing in it does not read back whole
class Hdf5Reader {
 public:
  enum class Written { by_us, by_anyone };
  /// @param written  by us: a file that was never finished is refused
  explicit Hdf5Reader(const std::filesystem::path& file, Written written = Written::by_us);
  ~Hdf5Reader();
  Hdf5Reader(const Hdf5Reader&) = delete;
  Hdf5Reader& operator=(const Hdf5Reader&) = delete;
  [[nodiscard]] Array array(const std::string& name) const;
  [[nodiscard]] Table table(const std::string& name) const;
  /// What Hdf5Image::columns wrote. @throws Error when there are no such columns
  [[nodiscard]] Table columns() const;
  /// Every dataset, those in groups with their path.
  [[nodiscard]] std::vector<ArrayFiles::Dataset> datasets() const;
  /// A dataset of any numbers and its unit. @throws Error  it holds something else
  [[nodiscard]] Shards::NamedArray numbers(const std::string& name) const;
  /// "" when there is no attribute of that name.
  [[nodiscard]] std::string attribute(const std::string& name) const;

 private:
  std::filesystem::path file_;
  std::int64_t id_;
};

}  // namespace tawara
