#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "activation_case.hpp"
#include "pseudo/binned_ecg.hpp"
#include "pseudo/direct_ecg.hpp"
#include "pseudo/instruction_sets.hpp"

using namespace tawara;
using namespace tawara::ecg;

namespace {

std::vector<std::vector<double>> fields_of(const ActivationCase& c) {
  return folded_lead_fields(lead_field(c.mesh.nodes, c.mesh.tetrahedra, c.electrodes), c.smoothing(), c.passes);
}

std::vector<double> in_double(const ActivationCase& c) {
  std::vector<double> out(c.n_samples * 8);
  ecg_of_activation(fields_of(c), segments(c.passes, 0, c.n_samples), c.activation(), c.table(), out);
  return out;
}

/// QRS and T wave apart, as the component does.
std::vector<double> binned(const ActivationCase& c, Bins& bins, std::size_t n_qrs = 200) {
  const auto fields = fields_of(c);
  const PaddedAps AP(c.table(), c.n_samples);
  const BinnedLeads qrs(fields, segments(c.passes, 0, n_qrs)), rest(fields, segments(c.passes, n_qrs, c.n_samples));
  std::vector<double> out(c.n_samples * 8, 1e9);
  sort_into_bins(c.activation(), c.table(), c.n_samples, bins);
  qrs.evaluate(bins, AP, std::span(out).first(n_qrs * 8));
  rest.evaluate(bins, AP, std::span(out).subspan(n_qrs * 8));
  return out;
}

std::vector<double> binned(const ActivationCase& c) {
  Bins bins;
  return binned(c, bins);
}

}  // namespace

TEST_CASE("folded lead fields equal smoothing V_m and summing over tetrahedra") {
  ActivationCase c;
  Random random(1, "folded");
  SUBCASE("real-looking action potentials") {
    c.realistic_potentials(30, 10.0);
    c.random_activation(random);
  }
  SUBCASE("random potentials, upstroke between samples") {
    c.random_potentials(17, random);
    c.random_activation(random);
  }
  SUBCASE("slow conduction: activation goes on into the T wave and beyond the end") {
    c.realistic_potentials(12, 5.5);
    c.random_activation(random, 0.05);
  }
  const auto expected = c.explicit_ecg();
  CHECK(relative_difference(in_double(c), expected) < 1e-12);
  CHECK(relative_difference(binned(c), expected) < 1e-5);
}

TEST_CASE("a stored V_m gives the ECG of its factors") {
  ActivationCase c;
  Random random(2, "stored");
  c.realistic_potentials(20, 10.0);
  c.random_activation(random);
  const auto V = c.voltage();
  const std::vector<float> stored(V.begin(), V.end());
  const auto L = lead_field(c.mesh.nodes, c.mesh.tetrahedra, c.electrodes);
  std::vector<double> out(c.n_samples * 8);
  ecg_of_voltage(L, stored, c.n_samples, 0, c.n_samples, out);
  CHECK(relative_difference(out, c.explicit_ecg()) < 1e-5);
  std::vector<double> part(70 * 8);
  ecg_of_voltage(L, stored, c.n_samples, 130, 200, part);
  CHECK(part == std::vector<double>(out.begin() + 130 * 8, out.begin() + 200 * 8));
}

TEST_CASE("the ECG is linear in the action potentials") {
  ActivationCase a;
  Random random(3, "linear");
  a.random_potentials(9, random);
  a.random_activation(random);
  ActivationCase b = a, sum = a;
  b.random_potentials(9, random);
  for (std::size_t i = 0; i < sum.AP.size(); ++i) sum.AP[i] = 2 * a.AP[i] + b.AP[i];
  const auto of_a = in_double(a), of_b = in_double(b);
  auto expected = of_a;
  for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = 2 * of_a[i] + of_b[i];
  CHECK(relative_difference(in_double(sum), expected) < 1e-5);  // action potentials are stored in single precision
  CHECK(relative_difference(binned(sum), expected) < 2e-5);
}

TEST_CASE("muscle that is never activated has no ECG, and late muscle joins it at rest") {
  ActivationCase c;
  Random random(4, "never");
  c.realistic_potentials(5, 10.0);
  c.random_activation(random);
  for (float& LAT : c.LAT) LAT = std::numeric_limits<float>::infinity();
  for (const double value : binned(c)) CHECK(value == 0);
  for (const double value : in_double(c)) CHECK(std::abs(value) < 1e-15);

  // Half the nodes after the end of the ECG is the same as half the nodes never.
  ActivationCase late = c;
  for (std::size_t x = 0; x < c.LAT.size(); ++x) {
    c.LAT[x] = x % 2 ? 30.25f : std::numeric_limits<float>::infinity();
    late.LAT[x] = x % 2 ? 30.25f : 1e4f;
  }
  CHECK(binned(c) == binned(late));
}

TEST_CASE("a row's bytes depend neither on what its scratch held before nor on where the QRS ends") {
  ActivationCase c, other;
  Random random(5, "bytes");
  c.realistic_potentials(25, 10.0);
  other.realistic_potentials(25, 10.0);
  c.random_activation(random);
  other.random_activation(random, 0.2);
  const auto fresh = binned(c);
  Bins bins;
  (void)binned(other, bins);
  CHECK(binned(c, bins) == fresh);
  CHECK(binned(c, bins, 450) == fresh);
  CHECK(binned(c, bins, 0) == fresh);
}

TEST_CASE("instruction sets agree: to the byte with fused multiply-add, closely without") {
  ActivationCase c;
  Random random(6, "isa");
  c.realistic_potentials(25, 10.0);
  c.random_activation(random);
  const auto best = binned(c);
  const auto targets = instruction_sets();
  for (const std::int64_t target : targets) {
    force_instruction_set(target);
    INFO(instruction_set_name(target));
    const auto found = binned(c);
    if (fuses_multiply_add(target) && fuses_multiply_add(targets.front())) CHECK(found == best);
    CHECK(relative_difference(found, best) < 1e-5);
  }
  force_instruction_set(0);
}

TEST_CASE("unusable activations are found") {
  ActivationCase c;
  Random random(7, "unusable");
  c.realistic_potentials(5, 10.0);
  c.random_activation(random);
  CHECK(first_unusable(c.activation(), c.n_entries) == c.LAT.size());
  c.AP_entry[9] = 5;
  CHECK(first_unusable(c.activation(), c.n_entries) == 9);
  c.AP_entry[8] = -1;
  CHECK(first_unusable(c.activation(), c.n_entries) == 8);
  c.LAT[3] = std::numeric_limits<float>::quiet_NaN();
  CHECK(first_unusable(c.activation(), c.n_entries) == 3);
}
