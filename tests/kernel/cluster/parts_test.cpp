#include "kernel/cluster/part.hpp"

#include "runs.hpp"

using namespace cluster;

TEST_CASE("parts deal everything, and nothing twice") {
  for (std::size_t i = 0; i < 20; ++i) {
    int takers = 0;
    for (std::size_t k = 0; k < 6; ++k) takers += tawara::Part{k, 6}.has(i);
    CHECK(takers == 1);
  }
  CHECK(tawara::parse_part("3/16").text() == "3/16");
  for (const char* wrong : {"", "3", "3/", "/3", "3/3", "-1/3", "3/16x", "a/b", "0/0"})
    CHECK_THROWS_AS((void)tawara::parse_part(wrong), tawara::Error);
}

TEST_CASE("parts of a sweep, collected, are what one process leaves; a failed row is a row") {
  const fs::path folder = fresh_folder("parts_sweep");
  const fs::path scenario = write(folder / "level.toml", level), whole = folder / "whole", parts = folder / "parts";
  const std::string sweep = "--sweep 'level.x=[0, 0.5, 13, 2, 4, 8, 16]' ";
  CHECK(tawara_command(run(scenario, whole, sweep)).code == 1);
  for (const char* k : {"2/3", "0/3", "1/3"})
    CHECK(tawara_command(run(scenario, parts, sweep + "--part " + k)).code == (k[0] == '2' ? 1 : 0));
  CHECK_FALSE(fs::exists(parts / "runs.csv"));
  const CommandResult collected = tawara_command(run(scenario, parts, sweep + "--collect"));
  CHECK(collected.code == 1);
  CHECK(collected.err.find("6 of 7 runs finished") != std::string::npos);
  CHECK(contents(parts / "runs.csv").find("3,13,failed,") != std::string::npos);
  CHECK(contents(parts / "runs.csv").find("13 brings no luck") != std::string::npos);
  check_same_results(whole, parts);
}

TEST_CASE("collecting runs nothing: rows of a part that never ran or was killed say so, and it can be run again") {
  const fs::path folder = fresh_folder("parts_missing");
  const fs::path scenario = write(folder / "level.toml", level), parts = folder / "parts", whole = folder / "whole";
  const std::string sweep = "--sweep 'level.x=[0, 1, 2, 3]' ";
  CHECK(tawara_command(run(scenario, whole, sweep)).code == 0);
  CHECK(tawara_command(run(scenario, parts, sweep + "--part 0/4")).code == 0);
  fs::create_directories(parts / "0002__x=1");
  write(parts / "0002__x=1" / "log.txt", "begun\n");
  CHECK(tawara_command(run(scenario, parts, sweep + "--collect")).code == 1);
  const std::string runs = contents(parts / "runs.csv");
  CHECK(runs.find("1,0,finished,") != std::string::npos);
  CHECK(runs.find("2,1,stopped,") != std::string::npos);
  CHECK(runs.find("3,2,not run,") != std::string::npos);
  for (const char* k : {"1/4", "2/4", "3/4"})
    CHECK(tawara_command(run(scenario, parts, sweep + "--part " + k)).code == 0);
  CHECK(tawara_command(run(scenario, parts, sweep + "--collect")).code == 0);
  check_same_results(whole, parts);
}

TEST_CASE("parts of a population leave its shards, and collecting makes its tables") {
  const fs::path folder = fresh_folder("parts_shards");
  const fs::path scenario = write(folder / "numbers.toml", numbers), whole = folder / "whole", parts = folder / "parts";
  CHECK(tawara_command(run(scenario, whole)).code == 0);
  CHECK(tawara_command(run(scenario, parts, "--part 0/4")).code == 0);
  const CommandResult failed = tawara_command(run(scenario, parts, "--part 1/4 --set numbers.fails_at=5"));
  CHECK(failed.code == 1);
  CHECK(failed.err.find("this shard cannot be made") != std::string::npos);
  CHECK(tawara_command(run(scenario, parts, "--part 2/4")).code == 0);
  CHECK(tawara_command(run(scenario, parts, "--part 3/4")).code == 0);
  const CommandResult early = tawara_command(run(scenario, parts, "--collect"));
  CHECK(early.code == 1);
  CHECK_MESSAGE(
      early.err.find("1 of 6 shards numbers.rows.*.h5 is missing: 5; run again the parts") != std::string::npos,
      early.err);
  CHECK(tawara_command(run(scenario, parts, "--part 1/4")).code == 0);
  const CommandResult collected = tawara_command(run(scenario, parts, "--collect"));
  REQUIRE_MESSAGE(collected.code == 0, collected.err);
  check_same_results(whole, parts);
}

