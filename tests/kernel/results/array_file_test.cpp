#include "kernel/results/array_file.hpp"

#include <doctest/doctest.h>
#include <hdf5.h>

#include <filesystem>
#include <thread>

#include "kernel/results/hdf5.hpp"
#include "tests/kernel/temporary_folder.hpp"
#include "tests/message_of.hpp"

using namespace tawara;
namespace fs = std::filesystem;

namespace {

/// A file as another program may write it, by the C library alone.
class OtherProgram {
 public:
  explicit OtherProgram(const fs::path& file)
      : file_(H5Fcreate(file.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)) {
    REQUIRE(file_ >= 0);
  }
  ~OtherProgram() { H5Fclose(file_); }
  OtherProgram(const OtherProgram&) = delete;
  OtherProgram& operator=(const OtherProgram&) = delete;

  void group(const char* name) const { H5Gclose(H5Gcreate2(file_, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)); }

  /// @param stored, given  how the numbers are kept, and as what they are given here
  template <class T>
  void dataset(const char* name, const std::vector<hsize_t>& shape, hid_t stored, hid_t given,
               const std::vector<T>& values, hid_t properties = H5P_DEFAULT) const {
    const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
    const hid_t set = H5Dcreate2(file_, name, stored, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    REQUIRE(set >= 0);
    if (!values.empty()) REQUIRE(H5Dwrite(set, given, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0);
    H5Dclose(set);
    H5Sclose(space);
  }

  /// One text of any length, as h5py writes attributes; or several.
  void attribute(const char* dataset, const char* name, const std::vector<const char*>& texts) const {
    const hid_t set = H5Dopen2(file_, dataset, H5P_DEFAULT), type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    const hsize_t n = texts.size();
    const hid_t space = n == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &n, nullptr);
    const hid_t attribute = H5Acreate2(set, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    REQUIRE(H5Awrite(attribute, type, texts.data()) >= 0);
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
    H5Dclose(set);
  }

  /// Texts of one length, padded, as Fortran and MATLAB write them.
  void padded_attribute(const char* dataset, const char* name, const std::string& bytes, hsize_t texts) const {
    const hid_t set = H5Dopen2(file_, dataset, H5P_DEFAULT), type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, bytes.size() / texts);
    H5Tset_strpad(type, H5T_STR_SPACEPAD);
    const hid_t space = texts == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &texts, nullptr);
    const hid_t attribute = H5Acreate2(set, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    REQUIRE(H5Awrite(attribute, type, bytes.data()) >= 0);
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
    H5Dclose(set);
  }

  [[nodiscard]] hid_t id() const { return file_; }

 private:
  hid_t file_;
};

const ArrayFiles::Dataset& named(const std::vector<ArrayFiles::Dataset>& all, const std::string& name) {
  for (const auto& dataset : all)
    if (dataset.name == name) return dataset;
  FAIL("no dataset " << name);
  return all.front();
}

/// A shard, a product: whatever Tawara leaves in a run's folder.
fs::path ours(const TemporaryFolder& folder, const std::string& name) {
  Table t;
  t.add("cell.g_K1", "mS/uF", {0.5, 0.7}).add_text("status", {"ok", "nan"});
  Hdf5Image image;
  image.columns(t);
  image.array("current", Array::of(std::vector<float>{1, 2, 3, 4, 5, 6}, {2, 3}), "uA/uF");
  image.array("counts", Array::of(std::vector<std::int32_t>{7}), "1");
  image.array("temperature", Array::scalar(310), "K");
  return folder.write(name, image.finish());
}

}  // namespace

TEST_CASE("datasets of a file of ours are listed and read, types as they are") {
  const TemporaryFolder folder;
  const fs::path file = ours(folder, "run.cells.00000.h5");
  const auto all = array_files().list(file);
  REQUIRE(all.size() == 5);
  CHECK(all[0].name == "cell.g_K1");  // by name
  CHECK(all[4].name == "temperature");
  CHECK(named(all, "current").unit == "uA/uF");
  CHECK(named(all, "current").shape == std::vector<std::size_t>{2, 3});
  CHECK(named(all, "current").numbers);
  CHECK(named(all, "temperature").shape.empty());
  CHECK_FALSE(named(all, "status").numbers);
  const auto current = array_files().read(file, "current");
  CHECK(current.name == "current");
  CHECK(current.unit == "uA/uF");
  CHECK(current.values.type() == DType::f32);
  CHECK(current.values.shape() == std::vector<std::size_t>{2, 3});
  CHECK(current.values.at(5) == 6);
  CHECK(array_files().read(file, "counts").values.type() == DType::i32);
  CHECK(array_files().read(file, "temperature").values.number() == 310);
}

TEST_CASE("files of other programs are read: groups, other byte orders and widths, units under another name") {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "amplifier.h5";
  {
    const OtherProgram out(file);
    out.group("sweep_1");
    out.dataset<double>("sweep_1/current", {3}, H5T_IEEE_F64BE, H5T_NATIVE_DOUBLE, {1.5, -2.25, 1e-300});
    out.dataset<float>("sweep_1/small", {2}, H5T_IEEE_F32BE, H5T_NATIVE_FLOAT, {0.5F, 4});
    out.dataset<short>("counts", {2, 2}, H5T_STD_I16LE, H5T_NATIVE_SHORT, {-1, 2, 32767, -32768});
    out.dataset<float>("as_ours", {1}, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, {2});
    out.attribute("sweep_1/current", "units", {"pA/pF"});
    out.attribute("counts", "unit", {""});  // says nothing: the other name may
    out.attribute("counts", "units", {"1"});
    out.padded_attribute("as_ours", "units", "mV ", 1);
  }
  const auto all = array_files().list(file);
  REQUIRE(all.size() == 4);
  CHECK(named(all, "sweep_1/current").unit == "pA/pF");
  CHECK(named(all, "sweep_1/small").unit == "");
  CHECK(named(all, "counts").unit == "1");
  CHECK(named(all, "as_ours").unit == "mV");
  CHECK(named(all, "counts").shape == std::vector<std::size_t>{2, 2});
  CHECK(named(all, "sweep_1/current").numbers);
  const auto current = array_files().read(file, "sweep_1/current");
  CHECK(current.unit == "pA/pF");
  CHECK(current.values.type() == DType::f64);
  CHECK(current.values.at(1) == -2.25);
  CHECK(current.values.at(2) == 1e-300);
  CHECK(array_files().read(file, "sweep_1/small").values.at(1) == 4);
  const auto counts = array_files().read(file, "counts");
  CHECK(counts.values.type() == DType::f64);
  CHECK(counts.values.at(2) == 32767);
  CHECK(counts.values.at(3) == -32768);
  CHECK(array_files().read(file, "as_ours").values.type() == DType::f32);
}

TEST_CASE("attributes that are no single text leave a dataset without a unit, not a file without datasets") {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "x.h5";
  {
    const OtherProgram out(file);
    for (const char* name : {"many", "many_padded", "number"})
      out.dataset<double>(name, {1}, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, {3});
    out.attribute("many", "units", {"mV", "ms"});
    out.padded_attribute("many_padded", "unit", "mVms", 2);
    const hid_t set = H5Dopen2(out.id(), "number", H5P_DEFAULT), space = H5Screate(H5S_SCALAR);
    const hid_t attribute = H5Acreate2(set, "unit", H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT);
    const double one = 1;
    H5Awrite(attribute, H5T_NATIVE_DOUBLE, &one);
    H5Aclose(attribute);
    H5Sclose(space);
    H5Dclose(set);
  }
  const auto all = array_files().list(file);
  REQUIRE(all.size() == 3);
  for (const auto& dataset : all) {
    CHECK(dataset.unit == "");
    CHECK(array_files().read(file, dataset.name).values.at(0) == 3);
  }
}

TEST_CASE("numbers that were compressed are read, however much smaller that made the file") {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "x.h5";
  constexpr hsize_t n = 200'000;
  {
    const OtherProgram out(file);
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    const hsize_t chunk = 50'000;
    H5Pset_chunk(properties, 1, &chunk);
    H5Pset_deflate(properties, 9);
    out.dataset<double>("rest", {n}, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, std::vector<double>(n, -80), properties);
    H5Pclose(properties);
  }
  REQUIRE(fs::file_size(file) < n);
  const auto rest = array_files().read(file, "rest");
  REQUIRE(rest.values.size() == n);
  CHECK(rest.values.at(n - 1) == -80);
}

TEST_CASE("what is no array of numbers is refused, with what the file has") {
  const TemporaryFolder folder;
  const fs::path file = ours(folder, "x.h5");
  const auto said = [&](const char* name) { return message_of([&] { (void)array_files().read(file, name); }); };
  CHECK(said("curent") == file.string() +
                              " holds no array 'curent' that can be read (HDF5: cannot open dataset curent); it has: "
                              "cell.g_K1, counts, current, temperature");
  CHECK(said("status").find("holds no array 'status' that can be read (HDF5: dataset status holds no numbers); it has: "
                            "cell.g_K1, counts") != std::string::npos);
  CHECK(said("").find("holds no array ''") != std::string::npos);
  const fs::path grouped = folder.path() / "grouped.h5";
  {
    const OtherProgram out(grouped);
    out.group("sweep");
    out.dataset<double>("sweep/I", {1}, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, {1});
    const hid_t compound = H5Tcreate(H5T_COMPOUND, 8);
    H5Tinsert(compound, "x", 0, H5T_NATIVE_DOUBLE);
    out.dataset<double>("record", {1}, compound, compound, {1});
    H5Tclose(compound);
    const hid_t nothing = H5Screate(H5S_NULL);
    H5Dclose(H5Dcreate2(out.id(), "nothing", H5T_IEEE_F64LE, nothing, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Sclose(nothing);
  }
  for (const char* name : {"sweep", "record", "nothing"}) {
    const std::string message = message_of([&] { (void)array_files().read(grouped, name); });
    CHECK_MESSAGE(message.find("it has: ") != std::string::npos, message);
    CHECK_MESSAGE(message.find("sweep/I") != std::string::npos, message);
  }
}

TEST_CASE("a file with many datasets is not told in full") {
  const TemporaryFolder folder;
  Hdf5Image image;
  for (int i = 0; i < 200; ++i) image.array("dataset_" + std::to_string(i), Array::scalar(i), "1");
  const fs::path file = folder.write("x.h5", image.finish());
  const std::string message = message_of([&] { (void)array_files().read(file, "other"); });
  CHECK(message.size() < 600 + file.string().size());
  CHECK(message.ends_with(", ..."));
}

TEST_CASE("what is cut off, of another kind or not there is refused by its name") {
  const TemporaryFolder folder;
  const fs::path file = ours(folder, "x.h5"), text = folder.write("y.h5", "t [ms],I [uA/uF]\n0,1\n"),
                 empty = folder.write("z.h5", "");
  fs::resize_file(file, fs::file_size(file) / 2);
  for (const fs::path& bad : {file, text, empty}) {
    const std::string expected = bad.string() + " cannot be read as HDF5: it is another kind of file, or cut off";
    CHECK(message_of([&] { (void)array_files().list(bad); }) == expected);
    CHECK(message_of([&] { (void)array_files().read(bad, "current"); }) == expected);
  }
  const fs::path none = folder.path() / "none.h5";
  CHECK(message_of([&] { (void)array_files().list(none); }) == "no such file: " + none.string());
  CHECK(message_of([&] { (void)array_files().list(folder.path()); }) == "no such file: " + folder.path().string());
}

TEST_CASE("a series is all its shards in order, and none may be missing") {
  const TemporaryFolder folder;
  for (const char* number : {"00002", "00000", "00001"}) ours(folder, "cohort.cells." + std::string(number) + ".h5");
  const fs::path begins_with = folder.path() / "cohort.cells";
  const auto files = array_files().series(begins_with);
  REQUIRE(files.size() == 3);
  CHECK(files[0].filename() == "cohort.cells.00000.h5");
  CHECK(files[2].filename() == "cohort.cells.00002.h5");
  CHECK(array_files().series(folder.path()) == files);  // the folder holds no other
  CHECK(array_files().series(files[1]) == std::vector{files[1]});
  fs::remove(files[1]);
  CHECK(message_of([&] { (void)array_files().series(begins_with); }) ==
        "shard 00001 is missing before " + files[2].string() + "; copy the whole series");
  // A part of a population, made on a machine of its own, begins later.
  fs::remove(files[0]);
  CHECK(array_files().series(begins_with) == std::vector{files[2]});
  ours(folder, "cohort.cells.00000.h5");
  ours(folder, "cohort.cells.00001.h5");
  folder.write("scenario.resolved.toml", "");
  CHECK(message_of([&] { (void)array_files().series(begins_with); }).find("is not finished, so some of its rows") !=
        std::string::npos);
  folder.write("summary.json", "{}");
  CHECK(array_files().series(begins_with).size() == 3);
  ours(folder, "other.cells.00000.h5");
  CHECK(message_of([&] {
          (void)array_files().series(folder.path());
        }).find("holds the shards of cohort.cells, other.cells; name one of them") != std::string::npos);
  CHECK(message_of([&] { (void)array_files().series(folder.path() / "none"); }).find("no such file: ") == 0);
}

TEST_CASE("several threads read at once") {
  const TemporaryFolder folder;
  const fs::path file = ours(folder, "x.h5");
  std::vector<int> right(4);
  {
    std::vector<std::jthread> threads;
    for (int& count : right)
      threads.emplace_back([&] {
        for (int i = 0; i < 50; ++i)
          count += array_files().list(file).size() == 5 && array_files().read(file, "current").values.at(3) == 4;
      });
  }
  CHECK(right == std::vector<int>(4, 50));
}
