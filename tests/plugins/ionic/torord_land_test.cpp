#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "torord_cells.hpp"

using namespace tawara;
using namespace tawara::torord;

namespace {

struct Contraction {
  Cell cell = land_cell(Sex::baseline);
  std::vector<double> y = cell.initial_state();
  double& operator[](const char* state) { return y[state_index(cell, state)]; }
  [[nodiscard]] double rate(const char* state) const { return cell.rates(y)[state_index(cell, state)]; }
  [[nodiscard]] double Ta() const { return observed(cell, y, "Ta"); }
};

constexpr double k_u = 0.021, half_power = 2.036 / 2;

/// Land's thin filament: blocked over unblocked sites at a bound fraction of troponin.
double blocked_per_free(double TRPN) {
  const double half = std::pow(0.35, 2 * half_power) / (1 - 0.25 - 0.75 * 0.5);
  return half * std::min(100.0, std::pow(TRPN, -half_power)) / std::pow(TRPN, half_power);
}

}  // namespace

// At rest the cycle is balanced when XW equals the unbound sites and XS is 2/3 of them (r_s = 1/4, r_w = 1/2).
TEST_CASE("contraction stands still at the equilibrium of any calcium, and only there") {
  Contraction c;
  for (const double Ca_i : {8e-5, 3e-4, 8.05e-4, 0.1}) {
    CAPTURE(Ca_i);
    const double binding = std::pow(1000 * Ca_i / 0.805, 2);
    const double TRPN = binding / (1 + binding);
    const double free_sites = 1 / (8.0 / 3 + blocked_per_free(TRPN));
    c["Ca_i"] = Ca_i;
    c["Ca_TRPN"] = TRPN;
    c["XW"] = free_sites;
    c["XS"] = 2.0 / 3 * free_sites;
    c["TmB"] = 1 - 8.0 / 3 * free_sites;
    c["ZETAS"] = c["ZETAW"] = 0;
    for (const char* state : {"XS", "XW", "Ca_TRPN", "TmB", "ZETAS", "ZETAW"}) {
      CAPTURE(state);
      CHECK(std::fabs(c.rate(state)) < 1e-14);  // binding turns over 1500 times a ms at the highest
    }
    CHECK(c.Ta() == doctest::Approx(480 * 2.0 / 3 * free_sites).epsilon(1e-12));
    c["TmB"] += 1e-3;
    CHECK(c.rate("TmB") < 0);
    CHECK(c.rate("XW") < 0);
  }
}

TEST_CASE("half of the sites are unblocked at the published troponin occupancy of 0.35") {
  CHECK(blocked_per_free(0.35) == doctest::Approx(8.0 / 3).epsilon(1e-12));  // free sites are 3/8 of the unblocked
  Contraction c;
  c["Ca_TRPN"] = 0.35;
  c["TmB"] = 0.5;
  c["XW"] = 3.0 / 16;
  c["XS"] = 2.0 / 16;
  CHECK(std::fabs(c.rate("TmB")) < 1e-15);
}

TEST_CASE("all cross-bridges strongly bound at rest give 480 kPa, a quarter of them the reference tension of 120") {
  Contraction c;
  c["XW"] = 0;
  c["XS"] = 1;
  CHECK(c.Ta() == doctest::Approx(480));
  c["XS"] = 0.25;
  CHECK(c.Ta() == doctest::Approx(120));
  // Distorted bridges bear more: linear in both.
  c["ZETAS"] = 0.2;
  CHECK(c.Ta() == doctest::Approx(120 * 1.2));
  c["XW"] = 0.5;
  c["ZETAW"] = -0.1;
  CHECK(c.Ta() == doctest::Approx(120 * 1.2 - 480 * 0.05));
}

TEST_CASE("troponin binds calcium with its square and lets it go at its own rate") {
  Contraction c;
  c["Ca_i"] = 0.805e-3;
  c["Ca_TRPN"] = 0;
  CHECK(c.rate("Ca_TRPN") == doctest::Approx(0.1));
  c["Ca_i"] = 2 * 0.805e-3;
  CHECK(c.rate("Ca_TRPN") == doctest::Approx(0.4));
  c["Ca_TRPN"] = 1;
  CHECK(c.rate("Ca_TRPN") == doctest::Approx(-0.1));
}

