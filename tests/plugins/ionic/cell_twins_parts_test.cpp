#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "experiments/cell_twins/bounded_fit.hpp"
#include "experiments/cell_twins/clamped_currents.hpp"
#include "experiments/cell_twins/matching.hpp"
#include "experiments/cell_twins/refinement.hpp"
#include "experiments/cell_twins/twin_scenario.hpp"
#include "experiments/clamped_cells.hpp"
#include "kernik_cells.hpp"
#include "population_fixture.hpp"

using namespace tawara;
using namespace tawara::experiments;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// What twins are made with: the fit, the clamped currents, the words.
namespace {

MatrixXd random_matrix(Index rows, Index columns, std::uint64_t seed) {
  Random random(seed, "test");
  MatrixXd m(rows, columns);
  for (double& x : m.reshaped()) x = random.normal();
  return m;
}

/// y = A x, three of whose four directions are seen.
struct Linear {
  MatrixXd A = random_matrix(30, 4, 1);
  VectorXd truth = random_matrix(4, 1, 2);
  BoundedFit fit;
  Linear() {
    A.col(3) = A.col(0) - 2 * A.col(1);
    fit.data = A * truth + 0.1 * random_matrix(30, 1, 3);
    fit.error = VectorXd::LinSpaced(30, 0.1, 0.3);
    fit.prior_mean = VectorXd::Constant(4, 0.2);
    fit.prior_sd = VectorXd::LinSpaced(4, 0.5, 1);
    fit.low = VectorXd::Constant(4, -100);
    fit.high = VectorXd::Constant(4, 100);
    fit.model = [this](const MatrixXd& x, MatrixXd& y) { y = A * x; };
    fit.converged = 0;
    fit.least = 1e-10;
  }
  MatrixXd weighted() const { return fit.error.cwiseInverse().asDiagonal() * A; }
  MatrixXd hessian() const {
    MatrixXd H = weighted().transpose() * weighted();
    H.diagonal() += fit.prior_sd.array().square().inverse().matrix();
    return H;
  }
};

double worst(const MatrixXd& a, const MatrixXd& b) { return (a - b).cwiseAbs().maxCoeff(); }

}  // namespace

TEST_CASE("a fit of a linear model is the posterior of Gaussian noise and prior, wherever it begins") {
  Linear it;
  const VectorXd b = it.weighted().transpose() * (it.fit.data.array() / it.fit.error.array()).matrix() +
                     (it.fit.prior_mean.array() / it.fit.prior_sd.array().square()).matrix();
  const VectorXd expected = it.hessian().ldlt().solve(b);
  for (const double start : {-3.0, 0.0, 5.0}) {
    const auto found = it.fit.from(VectorXd::Constant(4, start));
    CHECK(worst(found.x, expected) < 1e-6);
    CHECK(worst(found.covariance, it.hessian().inverse()) < 1e-6);
    CHECK(found.stop != BoundedFit::Stop::not_finite);
    CHECK(found.F == doctest::Approx(it.fit.value(expected, it.A * expected)));
  }
}

TEST_CASE("what the data do not show stays as uncertain as the prior has it") {
  Linear it;
  const auto found = it.fit.from(it.fit.prior_mean);
  VectorXd hidden(4);
  hidden << 1, -2, 0, -1;  // A * hidden = 0
  REQUIRE((it.A * hidden).cwiseAbs().maxCoeff() < 1e-12);
  // Along it the precision is the prior's, and data cannot move it.
  const VectorXd precision = it.fit.prior_sd.array().square().inverse();
  CHECK(hidden.dot(found.covariance.inverse() * hidden) ==
        doctest::Approx(hidden.dot(precision.asDiagonal() * hidden)).epsilon(1e-6));
  CHECK(hidden.dot(precision.asDiagonal() * (found.x - it.fit.prior_mean)) == doctest::Approx(0).epsilon(1e-6));
  CHECK(std::sqrt(found.covariance(2, 2)) < 0.1 * it.fit.prior_sd[2]);
}

