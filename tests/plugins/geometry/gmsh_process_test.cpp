#include "gmsh_process.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "../../message_of.hpp"
#include "tawara/error.hpp"

using namespace tawara::geometry;

namespace {

bool no_process_left() { return waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD; }

const auto never = [] {};

}  // namespace

TEST_CASE("a mesh comes over from Gmsh's process as it was made there") {
  const HeartMesh mesh = mesh_in_process(
      [](GmshSession&) {
        HeartMesh m;
        m.nodes = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 0.1}};
        m.tetrahedra = {{0, 1, 2, 3}};
        m.epi = {{0, 2, 1}, {0, 1, 3}};
        m.base = {{1, 2, 3}};
        return m;
      },
      never);
  CHECK(mesh.nodes == std::vector<Point>{{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 0.1}});
  CHECK(mesh.tetrahedra == std::vector<Tetrahedron>{{0, 1, 2, 3}});
  CHECK(mesh.epi == std::vector<Triangle>{{0, 2, 1}, {0, 1, 3}});
  CHECK(mesh.lv_endo.empty());
  CHECK(mesh.base == std::vector<Triangle>{{1, 2, 3}});
  CHECK(no_process_left());
}

TEST_CASE("what fails in Gmsh's process is said in its words, a crash included") {
  CHECK(message_of([] {
          (void)mesh_in_process([](GmshSession&) -> HeartMesh { throw tawara::GeometryError("too thin"); }, never);
        }) == "too thin");
  const std::string crash = message_of([] {
    (void)mesh_in_process(
        [](GmshSession&) -> HeartMesh {
          raise(SIGKILL);
          return {};
        },
        never);
  });
  CHECK(crash.find("Gmsh crashed (Killed)") == 0);
  CHECK(crash.find("another edge") != std::string::npos);
  CHECK(no_process_left());
}

TEST_CASE("Gmsh's process ends when it is not wanted any more, whatever it is at") {
  int asked = 0;
  CHECK_THROWS_AS((void)mesh_in_process(
                      [](GmshSession&) -> HeartMesh {
                        for (;;) pause();
                      },
                      [&] {
                        if (++asked == 3) throw tawara::Cancelled();
                      }),
                  tawara::Cancelled);
  CHECK(no_process_left());
}
