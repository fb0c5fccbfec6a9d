#include "kernel/host/shard_files.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <thread>

#include "kernel/host/host.hpp"
#include "kernel/results/hdf5.hpp"
#include "tests/kernel/host/full_disk.hpp"
#include "tests/kernel/temporary_folder.hpp"
#include "tests/message_of.hpp"

using namespace tawara;

namespace {

Table cells(std::size_t n) {
  Table t;
  std::vector<double> numbers;
  std::vector<std::string> status;
  for (std::size_t i = 0; i < n; ++i) {
    numbers.push_back(i == 1 ? NAN : 0.1 * static_cast<double>(i));
    status.push_back(i == 1 ? "nan: V_m, 20 °C" : i == 2 ? "" : "ok");
  }
  t.add("myocyte.scale_I_Kr", "1", numbers).add("APD90", "ms", numbers).add_text("status", status);
  return t;
}

struct Shelf {
  TemporaryFolder folder;
  RunServices services{1, 2};
  ShardFiles shards{services, folder.path(), "cohort", "key"};
  Shelf() { services.keep_state_in(folder.path(), false); }
};

}  // namespace

TEST_CASE("a shard reads back what was written, texts and NaN included") {
  Shelf shelf;
  const Shards::NamedArray more[] = {{"final_state", "1", Array::of(std::vector<float>{1, 2, 3, 4, 5, 6}, {3, 2})}};
  CHECK_FALSE(shelf.shards.has("cells", 12));
  shelf.shards.write("cells", 12, cells(5), more);
  CHECK(std::filesystem::exists(shelf.folder.path() / "cohort.cells.00012.h5"));
  CHECK(shelf.folder.files() == 1);
  CHECK(shelf.shards.has("cells", 12));
  const Table back = shelf.shards.read("cells", 12);
  REQUIRE(back.columns.size() == 3);
  CHECK(back.columns[1].name == "APD90");
  CHECK(back.columns[1].unit == "ms");
  CHECK(back.columns[1].numbers[4] == 0.1 * 4);
  CHECK(std::isnan(back.columns[1].numbers[1]));
  CHECK(back.columns[2].texts == cells(5).columns[2].texts);
  const Array state = Hdf5Reader(shelf.folder.path() / "cohort.cells.00012.h5").array("final_state");
  CHECK(state.type() == DType::f32);
  CHECK(state.shape() == std::vector<std::size_t>{3, 2});
  CHECK(shelf.services.shards() == std::map<std::string, std::set<std::size_t>>{{"cohort.cells", {12}}});
}

TEST_CASE("a shard of no rows and one of many columns are shards too") {
  Shelf shelf;
  Table wide;
  for (int c = 0; c < 400; ++c) wide.add("column_" + std::to_string(c), "uA/uF", {1.0 * c});
  shelf.shards.write("cells", 0, wide, {});
  CHECK(shelf.shards.read("cells", 0).columns.at(399).numbers == std::vector<double>{399});
  Table none;
  none.add("APD90", "ms", {});
  shelf.shards.write("cells", 1, none, {});
  CHECK(shelf.shards.read("cells", 1).rows() == 0);
}

TEST_CASE("the same shard twice is the same bytes, whenever it is written") {
  Shelf a, b;
  a.shards.write("cells", 0, cells(100), {});
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // HDF5 keeps times in seconds
  b.shards.write("cells", 0, cells(100), {});
  CHECK(bytes_of(a.folder.path() / "cohort.cells.00000.h5") == bytes_of(b.folder.path() / "cohort.cells.00000.h5"));
}

TEST_CASE("a shard made from something else, or damaged, does not count as there") {
  Shelf shelf;
  shelf.shards.write("cells", 0, cells(5), {});
  CHECK_FALSE(ShardFiles(shelf.services, shelf.folder.path(), "cohort", "other key").has("cells", 0));
  const auto file = shelf.folder.path() / "cohort.cells.00000.h5";
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  CHECK_FALSE(shelf.shards.has("cells", 0));
  const std::string message = message_of([&] { (void)shelf.shards.read("cells", 0); });
  CHECK(message.find(file.string() + " does not read back (") == 0);
  CHECK(message.find("remove it and go on with --resume") != std::string::npos);
  CHECK(message_of([&] { (void)shelf.shards.read("cells", 7); }) ==
        "there is no shard " + (shelf.folder.path() / "cohort.cells.00007.h5").string());
}

TEST_CASE("a full disk leaves no half a shard, and says what to do") {
  Shelf shelf;
  shelf.shards.write("cells", 0, cells(10), {});
  std::string message;
  {
    const FullDisk full(8192);
    message = message_of([&] { shelf.shards.write("cells", 1, cells(20'000), {}); });
  }
  CHECK(message.find("cannot write " + (shelf.folder.path() / "cohort.cells.00001.h5").string() + ": File too large") ==
        0);
  CHECK(message.find("make room or choose another --output. Finished shards are kept: --resume goes on with them") !=
        std::string::npos);
  CHECK(shelf.folder.files() == 1);
  // The library is none the worse for it.
  shelf.shards.write("cells", 1, cells(20'000), {});
  CHECK(shelf.shards.read("cells", 1).rows() == 20'000);
}

TEST_CASE("a folder that is gone is a located error") {
  Shelf shelf;
  std::filesystem::remove_all(shelf.folder.path());
  const std::string message = message_of([&] { shelf.shards.write("cells", 0, cells(1), {}); });
  CHECK(message.find("cohort.cells.00000.h5: No such file or directory; make room") != std::string::npos);
}

TEST_CASE("names that would lead elsewhere are refused") {
  Shelf shelf;
  for (const char* name : {"", "../cells", "a/b", "a.b", "a b"})
    CHECK(message_of([&] { shelf.shards.write(name, 0, cells(1), {}); }) ==
          "'" + std::string(name) + "' cannot be part of a file's name: use letters, digits, '_' and '-'");
}

TEST_CASE("shards are written from many threads at once") {
  Shelf shelf;
  shelf.services.parallel_for(64, [&](std::size_t i) {
    Table t;
    t.add("i", "1", std::vector<double>(100, static_cast<double>(i)));
    shelf.shards.write("cells", i, t, {});
    if (!shelf.shards.has("cells", i)) throw Error("not there");
  });
  for (std::size_t i = 0; i < 64; ++i)
    CHECK(shelf.shards.read("cells", i).at("i").numbers[99] == static_cast<double>(i));
}

TEST_CASE("results that are not the run's own have no shards and no replays") {
  TemporaryFolder folder;
  RunServices in_run{1, 1}, dry{1, 1};
  in_run.keep_state_in(folder.path(), false);
  in_run.change_scenario_with([](const auto&) { return std::string(); });
  InstanceHost own(in_run, "cohort", {.draw = true, .results_key = "key"}), for_sampler(in_run, "cohort", {}),
      in_dry_run(dry, "cohort", {.draw = true, .results_key = "key"});
  CHECK(own.find<Shards>());
  CHECK(own.find<Replay>());
  CHECK_FALSE(for_sampler.find<Shards>());
  CHECK_FALSE(for_sampler.find<Replay>());
  CHECK_FALSE(in_dry_run.find<Shards>());
  CHECK_FALSE(in_dry_run.find<Replay>());
  CHECK_FALSE(own.service("no such service"));
}