TEST_CASE("bounds are kept, and the others are best given them") {
  Linear it;
  const VectorXd free = it.fit.from(it.fit.prior_mean).x;
  it.fit.high[2] = free[2] - 0.3;
  it.fit.low[0] = free[0] + 0.1;
  const auto found = it.fit.from(it.fit.prior_mean);
  CHECK(found.x[2] == it.fit.high[2]);
  CHECK(found.x[0] == it.fit.low[0]);
  const VectorXd gradient = it.hessian() * (found.x - free);  // of a quadratic with its minimum at `free`
  CHECK(gradient[2] < 0);                                     // it would go on
  CHECK(gradient[0] > 0);
  CHECK(std::fabs(gradient[1]) < 1e-4);
  CHECK(std::fabs(gradient[3]) < 1e-4);
}

TEST_CASE("a fit of exponentials finds them again, though the model breaks in places") {
  BoundedFit fit;
  const VectorXd t = VectorXd::LinSpaced(60, 0, 6);
  fit.model = [&](const MatrixXd& x, MatrixXd& y) {
    y.resize(60, x.cols());
    for (Index k = 0; k < x.cols(); ++k)
      y.col(k) =
          x(1, k) > 1.9
              ? VectorXd::Constant(60, std::nan("")).eval()
              : (x(0, k) * (-x(1, k) * t.array()).exp() + x(2, k) * (-x(3, k) * t.array()).exp()).matrix().eval();
  };
  VectorXd truth(4);
  truth << 3, 1.7, 1, 0.2;
  MatrixXd y;
  fit.model(truth, y);
  fit.data = y.col(0);
  fit.error = VectorXd::Constant(60, 1e-4);
  fit.prior_mean = VectorXd::Ones(4);
  fit.prior_sd = VectorXd::Constant(4, 10);
  fit.low = VectorXd::Constant(4, 0.01);
  fit.high = VectorXd::Constant(4, 5);
  VectorXd start(4);
  start << 2, 1.2, 1.5, 0.4;
  const auto found = fit.from(start);
  CHECK(worst(found.x, truth) < 1e-3);
  start[1] = 3;
  CHECK(fit.from(start).stop == BoundedFit::Stop::not_finite);
}

TEST_CASE("only admitted points are accepted, and one that would have been better is told") {
  Linear it;
  const VectorXd free = it.fit.from(it.fit.prior_mean).x;
  const double edge = 0.5 * (free[1] + it.fit.prior_mean[1]);
  const bool above = free[1] > edge;
  it.fit.admit = [&](const MatrixXd& x) {
    for (Index k = 0; k < x.cols(); ++k)
      if ((x(1, k) > edge) != above) return static_cast<int>(k);
    return -1;
  };
  const auto found = it.fit.from(it.fit.prior_mean);
  CHECK((found.x[1] > edge) != above);
  CHECK(found.refused);
  CHECK(found.F < it.fit.value(it.fit.prior_mean, it.A * it.fit.prior_mean));
  it.fit.admit = [](const MatrixXd&) { return -1; };
  CHECK(it.fit.from(it.fit.prior_mean).x == it.fit.prior_mean);
}

TEST_CASE("the noise of a recording is found between its jumps") {
  std::vector<double> t, I;
  Random random(5, "test");
  for (int i = 0; i < 4000; ++i) {
    t.push_back(i < 2000 ? 0.1 * i : 200 + (i - 2000));
    const double since = std::fmod(t.back(), 250);
    I.push_back(10 * std::cos(t.back() / 200) - 80 * std::exp(-since / 2) + 0.2 * random.normal());
  }
  CHECK(noise_of(t, I) == doctest::Approx(0.2).epsilon(0.05));
  CHECK(noise_of({}, {}) == 0);
}