TEST_CASE("distortion fades, and beyond its range detaches bridges sooner") {
  Contraction c;
  c["XS"] = 0.2, c["XW"] = 0.3, c["TmB"] = 0.3;
  c["ZETAS"] = c["ZETAW"] = 0;
  const double XS_rate = c.rate("XS"), XW_rate = c.rate("XW");
  c["ZETAW"] = 0.5;
  CHECK(c.rate("ZETAW") == doctest::Approx(-0.40586 * 0.5));
  CHECK(c.rate("XW") == doctest::Approx(XW_rate - 0.615 * 0.5 * 0.3));
  c["ZETAW"] = -0.5;
  CHECK(c.rate("XW") == doctest::Approx(XW_rate - 0.615 * 0.5 * 0.3));
  c["ZETAS"] = -0.9;  // slack: no effect down to -1
  CHECK(c.rate("XS") == doctest::Approx(XS_rate));
  CHECK(c.rate("ZETAS") == doctest::Approx(0.04014 * 0.9));
  c["ZETAS"] = -1.5;
  CHECK(c.rate("XS") == doctest::Approx(XS_rate - 0.0085 * 0.5 * 0.2));
  c["ZETAS"] = 0.4;
  CHECK(c.rate("XS") == doctest::Approx(XS_rate - 0.0085 * 0.4 * 0.2));
}

TEST_CASE("without bound calcium blocking has its bound, and what is below nothing counts as nothing") {
  Contraction c;
  c["Ca_TRPN"] = 0;
  c["XS"] = c["XW"] = 0;
  c["TmB"] = 0.5;
  const double k_b = k_u * std::pow(0.35, 2 * half_power) * 8.0 / 3;
  CHECK(c.rate("TmB") == doctest::Approx(k_b * 100 * 0.5).epsilon(1e-12));
  const double TmB_rate = c.rate("TmB");
  c["Ca_TRPN"] = -1e-9;
  c["XS"] = c["XW"] = -1e-9;
  CHECK(c.rate("TmB") == TmB_rate);
  CHECK(c.Ta() == 0);
  for (const double rate : c.cell.rates(c.y)) CHECK(std::isfinite(rate));
  c["Ca_TRPN"] = std::numeric_limits<double>::quiet_NaN();
  CHECK(std::isnan(c.rate("TmB")));
}

// The instantaneous troponin of the electrical cell is exchanged for a flux; nothing else changes.
TEST_CASE("contraction acts on the electrical cell through its calcium buffer alone") {
  for (const Sex sex : {Sex::baseline, Sex::male, Sex::female}) {
    const Cell electrical = torord_cell(sex, Layer::epi), whole = land_cell(sex, Layer::epi);
    auto y = whole.initial_state();
    y[0] = 5;
    y[state_index(whole, "d")] = 0.6;
    y[state_index(whole, "Ca_i")] = 5e-4;
    const auto coupled = whole.rates(y, -10), alone = electrical.rates(std::span(y).first(43), -10);
    const std::size_t Ca_i = state_index(whole, "Ca_i");
    for (std::size_t s = 0; s < 43; ++s)
      if (s != Ca_i) CHECK(coupled[s] == alone[s]);
    const double calmodulin = constants_for(sex, Layer::epi).cmdn_max;
    const auto capacity = [&](double total, double K) { return total * K / std::pow(K + y[Ca_i], 2); };
    const double with_troponin = (1 + capacity(calmodulin, 0.00238) + capacity(0.07, 0.0005)) * alone[Ca_i];
    const double with_flux =
        (1 + capacity(calmodulin, 0.00238)) * coupled[Ca_i] + 0.07 * coupled[state_index(whole, "Ca_TRPN")];
    CHECK(with_flux == doctest::Approx(with_troponin).epsilon(1e-12));
  }
}
