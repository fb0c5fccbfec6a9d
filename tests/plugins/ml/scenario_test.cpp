#include <doctest/doctest.h>

#include <filesystem>

#include "../../tawara_command.hpp"

namespace {

const std::string scenario = TAWARA_SOURCE "/tests/plugins/ml/learn_kernik.toml";

std::string quoted(const std::filesystem::path& path) { return "'" + path.string() + "'"; }

}  // namespace

TEST_CASE(
    "conductances of real cells are learnt, to the same bytes on one thread and two; the model is used without "
    "LibTorch") {
  const auto one = fresh_folder("ml_one"), two = fresh_folder("ml_two"), again = fresh_folder("ml_again");
  const CommandResult first = tawara_command("run '" + scenario + "' --threads 1 --output " + quoted(one));
  REQUIRE_MESSAGE(first.code == 0, first.err);
  const auto learner = summary_of(one)["learner"];
  CHECK(learner["test_MAE"].get<double>() < 0.05);
  CHECK(learner["trivial_MAE"].get<double>() > 0.18);
  CHECK(learner["test_cells"].get<int>() == 80);
  REQUIRE(tawara_command("run '" + scenario + "' --threads 2 --output " + quoted(two)).code == 0);
  for (const char* file :
       {"learner.model.h5", "learner.history.csv", "learner.parameters.csv", "learner.predictions.csv"})
    CHECK_MESSAGE(contents(one / file) == contents(two / file), file);

  const auto used = fresh_folder("ml_used") / "used.toml";
  std::ofstream(used) << "[learner]\nuse = \"learner.trained\"\nfile = \"" << (one / "learner.model.h5").string()
                      << "\"\n";
  const CommandResult trained = tawara_command("run " + quoted(used) + " --output " + quoted(again));
  REQUIRE_MESSAGE(trained.code == 0, trained.err);
  CHECK(summary_of(again)["learner"]["test_MAE"] == learner["test_MAE"]);
  CHECK(contents(again / "learner.targets.csv").find("myocyte.g_f,") != std::string::npos);

  std::filesystem::resize_file(one / "learner.model.h5", 20000);
  const CommandResult cut = tawara_command("run " + quoted(used) + " --output " + quoted(fresh_folder("ml_cut")));
  CHECK(cut.code != 0);
  CHECK_MESSAGE(cut.err.find("cannot be read as HDF5: it is another kind of file, or cut off") != std::string::npos,
                cut.err);
}

TEST_CASE("a training that ended goes on to its results without training again") {
  const auto folder = fresh_folder("ml_resumed");
  REQUIRE(tawara_command("run '" + scenario + "' --output " + quoted(folder)).code == 0);
  const std::string model = contents(folder / "learner.model.h5");
  // As if the disk had been full when the results were written.
  std::filesystem::remove(folder / "learner.model.h5");
  std::filesystem::remove(folder / "summary.json");
  const CommandResult resumed = tawara_command("run '" + scenario + "' --resume --output " + quoted(folder));
  REQUIRE_MESSAGE(resumed.code == 0, resumed.err);
  CHECK(contents(folder / "learner.model.h5") == model);
  const std::string said = resumed.out + resumed.err;
  CHECK_MESSAGE(said.find("going on with epoch") != std::string::npos, said);
}
