#include "gmsh_process.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

#include "tawara/error.hpp"

namespace tawara::geometry {
namespace {

constexpr int asked_every = 100;  // ms
constexpr char made = 'm', failed = 'f';

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() { close(); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int get() const { return descriptor_; }
  void close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }

 private:
  int descriptor_;
};

/// The other process, ended and forgotten at the latest here.
class Child {
 public:
  explicit Child(pid_t id) : id_(id) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (id_ <= 0) return;
    kill(id_, SIGKILL);
    (void)wait();
  }
  /// @return how it ended, as waitpid says it
  int wait() {
    int status = 0;
    while (waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    id_ = -1;
    return status;
  }

 private:
  pid_t id_;
};

template <class T>
void append(std::string& bytes, const std::vector<T>& items) {
  const std::size_t n = items.size();
  bytes.append(reinterpret_cast<const char*>(&n), sizeof n);
  bytes.append(reinterpret_cast<const char*>(items.data()), n * sizeof(T));
}

template <class T>
void take(const char*& from, std::vector<T>& items) {
  std::size_t n;
  std::memcpy(&n, from, sizeof n);
  items.resize(n);
  std::memcpy(static_cast<void*>(items.data()), from + sizeof n, n * sizeof(T));
  from += sizeof n + n * sizeof(T);
}

std::string bytes_of(const HeartMesh& mesh) {
  std::string bytes(1, made);
  append(bytes, mesh.nodes);
  append(bytes, mesh.tetrahedra);
  for (const auto* surface : {&mesh.epi, &mesh.lv_endo, &mesh.rv_endo, &mesh.base}) append(bytes, *surface);
  return bytes;
}

HeartMesh mesh_of(const std::string& bytes) {
  HeartMesh mesh;
  const char* from = bytes.data() + 1;
  take(from, mesh.nodes);
  take(from, mesh.tetrahedra);
  for (auto* surface : {&mesh.epi, &mesh.lv_endo, &mesh.rv_endo, &mesh.base}) take(from, *surface);
  return mesh;
}

[[noreturn]] void work_and_exit(const std::function<HeartMesh(GmshSession&)>& make, int to) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGPIPE}) std::signal(signal, SIG_DFL);
  std::signal(SIGINT, SIG_IGN);  // the terminal sends it to both; the other decides
  std::string bytes;
  try {
    GmshSession gmsh;
    bytes = bytes_of(make(gmsh));
  } catch (const std::exception& e) {
    bytes = failed + std::string(e.what());
  } catch (...) {
    bytes = failed + std::string("Gmsh failed without saying why");
  }
  for (std::size_t written = 0; written < bytes.size();) {
    const ssize_t n = write(to, bytes.data() + written, bytes.size() - written);
    if (n < 0 && errno != EINTR) break;
    if (n > 0) written += static_cast<std::size_t>(n);
  }
  _exit(0);  // nothing of the host is to be run or flushed here
}

}  // namespace

HeartMesh mesh_in_process(const std::function<HeartMesh(GmshSession&)>& make,
                          const std::function<void()>& interruption) {
  interruption();
  int ends[2];
  if (pipe(ends) != 0) throw GeometryError(std::string("no pipe to a process for Gmsh: ") + std::strerror(errno));
  File from(ends[0]), to(ends[1]);
  const pid_t id = fork();
  if (id < 0) throw GeometryError(std::string("no process for Gmsh: ") + std::strerror(errno));
  if (id == 0) work_and_exit(make, to.get());
  Child child(id);
  to.close();
  std::string bytes;
  for (;;) {
    pollfd ready{from.get(), POLLIN, 0};
    if (poll(&ready, 1, asked_every) <= 0) {
      interruption();
      continue;
    }
    char piece[1 << 16];
    const ssize_t n = read(from.get(), piece, sizeof piece);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    bytes.append(piece, static_cast<std::size_t>(n));
  }
  const int status = child.wait();
  if (WIFSIGNALED(status))
    throw GeometryError(std::string("Gmsh crashed (") + strsignal(WTERMSIG(status)) +
                        ") while it made the mesh; try another edge, or look at the surfaces for folds");
  if (bytes.empty()) throw GeometryError("Gmsh ended without a mesh; try another edge");
  if (bytes[0] == failed) throw GeometryError(bytes.substr(1));
  return mesh_of(bytes);
}

}  // namespace tawara::geometry
