#include "kernel/results/hdf5.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <vector>

#include "tawara/error.hpp"

namespace tawara {
namespace {

static_assert(sizeof(hid_t) == sizeof(std::int64_t));

/// An HDF5 identifier with its closing function.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t), const std::string& what) : id_(id), close_(close) {
    if (id < 0) throw Error("HDF5: cannot " + what);
  }
  ~Handle() { close_(id_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

void check(herr_t status, const std::string& what) {
  if (status < 0) throw Error("HDF5: cannot " + what);
}

/// Our messages say what failed; HDF5's own stack trace on stderr says nothing to a user.
void be_quiet() { H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); }

hid_t stored_type(DType type) {
  switch (type) {
    case DType::f64:
      return H5T_IEEE_F64LE;
    case DType::f32:
      return H5T_IEEE_F32LE;
    case DType::i64:
      return H5T_STD_I64LE;
    case DType::i32:
      return H5T_STD_I32LE;
    case DType::u8:
      return H5T_STD_U8LE;
  }
  return -1;
}

DType dtype_in(hid_t dataset) {
  const Handle type(H5Dget_type(dataset), H5Tclose, "read a type");
  for (const DType t : {DType::f64, DType::f32, DType::i64, DType::i32, DType::u8})
    if (H5Tequal(type, stored_type(t)) > 0) return t;
  throw Error("HDF5: a type Tawara does not write");
}

void write_text_attribute(hid_t object, const char* name, const std::string& text) {
  const Handle type(H5Tcopy(H5T_C_S1), H5Tclose, "make a text type");
  check(H5Tset_size(type, std::max<std::size_t>(text.size(), 1)), "size a text");
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose, "make a space");
  const Handle attribute(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                         "make an attribute");
  const std::string padded = text.empty() ? std::string(1, '\0') : text;
  check(H5Awrite(attribute, type, padded.data()), "write an attribute");
}

std::string read_text_attribute(hid_t object, const char* name) {
  const Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, fmt::format("open attribute {}", name));
  const Handle type(H5Aget_type(attribute), H5Tclose, "read a type");
  std::string text(H5Tget_size(type), '\0');
  check(H5Aread(attribute, type, text.data()), "read an attribute");
  text.resize(std::min(text.size(), text.find('\0') == std::string::npos ? text.size() : text.find('\0')));
  return text;
}

void write_dataset(hid_t where, const std::string& name, const Array& a, const std::string& unit) {
  std::vector<hsize_t> shape(a.shape().begin(), a.shape().end());
  const Handle space(
      shape.empty() ? H5Screate(H5S_SCALAR) : H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
      H5Sclose, "make a space");
  const hid_t type = stored_type(a.type());
  const Handle dataset(H5Dcreate2(where, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Dclose,
                       "make dataset " + name);
  if (a.size() > 0) check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, a.data()), "write dataset " + name);
  write_text_attribute(dataset, "unit", unit);
}

Array read_dataset(hid_t where, const std::string& name) {
  const Handle dataset(H5Dopen2(where, name.c_str(), H5P_DEFAULT), H5Dclose, "open dataset " + name);
  const Handle space(H5Dget_space(dataset), H5Sclose, "read a space");
  const int rank = H5Sget_simple_extent_ndims(space);
  check(rank, "read the shape of " + name);
  std::vector<hsize_t> extents(static_cast<std::size_t>(rank));
  if (rank > 0) check(H5Sget_simple_extent_dims(space, extents.data(), nullptr), "read the shape of " + name);
  Array a(dtype_in(dataset), {extents.begin(), extents.end()});
  if (a.size() > 0)
    check(H5Dread(dataset, stored_type(a.type()), H5S_ALL, H5S_ALL, H5P_DEFAULT, a.mutable_data()),
          "read dataset " + name);
  return a;
}

