#include "kernel/results/table_file.hpp"

#include <doctest/doctest.h>

#include "kernel/host/host.hpp"
#include "kernel/host/shard_files.hpp"
#include "kernel/results/files.hpp"
#include "kernel/results/hdf5.hpp"
#include "kernel/scenario/input_files.hpp"
#include "tests/kernel/temporary_folder.hpp"
#include "tests/message_of.hpp"

using namespace tawara;

namespace {

struct Run {
  TemporaryFolder folder;
  RunServices services{1, 1};
  void shard(const std::string& name, std::size_t index, const std::string& column = "x") {
    Table t;
    t.add(column, "mm", {10.0 * static_cast<double>(index), 10.0 * static_cast<double>(index) + 1});
    t.add_text("status", {"ok", "ok"});
    ShardFiles(services, folder.path(), "cohort", "key").write(name, index, t, {});
  }
  [[nodiscard]] std::filesystem::path at(const std::string& name) const { return folder.path() / name; }
  [[nodiscard]] std::string complaint(const std::string& name) const {
    return message_of([&] { (void)read_table_file(name.empty() ? folder.path() : at(name)); });
  }
};

}  // namespace

TEST_CASE("one shard, a series by its name and a folder that holds one series give their rows in order") {
  Run run;
  for (const std::size_t i : {2, 0, 1}) run.shard("cells", i);
  run.folder.write("log.txt", "");
  CHECK(read_table_file(run.at("cohort.cells.00001.h5")).at("x").numbers == std::vector<double>{10, 11});
  const std::vector<double> all{0, 1, 10, 11, 20, 21};
  CHECK(read_table_file(run.at("cohort.cells")).at("x").numbers == all);
  CHECK(read_table_file(run.folder.path()).at("x").numbers == all);
  CHECK(read_table_file(run.folder.path()).at("x").unit == "mm");
  CHECK(read_table_file(run.folder.path()).at("status").texts.size() == 6);
}

TEST_CASE("more than five digits count as numbers, not as texts") {
  Run run;
  run.folder.write("a.99999.h5", "");
  run.folder.write("a.100000.h5", "");
  run.folder.write("a.001.h5", "");
  const auto files = input_files(run.at("a"));
  REQUIRE(files.size() == 2);
  CHECK(shard_number(files[1]) == 100000);
}

TEST_CASE("what is missing or does not go together is refused in words") {
  Run run;
  CHECK(run.complaint("") == run.folder.path().string() + " is a folder without shards (NAME.00000.h5); name the file");
  CHECK(run.complaint("no") == "no such file: " + run.at("no").string() +
                                   "; expected a CSV, an HDF5 file, or what the names of shards begin with");
  run.shard("cells", 0);
  run.shard("cells", 2);
  CHECK(run.complaint("cohort.cells") ==
        "shard 00001 is missing before " + run.at("cohort.cells.00002.h5").string() + "; copy the whole series");
  run.shard("cells", 1, "y");
  CHECK(run.complaint("cohort.cells") == run.at("cohort.cells.00001.h5").string() +
                                             " does not go with the shards before it: column 'y' [mm] where they have "
                                             "'x' [mm]");
  run.shard("beats", 0);
  CHECK(run.complaint("") == run.folder.path().string() +
                                 " holds the shards of cohort.beats, cohort.cells; name one of "
                                 "them, as in " +
                                 run.at("cohort.beats").string());
}

TEST_CASE("the shards of an unfinished run are not taken for a population") {
  Run run;
  run.shard("cells", 0);
  run.folder.write("scenario.resolved.toml", "");
  CHECK(run.complaint("cohort.cells")
            .find("the run in " + run.folder.path().string() +
                  " is not finished, so some of its rows are missing; go on with it") == 0);
  CHECK(read_table_file(run.at("cohort.cells.00000.h5")).rows() == 2);
  run.folder.write("summary.json", "{}");
  CHECK(read_table_file(run.at("cohort.cells")).rows() == 2);
}

TEST_CASE("an HDF5 file of someone else is refused") {
  Run run;
  {
    Hdf5Writer out(run.at("other.h5"));
    out.array("V_m", Array::scalar(1), "mV");
    out.finish();
  }
  CHECK(run.complaint("other.h5").find(run.at("other.h5").string() + " does not read back as a table Tawara wrote") ==
        0);
}

TEST_CASE("the digest of a series changes with any of its shards") {
  Run run;
  run.shard("cells", 0);
  run.shard("cells", 1);
  const std::string before = digest_of_input(run.at("cohort.cells"));
  CHECK(before == digest_of_input(run.folder.path()));
  run.shard("cells", 1, "y");
  CHECK(digest_of_input(run.at("cohort.cells")) != before);
  CHECK(digest_of_input(run.at("cohort.cells.00000.h5")) == digest_of_file(run.at("cohort.cells.00000.h5")));
}

TEST_CASE("files are found in a path, in a list of paths, and in nothing else") {
  Descriptor d("dataset.files", "Reads files");
  const Parameter file = d.path("file"), more = d.list("more", make_parameter("file", Type::path)),
                  names = d.list("names", make_parameter("name", Type::text));
  using Files = std::vector<std::string>;
  CHECK(files_in(file, Value("a.csv")) == Files{"a.csv"});
  CHECK(files_in(file, Value()).empty());
  CHECK(files_in(more, Value(List{Value("a.csv"), Value("b.csv")})) == Files{"a.csv", "b.csv"});
  CHECK(files_in(more, Value(List{})).empty());
  CHECK(files_in(names, Value(List{Value("a.csv")})).empty());
}
