#include "kernel/results/hdf5.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <vector>

#include "kernel/results/files.hpp"
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

/// The type of a dataset where it is one of ours.
std::optional<DType> our_type_of(hid_t dataset) {
  const Handle type(H5Dget_type(dataset), H5Tclose, "read a type");
  for (const DType t : {DType::f64, DType::f32, DType::i64, DType::i32, DType::u8})
    if (H5Tequal(type, stored_type(t)) > 0) return t;
  return std::nullopt;
}

DType dtype_in(hid_t dataset) {
  if (const auto type = our_type_of(dataset)) return *type;
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
  const Handle space(H5Aget_space(attribute), H5Sclose, "read a space");
  if (H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) != 0 || H5Sget_simple_extent_npoints(space) != 1)
    throw Error(fmt::format("HDF5: attribute {} holds no text as Tawara writes them", name));
  std::string text(H5Tget_size(type), '\0');
  check(H5Aread(attribute, type, text.data()), "read an attribute");
  text.resize(std::min(text.size(), text.find('\0') == std::string::npos ? text.size() : text.find('\0')));
  return text;
}

/// A dataset without the time it was written, so that equal results are equal bytes.
hid_t create_dataset(hid_t where, const std::string& name, hid_t type, hid_t space) {
  const Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "make a property list");
  check(H5Pset_obj_track_times(properties, false), "leave out the time");
  return H5Dcreate2(where, name.c_str(), type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
}

void write_dataset(hid_t where, const std::string& name, const Array& a, const std::string& unit) {
  std::vector<hsize_t> shape(a.shape().begin(), a.shape().end());
  const Handle space(
      shape.empty() ? H5Screate(H5S_SCALAR) : H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
      H5Sclose, "make a space");
  const hid_t type = stored_type(a.type());
  const Handle dataset(create_dataset(where, name, type, space), H5Dclose, "make dataset " + name);
  if (a.size() > 0) check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, a.data()), "write dataset " + name);
  write_text_attribute(dataset, "unit", unit);
}

/// How many items a dataset holds. @throws Error when that is more than its file has bytes: a damaged one
std::size_t items_in(hid_t dataset, hid_t space, const std::string& name) {
  const Handle file(H5Iget_file_id(dataset), H5Fclose, "find the file of " + name);
  hsize_t bytes = 0;
  check(H5Fget_filesize(file, &bytes), "measure the file of " + name);
  const hssize_t n = H5Sget_simple_extent_npoints(space);
  check(n < 0 ? -1 : 0, "read the shape of " + name);
  const Handle properties(H5Dget_create_plist(dataset), H5Pclose, "read how " + name + " is kept");
  constexpr hsize_t smallest = 1100;  // deflate makes no byte of more than 1032
  if (H5Pget_nfilters(properties) > 0) bytes *= smallest;
  if (static_cast<hsize_t>(n) > bytes)
    throw Error(fmt::format("HDF5: dataset {} claims {} items in a file of {} bytes", name, n, bytes));
  return static_cast<std::size_t>(n);
}

std::vector<std::size_t> shape_of(hid_t space, const std::string& name) {
  const int rank = H5Sget_simple_extent_ndims(space);
  check(rank, "read the shape of " + name);
  std::vector<hsize_t> extents(static_cast<std::size_t>(rank));
  if (rank > 0) check(H5Sget_simple_extent_dims(space, extents.data(), nullptr), "read the shape of " + name);
  return {extents.begin(), extents.end()};
}

/// @param type  what its numbers become; nothing: what they are
Array read_dataset(hid_t where, const std::string& name, std::optional<DType> type = std::nullopt) {
  const Handle dataset(H5Dopen2(where, name.c_str(), H5P_DEFAULT), H5Dclose, "open dataset " + name);
  const Handle space(H5Dget_space(dataset), H5Sclose, "read a space");
  (void)items_in(dataset, space, name);
  Array a(type ? *type : dtype_in(dataset), shape_of(space, name));
  if (a.size() > 0)
    check(H5Dread(dataset, stored_type(a.type()), H5S_ALL, H5S_ALL, H5P_DEFAULT, a.mutable_data()),
          "read dataset " + name);
  return a;
}

/// UTF-8 strings of any length: what h5py, pandas and MATLAB take for texts.
class TextType {
 public:
  TextType() : type_(H5Tcopy(H5T_C_S1), H5Tclose, "make a text type") {
    check(H5Tset_size(type_, H5T_VARIABLE), "make a text type");
    check(H5Tset_cset(type_, H5T_CSET_UTF8), "make a text type");
  }
  operator hid_t() const { return type_; }

 private:
  Handle type_;
};

void write_texts(hid_t where, const std::string& name, const std::vector<std::string>& texts) {
  const TextType type;
  const hsize_t n = texts.size();
  const Handle space(H5Screate_simple(1, &n, nullptr), H5Sclose, "make a space");
  const Handle dataset(create_dataset(where, name, type, space), H5Dclose, "make dataset " + name);
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  if (n > 0) check(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()), "write dataset " + name);
}

