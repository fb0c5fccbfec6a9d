#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

#include "tawara/array.hpp"

namespace tawara {

/// Arrays (dataset NAME, attribute `unit`) and tables (group NAME, a dataset per column) in one HDF5 file.
/// Written under a temporary name; only finish() gives the file its own.
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

/// @throws Error when the file or the named thing in it does not read back whole
class Hdf5Reader {
 public:
  explicit Hdf5Reader(const std::filesystem::path& file);
  ~Hdf5Reader();
  Hdf5Reader(const Hdf5Reader&) = delete;
  Hdf5Reader& operator=(const Hdf5Reader&) = delete;
  [[nodiscard]] Array array(const std::string& name) const;
  [[nodiscard]] Table table(const std::string& name) const;

 private:
  std::filesystem::path file_;
  std::int64_t id_;
};

}  // namespace tawara
