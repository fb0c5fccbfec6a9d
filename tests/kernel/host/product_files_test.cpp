#include "kernel/host/product_files.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "kernel/host/host.hpp"
#include "kernel/results/array_file.hpp"
#include "kernel/results/table_file.hpp"
#include "tests/kernel/host/full_disk.hpp"
#include "tests/kernel/temporary_folder.hpp"
#include "tests/message_of.hpp"

using namespace tawara;

namespace {

Table targets() {
  Table t;
  t.add_text("target", {"myocyte.g_K1", "myocyte.g_Kr"}).add("sd", "1", {0.02, 0.05});
  return t;
}

std::vector<Shards::NamedArray> weights(std::size_t n = 6) {
  return {{"weights", "1", Array(DType::f32, {n})}, {"times", "ms", Array::of(std::vector<double>{0, 0.1, 0.2})}};
}

}  // namespace

TEST_CASE("arrays and columns are left in the run's folder, and read back by both services") {
  const TemporaryFolder folder;
  ProductFiles products(folder.path(), "learner");
  const auto file = products.write_arrays("network", targets(), weights());
  CHECK(file == folder.path() / "learner.network.h5");
  CHECK(folder.files() == 1);
  const auto times = array_files().read(file, "times");
  CHECK(times.unit == "ms");
  CHECK(times.values.at(2) == 0.2);
  CHECK(array_files().read(file, "weights").values.type() == DType::f32);
  const Table table = read_table_file(file);
  CHECK(table.at("target").texts == targets().at("target").texts);
  CHECK(table.at("sd").numbers == std::vector<double>{0.02, 0.05});
}

TEST_CASE("a text is left as it is, and again in its place") {
  const TemporaryFolder folder;
  ProductFiles products(folder.path(), "twins");
  CHECK(products.write_text("twin_3.toml", "[cell]\n# \xc2\xb5\n") == folder.path() / "twins.twin_3.toml");
  CHECK(bytes_of(folder.path() / "twins.twin_3.toml") == "[cell]\n# \xc2\xb5\n");
  CHECK(products.write_text("twin_3.toml", "") == folder.path() / "twins.twin_3.toml");
  CHECK(bytes_of(folder.path() / "twins.twin_3.toml").empty());
  CHECK(folder.files() == 1);
}

TEST_CASE("the same product is the same bytes, whenever it is written") {
  const TemporaryFolder a, b;
  const auto write = [](const TemporaryFolder& folder) {
    return bytes_of(ProductFiles(folder.path(), "learner").write_arrays("network", targets(), weights()));
  };
  const std::string first = write(a);
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // HDF5 keeps times in seconds
  CHECK(write(b) == first);
}

TEST_CASE("on a full disk a product is not there at all, and what was there before still is") {
  const TemporaryFolder folder;
  ProductFiles products(folder.path(), "learner");
  const auto network = products.write_arrays("network", targets(), weights());
  const std::string before = bytes_of(network);
  std::string arrays, text, replaced;
  {
    const FullDisk full(8192);
    arrays = message_of([&] { products.write_arrays("large", targets(), weights(100'000)); });
    text = message_of([&] { products.write_text("large.txt", std::string(100'000, 'x')); });
    replaced = message_of([&] { products.write_arrays("network", targets(), weights(100'000)); });
  }
  CHECK(arrays == "cannot write " + (folder.path() / "learner.large.h5").string() +
                      ": File too large; make room or choose another --output");
  CHECK(text == "cannot write " + (folder.path() / "learner.large.txt").string() +
                    ": File too large; make room or choose another --output");
  CHECK(replaced.find("learner.network.h5") != std::string::npos);
  CHECK(folder.files() == 1);
  CHECK(bytes_of(network) == before);
  CHECK(products.write_arrays("large", targets(), weights(100'000)) == folder.path() / "learner.large.h5");
}

TEST_CASE("a folder that is gone is a located error of a product") {
  const TemporaryFolder folder;
  ProductFiles products(folder.path() / "none", "learner");
  CHECK(message_of([&] { products.write_text("a.txt", "x"); }) ==
        "cannot write " + (folder.path() / "none" / "learner.a.txt").string() +
            ": No such file or directory; make room or choose another --output");
}

TEST_CASE("products are not named out of their folder") {
  const TemporaryFolder folder;
  ProductFiles products(folder.path(), "learner");
  for (const std::string name : {"", "../network", "a/b", "a.b", "a b", "\xc3\xa4"})
    CHECK(message_of([&] { products.write_arrays(name, targets(), {}); }) ==
          "'" + name + "' cannot be part of a file's name: use letters, digits, '_' and '-'");
  for (const char* file : {"", ".toml", "a.", "a.b.toml", "../a.toml", "a/b.toml", "a.to/ml", "a b.toml"})
    CHECK_MESSAGE(message_of([&] { products.write_text(file, "x"); }).find("cannot be part of a file's name") !=
                      std::string::npos,
                  file);
  CHECK(folder.files() == 0);
}

TEST_CASE("results that are not the run's own leave no products, and everyone may read arrays") {
  const TemporaryFolder folder;
  RunServices in_run{1, 1}, dry{1, 1};
  in_run.keep_state_in(folder.path(), false);
  InstanceHost own(in_run, "learner", {.draw = true, .results_key = "key"}), for_sampler(in_run, "learner", {}),
      in_dry_run(dry, "learner", {.draw = true, .results_key = "key"});
  CHECK(own.find<Products>());
  CHECK_FALSE(for_sampler.find<Products>());
  CHECK_FALSE(in_dry_run.find<Products>());
  for (InstanceHost* host : {&own, &for_sampler, &in_dry_run}) CHECK(host->find<ArrayFiles>() == &array_files());
}
