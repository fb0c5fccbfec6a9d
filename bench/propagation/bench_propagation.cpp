/// ms per evaluation of every eikonal method, and its error. CPU time of the thread, so other jobs disturb it less.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <random>
#include <string>
#include <vector>

#include "conduction/greedy_sites.hpp"
#include "eikonal/activation.hpp"
#include "eikonal/front_kernel.hpp"
#include "reaction_eikonal/apd_field.hpp"
#include "shell.hpp"

using namespace tawara::propagation;

namespace {

double cpu_ms() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return 1e3 * static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_nsec);
}

struct Row {
  Speeds speeds;
  std::vector<Source> sources;
};

/// 3 to 9 root nodes and speeds from the published ranges.
std::vector<Row> random_rows(const std::vector<std::int32_t>& candidates, int count) {
  std::mt19937 engine(1);
  const auto in = [&](double low, double high) { return low + (high - low) * (engine() / 4294967296.0); };
  std::vector<Row> rows;
  for (int k = 0; k < count; ++k) {
    Row row{{0.65, in(0.25, 0.6), 0.48, in(1.5, 1.9), in(0.7, 1.5)}, {}};
    auto sites = candidates;
    std::shuffle(sites.begin(), sites.end(), engine);
    const std::size_t roots = std::min<std::size_t>(3 + engine() % 7, sites.size());
    for (std::size_t s = 0; s < roots; ++s) row.sources.push_back({sites[s], 0});
    rows.push_back(row);
  }
  return rows;
}

struct Timing {
  double median, least, most;
};

template <class Work>
Timing time_of(int rounds, int per_round, Work work) {
  std::vector<double> ms;
  for (int r = 0; r < rounds; ++r) {
    const double start = cpu_ms();
    for (int k = 0; k < per_round; ++k) work(k);
    ms.push_back((cpu_ms() - start) / per_round);
  }
  std::sort(ms.begin(), ms.end());
  return {ms[ms.size() / 2], ms.front(), ms.back()};
}

Timing time_method(const ActivationSolver& solver, const std::vector<Row>& rows, std::size_t n, int rounds) {
  std::vector<float> LAT(n);
  const auto scratch = solver.scratch();
  return time_of(rounds, static_cast<int>(rows.size()),
                 [&](int k) { solver.solve(rows[k].speeds, rows[k].sources, LAT, scratch.get()); });
}

/// Mean and worst relative error on the 60 x 40 x 10 mm slab, three fibre angles, source in a corner and in the middle.
void slab_errors(Method method, double& least, double& most, double& worst) {
  constexpr Speeds v{0.65, 0.40, 0.48, 1, 1};
  least = 1, most = 0, worst = 0;
  for (const double angle : {0.0, 25.0, 60.0}) {
    const test::Frame frame = test::oblique(angle, angle / 2);
    const test::Mesh slab = test::lattice_box({36, 24, 6}, 60.0 / 36, 0.1, frame);
    const auto solver = make_activation_solver(method, slab.muscle());
    const auto scratch = solver->scratch();
    for (const auto& at : {std::array<double, 3>{0, 0, 0}, {30, 20, 5}}) {
      const Source source{test::nearest(slab, at), 0};
      std::vector<float> LAT(slab.n());
      solver->solve(v, {&source, 1}, LAT, scratch.get());
      std::vector<double> exact(slab.n());
      for (std::size_t i = 0; i < slab.n(); ++i) {
        exact[i] = test::straight_time(slab.node(source.node), slab.node(i), frame, v);
      }
      const double last = *std::max_element(exact.begin(), exact.end());
      double mean = 0;
      int count = 0;
      for (std::size_t i = 0; i < slab.n(); ++i) {
        if (exact[i] <= 0.2 * last) continue;
        const double error = LAT[i] / exact[i] - 1;
        worst = std::max(worst, error);
        mean += error;
        ++count;
      }
      least = std::min(least, mean / count);
      most = std::max(most, mean / count);
    }
  }
}

}  // namespace

int main() {
  const Shell shell = make_shell(62, 6);
  const test::Mesh& mesh = shell.mesh;
  const auto candidates = greedy_sites(mesh.nodes, shell.ab, mesh.lv_endo, 15, 0.8);
  const auto rows = random_rows(candidates, 16), few = random_rows(candidates, 2);
  std::printf("shell: %zu nodes, %zu tetrahedra, %zu candidate sites, 16 random rows\n", mesh.n(),
              mesh.tetrahedra.size() / 4, candidates.size());
  std::printf("%-16s %-10s %8s %16s   slab error: mean, worst\n", "method", "ISA", "ms/row", "least..most");
  const auto line = [](const char* method, const std::string& isa, const Timing& t) {
    std::printf("%-16s %-10s %8.2f %7.2f..%-7.2f", method, isa.c_str(), t.median, t.least, t.most);
  };
  double least = 0, most = 0, worst = 0;
  for (const auto& [name, method] :
       {std::pair{"two_ring_tetra", Method::two_ring_tetra}, {"two_ring", Method::two_ring}}) {
    const auto solver = make_activation_solver(method, mesh.muscle());
    slab_errors(method, least, most, worst);
    for (const std::int64_t target : front_instruction_sets()) {
      force_front_instruction_set(target);
      line(name, front_instruction_set_name(target), time_method(*solver, rows, mesh.n(), 5));
      std::printf("   %.1f..%.1f %%, %.1f %%\n", 100 * least, 100 * most, 100 * worst);
    }
    force_front_instruction_set(0);
  }
  for (const auto& [name, method] : {std::pair{"tetra", Method::tetra}, {"edge", Method::edge}}) {
    const auto solver = make_activation_solver(method, mesh.muscle());
    slab_errors(method, least, most, worst);
    line(name, "double", time_method(*solver, few, mesh.n(), 3));
    std::printf("   %.1f..%.1f %%, %.1f %%\n", 100 * least, 100 * most, 100 * worst);
  }

  std::vector<double> APD90(300);
  for (std::size_t k = 0; k < APD90.size(); ++k) APD90[k] = 180 + 0.7 * static_cast<double>(k);
  const NearestEntry nearest(APD90);
  const std::vector<float> ab(shell.ab.begin(), shell.ab.end()), rt(shell.rt.begin(), shell.rt.end());
  const ApdCoordinates coordinates{ab, rt, ab, rt};
  std::vector<float> APD(mesh.n());
  std::int64_t sum = 0;
  line("APD field, entry", "scalar", time_of(5, 20, [&](int k) {
         apd_field(coordinates, {0.3, -0.1 * k, 0.2, 1}, 220, 300, APD);
         for (const float a : APD) sum += nearest.of(a);
       }));
  std::printf("   (sum of entries %lld)\n", static_cast<long long>(sum));
}
