#include "kernel/cluster/group.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>

#include "kernel/cluster/bytes.hpp"
#include "kernel/cluster/transport.hpp"
#include "tawara/error.hpp"

namespace tawara {
namespace {

namespace fs = std::filesystem;

long number_in(const char* variable) {
  const char* text = std::getenv(variable);
  return text ? std::strtol(text, nullptr, 10) : 0;
}

/// How many processes were started together, as far as the environment tells: mpirun of Open MPI; of MPICH and Intel
/// MPI; srun. The script of a batch job has SLURM_NTASKS too, but is one process: a step's own variable tells.
long started_together() {
  for (const char* variable : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"})
    if (const long n = number_in(variable); n > 1) return n;
  return 1;
}

/// "4 copies of tawara were started together, but ...".
[[noreturn]] void refuse(long started, const std::string& why, const char* remedy) {
  throw Error(
      fmt::format("{} copies of tawara were started together, and {}; they would overwrite each other's results. {}",
                  started, why, remedy));
}

const TawaraTransport* open_transport(long started) {
  const fs::path module = fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "lib" / "libtawara_mpi.so";
  if (!fs::exists(module))
    refuse(started, "this build has no " + module.string(),
           "Build it where MPI is installed (Debian: libopenmpi-dev), or start one");
  void* library = dlopen(module.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (!library)
    refuse(started, fmt::format("MPI does not load ({})", dlerror()), "Install it here as where it was built");
  const auto open = reinterpret_cast<TawaraOpenTransport>(dlsym(library, tawara_open_transport_name));
  if (!open) refuse(started, module.string() + " is of another version", "Install all of Tawara anew");
  const char* reason = "";
  const TawaraTransport* transport = open(&reason);
  if (!transport) refuse(started, reason, "Start one, or look into the installation of MPI");
  if (transport->size == 1) {
    transport->close();
    refuse(started, "MPI finds one process only",
           "With srun say which kind of MPI is meant (srun --mpi=pmix; srun --mpi=list), or use mpirun of the MPI that "
           "Tawara was built with");
  }
  return transport;
}

/// A meeting's message: where its sender is in the program, or how it has ended.
enum class Note : char { here = 'h', leaving = 'l' };

}  // namespace

struct Group::State {
  const TawaraTransport* transport = nullptr;
  std::size_t rank = 0, size = 1;
  int solo = 0;
  bool dissolved = false;
  std::optional<Ending> over;  ///< someone has left: nobody meets any more

  std::vector<std::string> meet(const std::string& mine) const {
    std::vector<std::string> all;
    transport->exchange(
        mine.data(), mine.size(),
        [](void* to, const char* data, std::size_t bytes) {
          static_cast<std::vector<std::string>*>(to)->emplace_back(data, bytes);
        },
        &all);
    return all;
  }

  /// Of those who leave with these words, the first who has failed; with its rank, unless that speaks for itself.
  std::optional<Ending> first_failure(const std::vector<std::string>& all) const {
    std::optional<Ending> leaving;
    for (std::size_t r = 0; r < all.size(); ++r) {
      ByteReader in(all[r]);
      if (in.get<Note>() != Note::leaving) continue;
      Ending ending{in.get<int>(), in.get<bool>(), in.text()};
      if (r > 0 && ending.code != 0) ending.message = fmt::format("process {} of {}: {}", r + 1, size, ending.message);
      if (!leaving || leaving->code == 0) leaving = std::move(ending);
    }
    return leaving;
  }
};

Group::State& Group::state() {
  static State state;
  return state;
}

Group& Group::get() {
  static Group group;
  return group;
}

void Group::join() {
  const long started = started_together();
  if (started <= 1 || state().transport) return;
  State& s = state();
  s.transport = open_transport(started);
  s.rank = s.transport->rank;
  s.size = s.transport->size;
  if (s.rank > 0) {  // one of them speaks
    std::cout.rdbuf(nullptr);
    std::cerr.rdbuf(nullptr);
  }
}

std::size_t Group::rank() const { return state().solo > 0 || state().dissolved ? 0 : state().rank; }
std::size_t Group::size() const { return state().solo > 0 || state().dissolved ? 1 : state().size; }
bool Group::speaks() const { return state().rank == 0; }
int Group::processors() const { return state().transport ? state().transport->processors : 0; }
void Group::dissolve() { state().dissolved = true; }

std::vector<std::string> Group::exchange(std::string_view what, std::string_view mine) {
  State& s = state();
  if (alone()) return {std::string(mine)};
  if (s.over) throw Error(s.over->message);
  ByteWriter out;
  out.put(Note::here).put(what).put(mine);
  const std::vector<std::string> all = s.meet(out.bytes());
  if (const auto failure = s.first_failure(all)) {
    s.over = failure;
    if (s.over->stopped) throw Cancelled();
    if (s.over->code == 0) *s.over = {1, false, "another process has come to its end before this one"};
    throw Error(s.over->message);
  }
  std::vector<std::string> brought;
  for (std::size_t r = 0; r < all.size(); ++r) {
    ByteReader in(all[r]);
    (void)in.get<Note>();
    const std::string where = in.text();
    brought.push_back(in.text());
    if (where == what) continue;
    s.over = Ending{1, false,
                    fmt::format("the processes of this run have come apart: one is at '{}', process {} at '{}'", what,
                                r + 1, where)};
    throw Error(s.over->message);
  }
  return brought;
}

std::string Group::from_first(std::string_view what, std::string_view mine) {
  return exchange(what, is_first() ? mine : std::string_view()).front();
}

Group::Ending Group::leave(Ending mine) {
  State& s = state();
  if (!s.transport) return mine;
  if (!s.over) {
    ByteWriter out;
    out.put(Note::leaving).put(mine.code).put(mine.stopped).put(mine.message);
    s.over = s.first_failure(s.meet(out.bytes()));
  }
  // Whoever is stopped by the user is so by a signal to all: nothing to add.
  if (s.rank == 0 && mine.code != 0 && mine.stopped) s.over = mine;
  if (s.over->stopped) s.over->message.clear();
  return *s.over;
}

void Group::close() {
  if (state().transport) state().transport->close();
}

Group::Solo::Solo() { ++state().solo; }
Group::Solo::~Solo() { --state().solo; }

}  // namespace tawara
