// Milliseconds of CPU per row of ecg.pseudo on about 60 000 nodes, by instruction set.
//   bench_ecg [entries] [rows]
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "activation_case.hpp"
#include "pseudo/binned_ecg.hpp"
#include "pseudo/direct_ecg.hpp"
#include "pseudo/instruction_sets.hpp"

using namespace tawara::ecg;

namespace {

double cpu_ms() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return 1e3 * static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_nsec);
}

/// A wave from a few early sites at about 0.6 m/s, APDs graded across the block: neighbours differ little, as in a
/// heart.
void activate(ActivationCase& c, tawara::Random& random) {
  double sites[6][3], g[3];
  for (auto& s : sites)
    for (double& x : s) x = random.uniform(-28, 28);
  for (double& x : g) x = random.normal();
  std::vector<double> G;
  for (std::size_t x = 0; x < c.mesh.n_nodes(); ++x) {
    const double* p = &c.mesh.nodes[3 * x];
    double nearest = 1e9;
    for (const auto& s : sites) nearest = std::min(nearest, std::hypot(p[0] - s[0], p[1] - s[1], p[2] - s[2]));
    c.LAT.push_back(static_cast<float>(nearest / 0.45));
    G.push_back(g[0] * p[0] + g[1] * p[1] + g[2] * p[2]);
  }
  const auto [low, high] = std::minmax_element(G.begin(), G.end());
  for (const double value : G)
    c.AP_entry.push_back(
        static_cast<std::int32_t>((value - *low) / (*high - *low) * (static_cast<double>(c.n_entries) - 0.01)));
}

}  // namespace

int main(int argc, char** argv) {
  const auto entries = static_cast<std::size_t>(argc > 1 ? std::atoi(argv[1]) : 171);
  const int n_rows = argc > 2 ? std::atoi(argv[2]) : 20;
  ActivationCase c(box_mesh({38, 38, 38}, 1.5));
  c.realistic_potentials(entries, 10.0);
  tawara::Random random(1, "bench");
  const auto fields =
      folded_lead_fields(lead_field(c.mesh.nodes, c.mesh.tetrahedra, c.electrodes), c.smoothing(), c.passes);
  const PaddedAps AP(c.table(), c.n_samples);
  const BinnedLeads qrs(fields, segments(c.passes, 0, 200)), rest(fields, segments(c.passes, 200, 450));
  std::vector<std::vector<float>> LAT;
  std::vector<std::vector<std::int32_t>> AP_entry;
  for (int r = 0; r < 8; ++r) {
    c.LAT.clear();
    c.AP_entry.clear();
    activate(c, random);
    LAT.push_back(c.LAT);
    AP_entry.push_back(c.AP_entry);
  }
  std::printf(
      "%zu nodes, %zu entries, LAT to %.0f ms, 8 independent leads, 450 ms, %d rows; CPU ms per row (best, mean)\n",
      c.mesh.n_nodes(), entries, *std::max_element(c.LAT.begin(), c.LAT.end()), n_rows);
  Bins bins;
  std::vector<double> out(450 * 8);
  for (const std::int64_t target : instruction_sets()) {
    force_instruction_set(target);
    double best[3] = {1e9, 1e9, 1e9}, sum[3] = {};
    for (int r = 0; r < n_rows; ++r) {
      const Activation row{LAT[static_cast<std::size_t>(r) % 8], AP_entry[static_cast<std::size_t>(r) % 8]};
      double t[4] = {cpu_ms()};
      sort_into_bins(row, c.table(), c.n_samples, bins);
      t[1] = cpu_ms();
      qrs.evaluate(bins, AP, std::span(out).first(200 * 8));
      t[2] = cpu_ms();
      rest.evaluate(bins, AP, std::span(out).subspan(200 * 8));
      t[3] = cpu_ms();
      for (int k = 0; k < 3; ++k) {
        best[k] = std::min(best[k], t[k + 1] - t[k]);
        sum[k] += t[k + 1] - t[k];
      }
    }
    std::printf("%-10s sort %.2f (%.2f)  QRS %.2f (%.2f)  rest %.2f (%.2f)  all %.2f (%.2f)\n",
                instruction_set_name(target).c_str(), best[0], sum[0] / n_rows, best[1], sum[1] / n_rows, best[2],
                sum[2] / n_rows, best[0] + best[1] + best[2], (sum[0] + sum[1] + sum[2]) / n_rows);
  }
  const double start = cpu_ms();
  ecg_of_activation(fields, segments(c.passes, 0, 450), {LAT[0], AP_entry[0]}, c.table(), out);
  std::printf("reference in double: %.0f\n", cpu_ms() - start);
}
