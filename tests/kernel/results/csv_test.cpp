#include "kernel/results/csv.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "kernel/results/csv_read.hpp"
#include "tests/kernel/temporary_folder.hpp"
#include "tests/message_of.hpp"

using namespace tawara;

namespace {

Table read(const std::string& text) {
  const TemporaryFolder folder;
  return read_csv(folder.write("t.csv", text));
}

/// The complaint about a file of this content, its folder taken off.
std::string complaint(const std::string& text) {
  const TemporaryFolder folder;
  const auto file = folder.write("t.csv", text);
  const std::string message = message_of([&] { (void)read_csv(file); });
  const std::string prefix = folder.path().string() + "/";
  return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
}

}  // namespace

TEST_CASE("what the CSV writer writes reads back bit for bit") {
  Table t;
  t.add("myocyte.scale_I_Kr", "1", {0.1, 1.0 / 3, 1e-308, -0.0})
      .add("APD90", "ms", {std::nan(""), HUGE_VAL, -HUGE_VAL, 300})
      .add_text("activation.roots", {"3", "1 2 3", "", "7"})
      .add_text("status", {"ok", "nan: lost, at \"5 ms\"", "two\nlines", ""});
  const Table back = read(to_csv(t));
  REQUIRE(back.columns.size() == 4);
  for (std::size_t c = 0; c < 4; ++c) {
    CHECK(back.columns[c].name == t.columns[c].name);
    CHECK(back.columns[c].unit == t.columns[c].unit);
    CHECK(back.columns[c].texts == t.columns[c].texts);
  }
  CHECK(back.columns[0].numbers == t.columns[0].numbers);
  CHECK(std::signbit(back.columns[0].numbers[3]));
  CHECK(std::isnan(back.columns[1].numbers[0]));
  CHECK(back.columns[1].numbers[1] == HUGE_VAL);
}

TEST_CASE("spreadsheets may have their way with line ends, marks, blanks and gaps") {
  const Table t = read(
      "\xEF\xBB\xBF"
      "x [mm] , y ,z\r\n 1 ,,a\r\n\r\n2,+3, b \r\n");
  CHECK(t.at("x").numbers == std::vector<double>{1, 2});
  CHECK(t.at("x").unit == "mm");
  CHECK(std::isnan(t.at("y").numbers[0]));
  CHECK(t.at("y").numbers[1] == 3);
  CHECK(t.at("y").unit == "1");
  CHECK(t.at("z").texts == std::vector<std::string>{"a", " b "});
  CHECK(read("a,b\n1,").at("b").texts == std::vector<std::string>{""});
  CHECK(std::isnan(read("a,b [ms]\n1,").at("b").numbers[0]));
}

TEST_CASE("a column of ids is texts wherever its lists begin") {
  CHECK(read("roots\n5\n1 2\n").at("roots").texts == std::vector<std::string>{"5", "1 2"});
  CHECK(read("roots\n1 2\n5\n").at("roots").texts == std::vector<std::string>{"1 2", "5"});
  CHECK(read("roots,x\n,1\n3,1\n1 2,1\n").at("roots").texts == std::vector<std::string>{"", "3", "1 2"});
  CHECK(read("roots\n5\n6\n").at("roots").numbers == std::vector<double>{5, 6});
}

TEST_CASE("a mistake in a table is told with line and column") {
  CHECK(complaint("x,y\n1,2\n3,abc\n") == "t.csv:3: column 2 (y): 'abc' is no number, as the cells above it are");
  CHECK(complaint("x [mm],y\nabc,2\n") == "t.csv:2: column 1 (x): 'abc' is no number");
  CHECK(complaint("roots\n1 2\n1 a\n") ==
        "t.csv:3: column 1 (roots): '1 a' is no list of ids, as the cells above it are");
  CHECK(complaint("x,y\n1\n") == "t.csv:2: 1 cell where the header has 2 columns");
  CHECK(complaint("x,y\n1,2,3\n") == "t.csv:2: 3 cells where the header has 2 columns");
  CHECK(complaint("x,y\n\"a\nb\",2\n1,2,3\n") == "t.csv:4: 3 cells where the header has 2 columns");
  CHECK(complaint("x,\"y\n1,2\n") == "t.csv:1: a quote is opened and never closed");
  CHECK(complaint("x,y,x\n1,2,3\n") == "t.csv:1: there are two columns called 'x'");
  CHECK(complaint("x,,z\n1,2,3\n") == "t.csv:1: column 2 has no name");
  CHECK(complaint("1,2\n3,4\n") ==
        "t.csv:1: column 1 is called '1': the first line is a header with the names of the columns");
  CHECK(complaint("") == "t.csv:1: the file is empty; expected a header with the names of the columns");
  CHECK(complaint("x,y\n") == "t.csv:1: there is a header and no row below it");
  CHECK(complaint(std::string("x\n\0\n", 4)) ==
        "t.csv:1: this is no text; expected a CSV or one of Tawara's HDF5 files");
}

TEST_CASE("a CSV that is not there is an error with the system's reason") {
  CHECK(message_of([] { (void)read_csv("/no/such.csv"); }) == "cannot read /no/such.csv: No such file or directory");
}