std::vector<std::string> read_texts(hid_t where, const std::string& name) {
  const Handle dataset(H5Dopen2(where, name.c_str(), H5P_DEFAULT), H5Dclose, "open dataset " + name);
  const Handle stored(H5Dget_type(dataset), H5Tclose, "read a type");
  if (H5Tis_variable_str(stored) <= 0) throw Error("HDF5: dataset " + name + " holds no texts as Tawara writes them");
  const Handle space(H5Dget_space(dataset), H5Sclose, "read a space");
  const std::size_t n = items_in(dataset, space, name);
  const TextType type;
  std::vector<char*> pointers(n, nullptr);
  if (n > 0) check(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()), "read dataset " + name);
  std::vector<std::string> texts;
  for (const char* text : pointers) texts.emplace_back(text ? text : "");
  if (n > 0) H5Dvlen_reclaim(type, space, H5P_DEFAULT, pointers.data());
  return texts;
}

/// A slash would start a group inside the group.
std::string dataset_of(std::string column) {
  std::replace(column.begin(), column.end(), '/', '|');
  return column;
}

// HDF5 lists datasets by name; the attribute `columns` keeps their order, and which of them are texts.
void write_columns(hid_t where, const Table& table) {
  std::string order;
  for (const Table::Column& c : table.columns) {
    const bool text = !c.texts.empty();
    if (text)
      write_texts(where, dataset_of(c.name), c.texts);
    else
      write_dataset(where, dataset_of(c.name), Array::of(c.numbers, {c.numbers.size()}), c.unit);
    order += (text ? "t" : "n") + c.name + "\n";
  }
  write_text_attribute(where, "columns", order);
}

Table read_columns(hid_t where) {
  const std::string order = read_text_attribute(where, "columns");
  Table table;
  for (std::size_t begin = 0; begin < order.size();) {
    const std::size_t end = std::min(order.find('\n', begin), order.size());
    const std::string column = order.substr(begin + 1, end - begin - 1), dataset = dataset_of(column);
    if (order[begin] == 't') {
      table.add_text(column, read_texts(where, dataset));
    } else {
      const Array a = read_dataset(where, dataset);
      const Handle opened(H5Dopen2(where, dataset.c_str(), H5P_DEFAULT), H5Dclose, "open dataset " + dataset);
      const auto numbers = a.span<double>();
      table.add(column, read_text_attribute(opened, "unit"), {numbers.begin(), numbers.end()});
    }
    begin = end + 1;
  }
  return table;
}

bool has_numbers(hid_t dataset) {
  const Handle type(H5Dget_type(dataset), H5Tclose, "read a type");
  const H5T_class_t kind = H5Tget_class(type);
  return kind == H5T_FLOAT || kind == H5T_INTEGER;
}

/// Also other programs' attributes: of any length, or padded with blanks. "" for what is no single text.
std::string text_attribute(hid_t object, const char* name) {
  if (H5Aexists(object, name) <= 0) return "";
  const Handle attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose, fmt::format("open attribute {}", name));
  const Handle type(H5Aget_type(attribute), H5Tclose, "read a type");
  const Handle space(H5Aget_space(attribute), H5Sclose, "read a space");
  if (H5Tget_class(type) != H5T_STRING || H5Sget_simple_extent_npoints(space) != 1) return "";
  std::string copy;
  if (H5Tis_variable_str(type) > 0) {
    char* text = nullptr;
    check(H5Aread(attribute, type, &text), "read an attribute");
    copy = text ? text : "";
    H5Dvlen_reclaim(type, space, H5P_DEFAULT, &text);
  } else {
    copy = read_text_attribute(object, name);
  }
  copy.erase(copy.find_last_not_of(' ') + 1);
  return copy;
}

std::string unit_of(hid_t dataset) {
  const std::string unit = text_attribute(dataset, "unit");
  return unit.empty() ? text_attribute(dataset, "units") : unit;
}

/// What H5Ovisit calls for every object. Nothing may be thrown through HDF5.
herr_t note_dataset(hid_t where, const char* name, const H5O_info_t* info, void* found) noexcept {
  if (info->type != H5O_TYPE_DATASET) return 0;
  try {
    const Handle dataset(H5Dopen2(where, name, H5P_DEFAULT), H5Dclose, "open a dataset");
    const Handle space(H5Dget_space(dataset), H5Sclose, "read a space");
    static_cast<std::vector<ArrayFiles::Dataset>*>(found)->push_back(
        {name, unit_of(dataset), shape_of(space, name),
         has_numbers(dataset) && H5Sget_simple_extent_type(space) != H5S_NULL});
  } catch (...) {
    return -1;
  }
  return 0;
}

std::recursive_mutex hdf5_mutex;
using Lock = std::lock_guard<std::recursive_mutex>;

}  // namespace