TEST_CASE("what cannot be made in parts is refused in words") {
  const fs::path folder = fresh_folder("parts_refused");
  const fs::path scenario = write(folder / "walk.toml", walk), one = write(folder / "level.toml", level);
  const auto message = [&](const fs::path& file, const std::string& more, int code) {
    static int n = 0;
    const CommandResult result = tawara_command(run(file, folder / std::to_string(n++), more));
    CHECK_MESSAGE(result.code == code, result.err);
    return result.err;
  };
  CHECK(message(scenario, "--part 0/2", 1).find("run this scenario without --part") != std::string::npos);
  CHECK(message(one, "--part 0/2", 2).find("nothing in this scenario is made in parts") != std::string::npos);
  CHECK(message(one, "--part 2/2", 2).find("K from 0 to N - 1") != std::string::npos);
  CHECK(message(one, "--part 0/2 --collect", 2).find("one at a time") != std::string::npos);
  CHECK(message(one, "--collect", 2).find("holds no run to collect") != std::string::npos);
  CHECK(message(one, "--slurm", 2).find("say with --tasks N") != std::string::npos);
  CHECK(message(one, "--tasks 3", 2).find("--tasks goes with --slurm") != std::string::npos);
  CHECK(message(one, "--slurm --tasks 2 --slurm-option array=0-3", 2).find("--at-once") != std::string::npos);
  CHECK(tawara_command("run '" + one.string() + "' --part 0/2 --plugin '" + TAWARA_CLUSTER_FIXTURE + "'")
            .err.find("--part needs --output") != std::string::npos);
}

TEST_CASE("a part of another scenario than the folder's is refused") {
  const fs::path folder = fresh_folder("parts_changed");
  const fs::path scenario = write(folder / "numbers.toml", numbers);
  CHECK(tawara_command(run(scenario, folder / "out", "--part 0/2")).code == 0);
  const CommandResult other = tawara_command(run(scenario, folder / "out", "--part 1/2 --set numbers.rows=9"));
  CHECK(other.code == 2);
  CHECK(other.err.find("the scenario is not the one") != std::string::npos);
}

TEST_CASE("Slurm's scripts, task by task, leave what one process leaves") {
  const fs::path folder = fresh_folder("slurm");
  const fs::path scenario = write(folder / "level.toml", level), whole = folder / "whole", out = folder / "it's here";
  const std::string sweep = "--sweep 'level.x=[0, 0.5, 13, 2, 4, 8, 16]' ";
  CHECK(tawara_command(run(scenario, whole, sweep)).code == 1);
  const std::string quoted = "run '" + scenario.string() + "' --output \"" + out.string() + "\" --plugin '" +
                             TAWARA_CLUSTER_FIXTURE + "' " + sweep;
  const CommandResult written =
      tawara_command(quoted + "--slurm --tasks 3 --at-once 2 --slurm-option partition=long --slurm-option --exclusive");
  REQUIRE_MESSAGE(written.code == 0, written.err);
  const std::string array = contents(out / "slurm" / "array.sh"), collect = contents(out / "slurm" / "collect.sh");
  CHECK(array.find("#SBATCH --array=0-2%2\n") != std::string::npos);
  CHECK(array.find("#SBATCH --partition=long\n#SBATCH --exclusive\n") != std::string::npos);
  CHECK(array.find("#SBATCH --cpus-per-task=1\n") != std::string::npos);
  CHECK(collect.find("array") == std::string::npos);
  CHECK(contents(out / "slurm" / "submit.sh").find("--dependency=afterany:") != std::string::npos);
  const auto bash = [&](const std::string& before, const std::string& script) {
    return WEXITSTATUS(
        std::system((before + " bash \"" + (out / "slurm" / script).string() + "\" >/dev/null 2>&1").c_str()));
  };
  CHECK(bash("", "-n") != 0);  // so a wrong path is noticed below
  CHECK(std::system(("bash -n \"" + (out / "slurm" / "submit.sh").string() + "\"").c_str()) == 0);
  for (const char* task : {"0", "1", "2"})
    CHECK(bash(std::string("SLURM_ARRAY_TASK_ID=") + task, "array.sh") == (task[0] == '2' ? 1 : 0));
  CHECK(bash("", "collect.sh") == 1);
  check_same_results(whole, out);
}