// Texts are kept as one byte array, ended by zeros: every HDF5 reader can take that apart.
Array joined(const std::vector<std::string>& texts) {
  std::vector<std::uint8_t> bytes;
  for (const std::string& t : texts) {
    bytes.insert(bytes.end(), t.begin(), t.end());
    bytes.push_back(0);
  }
  return Array::of(bytes, {bytes.size()});
}

std::vector<std::string> split(const Array& joined_texts) {
  std::vector<std::string> texts;
  std::string current;
  for (const std::uint8_t byte : joined_texts.span<std::uint8_t>()) {
    if (byte) {
      current.push_back(static_cast<char>(byte));
    } else {
      texts.push_back(std::move(current));
      current.clear();
    }
  }
  return texts;
}

}  // namespace

Hdf5Writer::Hdf5Writer(std::filesystem::path file) : file_(std::move(file)), temporary_(file_.string() + ".part") {
  be_quiet();
  id_ = H5Fcreate(temporary_.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  if (id_ < 0) throw Error("cannot write " + file_.string());
}

Hdf5Writer::~Hdf5Writer() {
  if (id_ < 0) return;
  H5Fclose(id_);
  std::error_code ignored;
  std::filesystem::remove(temporary_, ignored);
}

void Hdf5Writer::array(const std::string& name, const Array& a, const std::string& unit) {
  write_dataset(id_, name, a, unit);
}

void Hdf5Writer::table(const std::string& name, const Table& table) {
  const Handle group(H5Gcreate2(id_, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose,
                     "make group " + name);
  std::string order;
  for (const Table::Column& c : table.columns) {
    const bool text = !c.texts.empty();
    // A slash would start a group inside the group.
    std::string dataset = c.name;
    std::replace(dataset.begin(), dataset.end(), '/', '|');
    write_dataset(group, dataset, text ? joined(c.texts) : Array::of(c.numbers, {c.numbers.size()}), c.unit);
    order += (text ? "t" : "n") + c.name + "\n";
  }
  write_text_attribute(group, "columns", order);
}

void Hdf5Writer::finish() {
  write_text_attribute(id_, "complete", "yes");
  const herr_t closed = H5Fclose(id_);
  id_ = -1;
  if (closed < 0) throw Error("cannot write " + file_.string() + " (disk full?)");
  std::filesystem::rename(temporary_, file_);
}

Hdf5Reader::Hdf5Reader(const std::filesystem::path& file) : file_(file) {
  be_quiet();
  id_ = H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  if (id_ < 0) throw Error("cannot read " + file.string() + " as HDF5");
  try {
    if (read_text_attribute(id_, "complete") != "yes") throw Error(file.string() + " was never finished");
  } catch (...) {
    H5Fclose(id_);
    throw;
  }
}

Hdf5Reader::~Hdf5Reader() { H5Fclose(id_); }

Array Hdf5Reader::array(const std::string& name) const { return read_dataset(id_, name); }

Table Hdf5Reader::table(const std::string& name) const {
  const Handle group(H5Gopen2(id_, name.c_str(), H5P_DEFAULT), H5Gclose, "open group " + name);
  const std::string order = read_text_attribute(group, "columns");
  Table table;
  for (std::size_t begin = 0; begin < order.size();) {
    const std::size_t end = order.find('\n', begin);
    const std::string column = order.substr(begin + 1, end - begin - 1);
    std::string dataset = column;
    std::replace(dataset.begin(), dataset.end(), '/', '|');
    const Array a = read_dataset(group, dataset);
    if (order[begin] == 't') {
      table.add_text(column, split(a));
    } else {
      const Handle opened(H5Dopen2(group, dataset.c_str(), H5P_DEFAULT), H5Dclose, "open dataset " + dataset);
      const auto numbers = a.span<double>();
      table.add(column, read_text_attribute(opened, "unit"), {numbers.begin(), numbers.end()});
    }
    begin = end + 1;
  }
  return table;
}

}  // namespace tawara