Hdf5Writer::Hdf5Writer(std::filesystem::path file) : file_(std::move(file)), temporary_(temporary_name(file_)) {
  const Lock lock(hdf5_mutex);
  be_quiet();
  id_ = H5Fcreate(temporary_.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  if (id_ < 0) throw Error("cannot write " + file_.string());
}

Hdf5Writer::~Hdf5Writer() {
  if (id_ < 0) return;
  const Lock lock(hdf5_mutex);
  H5Fclose(id_);
  std::error_code ignored;
  std::filesystem::remove(temporary_, ignored);
}

void Hdf5Writer::array(const std::string& name, const Array& a, const std::string& unit) {
  const Lock lock(hdf5_mutex);
  write_dataset(id_, name, a, unit);
}

void Hdf5Writer::table(const std::string& name, const Table& table) {
  const Lock lock(hdf5_mutex);
  const Handle group(H5Gcreate2(id_, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose,
                     "make group " + name);
  write_columns(group, table);
}

void Hdf5Writer::finish() {
  const Lock lock(hdf5_mutex);
  write_text_attribute(id_, "complete", "yes");
  const herr_t closed = H5Fclose(id_);
  id_ = -1;
  if (closed < 0) throw Error("cannot write " + file_.string() + " (disk full?)");
  std::filesystem::rename(temporary_, file_);
}

Hdf5Image::Hdf5Image() {
  const Lock lock(hdf5_mutex);
  be_quiet();
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "make a property list");
  check(H5Pset_fapl_core(access, 1 << 20, /*write to disk=*/0), "work in memory");
  static std::size_t made = 0;  // HDF5 refuses a name that is open already, also in memory
  id_ = H5Fcreate(fmt::format("tawara-{}.h5", made++).c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access);
  if (id_ < 0) throw Error("HDF5: cannot make a file in memory");
}

Hdf5Image::~Hdf5Image() {
  if (id_ < 0) return;
  const Lock lock(hdf5_mutex);
  H5Fclose(id_);
}

void Hdf5Image::array(const std::string& name, const Array& a, const std::string& unit) {
  const Lock lock(hdf5_mutex);
  write_dataset(id_, name, a, unit);
}

void Hdf5Image::columns(const Table& table) {
  const Lock lock(hdf5_mutex);
  write_columns(id_, table);
}

void Hdf5Image::attribute(const std::string& name, const std::string& text) {
  const Lock lock(hdf5_mutex);
  write_text_attribute(id_, name.c_str(), text);
}

std::string Hdf5Image::finish() {
  const Lock lock(hdf5_mutex);
  write_text_attribute(id_, "complete", "yes");
  check(H5Fflush(id_, H5F_SCOPE_LOCAL), "flush");
  const ssize_t size = H5Fget_file_image(id_, nullptr, 0);
  check(size < 0 ? -1 : 0, "measure the file");
  std::string bytes(static_cast<std::size_t>(size), '\0');
  check(H5Fget_file_image(id_, bytes.data(), bytes.size()) < 0 ? -1 : 0, "take the file");
  H5Fclose(id_);
  id_ = -1;
  return bytes;
}

Hdf5Reader::Hdf5Reader(const std::filesystem::path& file, Written written) : file_(file) {
  const Lock lock(hdf5_mutex);
  be_quiet();
  id_ = H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  if (id_ < 0) throw Error("cannot read " + file.string() + " as HDF5");
  if (written == Written::by_anyone) return;
  try {
    if (read_text_attribute(id_, "complete") != "yes") throw Error(file.string() + " was never finished");
  } catch (...) {
    H5Fclose(id_);
    throw;
  }
}

Hdf5Reader::~Hdf5Reader() {
  const Lock lock(hdf5_mutex);
  H5Fclose(id_);
}

Array Hdf5Reader::array(const std::string& name) const {
  const Lock lock(hdf5_mutex);
  return read_dataset(id_, name);
}

Table Hdf5Reader::table(const std::string& name) const {
  const Lock lock(hdf5_mutex);
  const Handle group(H5Gopen2(id_, name.c_str(), H5P_DEFAULT), H5Gclose, "open group " + name);
  return read_columns(group);
}

Table Hdf5Reader::columns() const {
  const Lock lock(hdf5_mutex);
  return read_columns(id_);
}

std::vector<ArrayFiles::Dataset> Hdf5Reader::datasets() const {
  const Lock lock(hdf5_mutex);
  std::vector<ArrayFiles::Dataset> found;
  check(H5Ovisit2(id_, H5_INDEX_NAME, H5_ITER_INC, note_dataset, &found, H5O_INFO_BASIC), "list the datasets");
  return found;
}

Shards::NamedArray Hdf5Reader::numbers(const std::string& name) const {
  const Lock lock(hdf5_mutex);
  const Handle dataset(H5Dopen2(id_, name.c_str(), H5P_DEFAULT), H5Dclose, "open dataset " + name);
  const Handle space(H5Dget_space(dataset), H5Sclose, "read a space");
  if (!has_numbers(dataset) || H5Sget_simple_extent_type(space) == H5S_NULL)
    throw Error(fmt::format("HDF5: dataset {} holds no numbers", name));
  return {name, unit_of(dataset), read_dataset(id_, name, our_type_of(dataset).value_or(DType::f64))};
}

std::string Hdf5Reader::attribute(const std::string& name) const {
  const Lock lock(hdf5_mutex);
  return H5Aexists(id_, name.c_str()) > 0 ? read_text_attribute(id_, name.c_str()) : "";
}

}  // namespace tawara
