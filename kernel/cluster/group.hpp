#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tawara {

/// The processes that share one run: those that mpirun or srun started together, else this one alone.
///
/// They are one program that runs several times. What is not shared out each of them does for itself, to the same end;
/// rank 0 alone writes results and speaks. Where work is shared out they meet in `exchange`. A process that ends early
/// says so at its next meeting, so that all end and none waits for ever. For the main thread only.
class Group {
 public:
  /// Reads the environment and, when it says that several processes were started, loads libtawara_mpi.so.
  /// @throws Error  several were started and cannot find each other: they would overwrite each other's results
  static void join();
  [[nodiscard]] static Group& get();

  [[nodiscard]] std::size_t rank() const;  ///< 0 when alone
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool alone() const { return size() == 1; }
  [[nodiscard]] bool is_first() const { return rank() == 0; }
  [[nodiscard]] bool speaks() const;  ///< to the terminal; also while Solo
  /// Processors of this machine for each of its ranks; 0 when nothing is known.
  [[nodiscard]] int processors() const;

  /// What each of them brought, by rank. @param what  where in the program this is, the same for all
  /// @throws Cancelled  another one was stopped. @throws Error  another one failed, or is elsewhere in the program
  std::vector<std::string> exchange(std::string_view what, std::string_view mine);
  /// What rank 0 brought.
  std::string from_first(std::string_view what, std::string_view mine);

  /// From now on rank 0 is alone, and the others only wait for it in `leave`.
  void dissolve();

  struct Ending {
    int code = 0;
    bool stopped = false;  ///< by the user
    std::string message;
  };
  /// The last meeting. @param mine  how this process ends @returns how all do, and what the speaker has to say
  Ending leave(Ending mine);
  /// After the last word. Waits for the others.
  void close();

  /// While one lives, this process works as if it were alone: on something that is its own.
  class Solo {
   public:
    Solo();
    ~Solo();
    Solo(const Solo&) = delete;
    Solo& operator=(const Solo&) = delete;
  };

 private:
  struct State;
  static State& state();
};

}  // namespace tawara