TEST_CASE("currents at times of any spacing are those of an even trace") {
  const Cell cell = kernik_cell();
  const auto& lanes = *static_cast<const BatchedModel*>(cell.prepared->ability(BatchedModel::ability_name));
  const std::size_t I_ion = observable(cell.model(), "I_ion");
  const std::vector<Recordings::Step> command = {{-80, 20}, {0, 30.5}, {-40, 19.5}};
  std::vector<double> even, uneven = {0.3, 0.9, 7};
  for (int i = 0; i <= 700; ++i) even.push_back(0.1 * i);
  for (int i = 0; i < 50; ++i) uneven.push_back(20 + 0.1 * i);
  for (double t = 25; t < 50; t += 1) uneven.push_back(t);
  for (const double t : {50.5, 51.5, 69.9, 70.0}) uneven.push_back(t);
  std::vector<std::vector<double>> cells(3, cell.parameters);
  cells[1][kernik::g_Na] *= 0.7;
  cells[2][kernik::p_CaL] *= 1.3;
  MatrixXd dense, sparse;
  const ClampedCurrents every({&cell.model(), &lanes, I_ion, command, even});
  every.simulate(cells, dense);
  const ClampedCurrents some({&cell.model(), &lanes, I_ion, command, uneven});
  some.simulate(cells, sparse);
  REQUIRE(sparse.rows() == static_cast<Index>(uneven.size()));
  double difference = 0, largest = 0;
  for (std::size_t i = 0; i < uneven.size(); ++i)
    for (Index c = 0; c < 3; ++c) {
      const double of_even = dense(std::lround(10 * uneven[i]), c);
      difference = std::fmax(difference, std::fabs(sparse(static_cast<Index>(i), c) - of_even));
      largest = std::fmax(largest, std::fabs(of_even));
    }
  CHECK(largest > 20);  // I_Na is among them
  CHECK(difference < 0.02);
  // And those of the blocks that populations are recorded in.
  ClampedCells block(cell.model(), lanes);
  for (std::size_t l = 0; l < 3; ++l) block.load(l, cells[l]);
  std::vector<double> record(200 * lane_count);
  block.hold(-80, 20, {.recorded = std::span(&I_ion, 1), .sample_step = 0.1, .tolerance = 0.3}, record);
  for (Index i = 0; i < 200; ++i) CHECK(dense(i, 1) == record[static_cast<std::size_t>(i) * lane_count + 1]);
}

TEST_CASE("two commands are the same, or it is said where they differ") {
  const std::vector<Recordings::Step> a = {{-80, 100}, {0, 250}, {-40, 100}}, b = {{-80, 100}, {10, 250}, {-40, 100}};
  const std::vector<Recordings::Step> shorter = {{-80, 100}, {0, 250}};
  CHECK(difference(a, a).empty());
  CHECK(difference(a, b) == "step 2 (from 100 ms) is 0 mV for 250 ms here and 10 mV for 250 ms there");
  CHECK(difference(a, shorter) == "step 3 (from 350 ms), -40 mV for 100 ms, is here only");
  CHECK(difference(shorter, a) == "step 3 (from 350 ms), -40 mV for 100 ms, is there only");
}

TEST_CASE("a twin's scenario says every value of its cell") {
  TestInput cell("myocyte");
  cell.what = Descriptor("ionic.some");
  cell.what.number("temperature", "K", 310);
  cell.what.choice("layer", "endo", {{"endo", ""}, {"epi", ""}});
  cell.what.boolean("fixed", true);
  cell.what.integer("n", 3);
  cell.what.text("note", "a \"b\"");
  cell.what.number("g", "1", 2).evaluate();
  cell.what.number("optional", "1", 2).absent_by_default();
  cell.values = {0.1 + 0.2};
  const auto text = twin_scenario(cell, cell.values, 20000, 10000, "Twin.");
  REQUIRE(text);
  CHECK(*text ==
        "# Twin.\n# The first 10000 ms or so are its way from the model's initial state.\n\n[myocyte]\nuse = "
        "\"ionic.some\"\ntemperature = 310.0\nlayer = \"endo\"\nfixed = true\nn = 3\nnote = \"a \\\"b\\\"\"\ng = "
        "0.30000000000000004\n\n[quiet]\nuse = \"protocol.quiet\"\n\n[left_alone]\nuse = "
        "\"experiment.single_cell\"\ncell = \"myocyte\"\nprotocol = \"quiet\"\nduration = 20000.0\n");
  cell.name = "quiet";
  CHECK(twin_scenario(cell, cell.values, 1, 0, "x")->find("[twin]\nuse") != std::string::npos);
  cell.what.slot("other", "ionic");
  CHECK_FALSE(twin_scenario(cell, cell.values, 1, 0, "x"));
}
