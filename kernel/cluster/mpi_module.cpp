// libtawara_mpi.so: processes that mpirun or srun started together, through MPI.
#define OMPI_SKIP_MPICXX 1
#include <mpi.h>
#include <sched.h>
#include <time.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <string>
#include <vector>

#include "kernel/cluster/transport.hpp"

namespace {

/// Waits without keeping a processor busy: a rank may have threads that compute, or wait for hours for another one.
void wait_for(MPI_Request& request) {
  constexpr int spins = 2000;
  constexpr long longest = 500'000;  // ns
  timespec pause{0, 20'000};
  for (int n = 0;; ++n) {
    int done = 0;
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (done) return;
    if (n < spins) {
      sched_yield();
      continue;
    }
    nanosleep(&pause, nullptr);
    pause.tv_nsec = std::min(pause.tv_nsec * 3 / 2, longest);
  }
}

/// MPI counts with int, so bytes go in units: 128 GiB in all.
constexpr std::size_t unit = 64;

void exchange(const char* data, std::size_t bytes, void (*take)(void*, const char*, std::size_t), void* to) {
  int size = 0;
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  const auto ranks = static_cast<std::size_t>(size);
  unsigned long long mine = bytes;
  std::vector<unsigned long long> sizes(ranks);
  MPI_Request request;
  MPI_Iallgather(&mine, 1, MPI_UNSIGNED_LONG_LONG, sizes.data(), 1, MPI_UNSIGNED_LONG_LONG, MPI_COMM_WORLD, &request);
  wait_for(request);

  std::vector<int> counts(ranks), places(ranks);
  std::size_t total = 0;
  for (std::size_t r = 0; r < ranks; ++r) {
    places[r] = static_cast<int>(total);
    counts[r] = static_cast<int>((sizes[r] + unit - 1) / unit);
    total += (sizes[r] + unit - 1) / unit;
  }
  if (total > INT_MAX) MPI_Abort(MPI_COMM_WORLD, 1);
  if (total > 0) {
    std::string padded(data, bytes), all(total * unit, '\0');
    padded.resize((bytes + unit - 1) / unit * unit);
    MPI_Datatype block;
    MPI_Type_contiguous(static_cast<int>(unit), MPI_BYTE, &block);
    MPI_Type_commit(&block);
    MPI_Iallgatherv(padded.data(), static_cast<int>(padded.size() / unit), block, all.data(), counts.data(),
                    places.data(), block, MPI_COMM_WORLD, &request);
    wait_for(request);
    MPI_Type_free(&block);
    for (std::size_t r = 0; r < ranks; ++r)
      take(to, all.data() + static_cast<std::size_t>(places[r]) * unit, static_cast<std::size_t>(sizes[r]));
  } else {
    for (std::size_t r = 0; r < ranks; ++r) take(to, "", 0);
  }
}

void close() {
  MPI_Request request;
  MPI_Ibarrier(MPI_COMM_WORLD, &request);  // finalising waits too, but busily
  wait_for(request);
  MPI_Finalize();
}

/// mpirun may bind a rank to some processors or leave all to all of them; either way these are its share.
int processors_of_each() {
  MPI_Comm machine;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
  int ranks = 1;
  MPI_Comm_size(machine, &ranks);
  cpu_set_t mine, together;
  CPU_ZERO(&mine);
  sched_getaffinity(0, sizeof mine, &mine);
  MPI_Allreduce(&mine, &together, static_cast<int>(sizeof mine), MPI_BYTE, MPI_BOR, machine);
  MPI_Comm_free(&machine);
  return std::max(1, std::min(CPU_COUNT(&mine), CPU_COUNT(&together) / ranks));
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const TawaraTransport* tawara_open_transport_1(const char** reason) {
  static TawaraTransport transport{0, 1, 0, exchange, close};
  int provided = 0;
  if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS) {
    *reason = "MPI does not start";
    return nullptr;
  }
  int rank = 0, size = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  transport.rank = static_cast<std::size_t>(rank);
  transport.size = static_cast<std::size_t>(size);
  transport.processors = processors_of_each();
  return &transport;
}
