#include "kernel/results/hdf5.hpp"

#include <doctest/doctest.h>

#include "tests/kernel/temporary_folder.hpp"
#include "tests/message_of.hpp"

using namespace tawara;

TEST_CASE("tables and arrays of one file read back") {
  const TemporaryFolder folder;
  Table t;
  t.add("a/b", "mV", {1, 2}).add_text("word", {"", "ä, \"b\""});
  {
    Hdf5Writer out(folder.path() / "x.h5");
    out.table("t", t);
    out.array("a", Array::of(std::vector<std::int32_t>{3, 4}, {1, 2}), "mm");
    out.finish();
  }
  CHECK(folder.files() == 1);
  const Hdf5Reader in(folder.path() / "x.h5");
  CHECK(in.table("t").at("a/b").numbers == std::vector<double>{1, 2});
  CHECK(in.table("t").at("a/b").unit == "mV");
  CHECK(in.table("t").at("word").texts == std::vector<std::string>{"", "ä, \"b\""});
  CHECK(in.array("a").shape() == std::vector<std::size_t>{1, 2});
  CHECK(in.attribute("no such") == "");
  CHECK(message_of([&] { (void)in.table("u"); }) == "HDF5: cannot open group u");
  CHECK(message_of([&] { (void)in.columns(); }) == "HDF5: cannot open attribute columns");
}

TEST_CASE("a file that was never finished is refused") {
  const TemporaryFolder folder;
  { Hdf5Writer out(folder.path() / "x.h5"); }
  CHECK(folder.files() == 0);
  folder.write("y.h5", "no HDF5");
  CHECK(message_of([&] { Hdf5Reader in(folder.path() / "y.h5"); }) ==
        "cannot read " + (folder.path() / "y.h5").string() + " as HDF5");
}

TEST_CASE("a dataset that claims more than its file has is refused before memory is asked for") {
  const TemporaryFolder folder;
  const std::uint64_t n = 12345, far_more = std::uint64_t{1} << 44;
  Hdf5Image image;
  image.array("a", Array(DType::f64, {n}), "mV");
  std::string bytes = image.finish();
  const auto as_bytes = [](std::uint64_t x) { return std::string(reinterpret_cast<const char*>(&x), sizeof x); };
  std::size_t replaced = 0;
  for (std::size_t at = 0; (at = bytes.find(as_bytes(n), at)) != std::string::npos; ++replaced)
    bytes.replace(at, sizeof n, as_bytes(far_more));
  REQUIRE(replaced > 0);
  const Hdf5Reader in(folder.write("x.h5", bytes));
  CHECK(message_of([&] { (void)in.array("a"); }).find("HDF5: dataset a claims 17592186044416 items in a file of") == 0);
}
