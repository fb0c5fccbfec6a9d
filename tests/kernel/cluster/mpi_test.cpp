#include <chrono>
#include <thread>

#include "runs.hpp"

using namespace cluster;

namespace {

bool has_mpi() {
  static const bool there = std::system("command -v mpirun >/dev/null 2>&1") == 0 &&
                            fs::exists(fs::path(TAWARA_BUILD) / "lib" / "libtawara_mpi.so");
  if (!there) MESSAGE("skipped: no mpirun, or built without MPI");
  return there;
}

/// As tawara_command, with as many processes, on this machine alone.
CommandResult mpirun(int processes, const std::string& arguments) {
  static int count = 0;
  const fs::path base = fs::path(TAWARA_BUILD) / "tests" / "out";
  const std::string stem = (base / ("mpi" + std::to_string(getpid()) + "_" + std::to_string(count++))).string();
#ifdef __SANITIZE_ADDRESS__
  const std::string sanitizer = "ASAN_OPTIONS=detect_leaks=0 ";  // Open MPI keeps what it has to its end
#else
  const std::string sanitizer;
#endif
  const std::string line =
      sanitizer +
      "TAWARA_CACHE=off OMPI_MCA_btl=self,vader OMPI_MCA_btl_vader_single_copy_mechanism=none OMPI_MCA_plm=isolated "
      "OMPI_MCA_rmaps_base_oversubscribe=1 mpirun --allow-run-as-root --oversubscribe --bind-to none -n " +
      std::to_string(processes) + " '" + TAWARA_BUILD + "/bin/tawara' " + arguments + " --threads 1 >'" + stem +
      ".out' 2>'" + stem + ".err' </dev/null";
  const int status = std::system(line.c_str());
  CommandResult result{WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), contents(stem + ".out"),
                       contents(stem + ".err")};
  fs::remove(stem + ".out");
  fs::remove(stem + ".err");
  return result;
}

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++n;
  return n;
}

}  // namespace

TEST_CASE("a sampler on three processes finds what it finds on one") {
  if (!has_mpi()) return;
  const fs::path folder = fresh_folder("mpi_sampler");
  const fs::path scenario = write(folder / "walk.toml", walk), one = folder / "one", three = folder / "three";
  REQUIRE(tawara_command(run(scenario, one, "--threads 1")).code == 0);
  const CommandResult shared = mpirun(3, run(scenario, three));
  REQUIRE_MESSAGE(shared.code == 0, shared.err);
  CHECK(times(shared.err, "done in") == 1);
  CHECK(nlohmann::json::parse(contents(three / "provenance.json"))["processes"] == 3);
  check_same_results(one, three);
}

TEST_CASE("a sampler stopped on three processes goes on with one, and with two") {
  if (!has_mpi()) return;
  const fs::path folder = fresh_folder("mpi_resumed");
  const fs::path scenario = write(folder / "walk.toml", walk), one = folder / "one", other = folder / "other";
  REQUIRE(tawara_command(run(scenario, one, "--threads 1")).code == 0);
  const CommandResult stopped = mpirun(3, run(scenario, other, "--set walk.stop_after=2"));
  CHECK(stopped.code == 1);
  CHECK_MESSAGE(times(stopped.err, "Go on with:") == 1, stopped.err);
  CHECK(tawara_command(run(scenario, other, "--resume --threads 1 --set walk.stop_after=3")).code == 1);
  const CommandResult resumed = mpirun(2, run(scenario, other, "--resume"));
  REQUIRE_MESSAGE(resumed.code == 0, resumed.err);
  fs::remove(one / "walk.state");
  fs::remove(other / "walk.state");
  check_same_results(one, other);
}

TEST_CASE("shards made by three processes are those of one") {
  if (!has_mpi()) return;
  const fs::path folder = fresh_folder("mpi_shards");
  const fs::path scenario = write(folder / "numbers.toml", numbers), one = folder / "one", three = folder / "three";
  REQUIRE(tawara_command(run(scenario, one, "--threads 1")).code == 0);
  const CommandResult shared = mpirun(3, run(scenario, three));
  REQUIRE_MESSAGE(shared.code == 0, shared.err);
  check_same_results(one, three);
}

TEST_CASE("rows of a sweep are dealt to processes; a failed row is a row") {
  if (!has_mpi()) return;
  const fs::path folder = fresh_folder("mpi_sweep");
  const fs::path scenario = write(folder / "level.toml", level), one = folder / "one", three = folder / "three";
  const std::string sweep = "--sweep 'level.x=[0, 0.5, 13, 2, 4]' ";
  CHECK(tawara_command(run(scenario, one, sweep + "--threads 1")).code == 1);
  const CommandResult shared = mpirun(3, run(scenario, three, sweep));
  CHECK(shared.code == 1);
  CHECK_MESSAGE(times(shared.err, "run 3 failed: ") == 1, shared.err);
  CHECK(times(shared.err, "4 of 5 runs finished") == 1);
  check_same_results(one, three);
}

TEST_CASE("whichever process fails, all end with its message, said once") {
  if (!has_mpi()) return;
  const fs::path folder = fresh_folder("mpi_fails");
  const fs::path scenario = write(folder / "numbers.toml", numbers);
  for (const char* shard : {"0", "1"}) {
    const CommandResult failed =
        mpirun(3, run(scenario, folder / shard, std::string("--set numbers.fails_at=") + shard));
    CHECK(failed.code == 1);
    CHECK_MESSAGE(times(failed.err, "this shard cannot be made") == 1, failed.err);
  }
  const fs::path bad = write(folder / "bad.toml", numbers + "colour = 1\n");
  const CommandResult refused = mpirun(3, run(bad, folder / "bad"));
  CHECK(refused.code == 3);
  CHECK_MESSAGE(times(refused.err, "colour") == times(tawara_command(run(bad, folder / "bad")).err, "colour"),
                refused.err);
}

TEST_CASE("a process that is killed ends all of them, and what is finished is kept") {
  if (!has_mpi()) return;
  const fs::path folder = fresh_folder("mpi_killed");
  const fs::path scenario = write(folder / "numbers.toml", numbers), out = folder / "out";
  const CommandResult killed = mpirun(3, run(scenario, out, "--set numbers.dies_at=4"));
  CHECK(killed.code != 0);
  CHECK_MESSAGE(killed.err.find("signal 9") != std::string::npos, killed.err);
  const CommandResult resumed = mpirun(2, run(scenario, out, "--resume"));
  CHECK_MESSAGE(resumed.code == 0, resumed.err);
}

TEST_CASE("processes that do not find each other are refused") {
  if (!has_mpi()) return;
  const fs::path folder = fresh_folder("mpi_refused");
  const fs::path scenario = write(folder / "level.toml", level);
  ::setenv("SLURM_STEP_NUM_TASKS", "4", 1);
  const CommandResult refused = tawara_command(run(scenario, folder / "out"));
  ::unsetenv("SLURM_STEP_NUM_TASKS");
  CHECK(refused.code == 1);
  CHECK_MESSAGE(
      refused.err.find("4 copies of tawara were started together, and MPI finds one process only") != std::string::npos,
      refused.err);
  CHECK_FALSE(fs::exists(folder / "out"));
}
