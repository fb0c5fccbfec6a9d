#pragma once
#include <cstddef>

/// What a module such as libtawara_mpi.so offers: plain C, because it is loaded only when several processes were
/// started together, and the program is not linked to MPI.
extern "C" {

struct TawaraTransport {
  std::size_t rank, size;
  int processors;  ///< of this machine, for each of the ranks on it
  /// Every rank calls it the same number of times. `take` gets what each rank brought, in their order.
  void (*exchange)(const char* data, std::size_t bytes, void (*take)(void* to, const char* data, std::size_t bytes),
                   void* to);
  /// The last call; waits for the other ranks.
  void (*close)();
};

/// @returns nullptr and a reason
using TawaraOpenTransport = const TawaraTransport* (*)(const char** reason);
constexpr const char* tawara_open_transport_name = "tawara_open_transport_1";
}
