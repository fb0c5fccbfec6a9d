#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "../../message_of.hpp"
#include "mlp/checkpoint.hpp"
#include "mlp/model_file.hpp"
#include "mlp/scores.hpp"
#include "mlp/trained_component.hpp"
#include "mlp/training_cells.hpp"
#include "toy_recordings.hpp"

using namespace tawara;
using namespace tawara::mlp;
using doctest::Approx;

namespace {

void serial(std::size_t n, const std::function<void(std::size_t)>& body) {
  for (std::size_t k = 0; k < n; ++k) body(k);
}
void backwards(std::size_t n, const std::function<void(std::size_t)>& body) {
  while (n > 0) body(--n);
}

/// A file of a model in memory.
struct ModelFile : ArrayFiles, TableFiles {
  ModelArrays content;
  explicit ModelFile(ModelArrays c) : content(std::move(c)) {}
  std::vector<Dataset> list(const std::filesystem::path&) const override {
    std::vector<Dataset> out;
    for (const auto& a : content.arrays) out.push_back({a.name, a.unit, a.values.shape(), true});
    for (const auto& c : content.targets.columns) out.push_back({c.name, c.unit, {c.size()}, c.texts.empty()});
    return out;
  }
  Shards::NamedArray read(const std::filesystem::path&, std::string_view name) const override {
    for (const auto& a : content.arrays)
      if (a.name == name) return a;
    throw DataError("no such array");
  }
  std::vector<std::filesystem::path> series(const std::filesystem::path&) const override { return {}; }
  Table read(const std::filesystem::path&) const override { return content.targets; }
  Array& array(std::string_view name) {
    return std::find_if(content.arrays.begin(), content.arrays.end(), [&](auto& a) { return a.name == name; })->values;
  }
};

Network random_network(std::vector<std::size_t> widths, Random& random) {
  Network network{Activation::gelu, true, {}};
  for (std::size_t l = 0; l + 1 < widths.size(); ++l) {
    Network::Layer layer{widths[l], widths[l + 1], {}, {}};
    for (std::size_t k = 0; k < layer.in * layer.out; ++k) layer.weights.push_back(random.normal() / 3);
    for (std::size_t k = 0; k < layer.out; ++k) layer.bias.push_back(random.normal());
    network.layers.push_back(layer);
  }
  return network;
}

std::vector<float> toy_traces(std::size_t cells) {
  const ToyRecordings toy(cells);
  std::vector<float> traces(cells * toy.t.size());
  toy.read(0, cells, traces);
  return traces;
}

std::vector<std::size_t> first_cells(std::size_t n) {
  std::vector<std::size_t> out(n);
  for (std::size_t k = 0; k < n; ++k) out[k] = k;
  return out;
}

Model toy_model() {
  const ToyRecordings toy(200);
  Random random(1, "model");
  Model m;
  m.signal = toy.sig;
  m.times = toy.t;
  m.command = toy.steps;
  m.conditions = toy.same;
  m.targets = {{"cell.g", "mS/uF", 2, 1.2, 2.8}, {"cell.shift", "mV", -5, -7, -3}};
  m.target_mean = {1.01, 0.99};
  m.target_sd = {0.23, 0.22};
  m.features = fit_features(toy_traces(200), 40, first_cells(200), {.kept = 5, .compression = 10}, serial);
  m.predicts_sd = true;
  m.sd_factor = {1.5, 0.5};
  m.members = {random_network({5, 7, 7, 4}, random), random_network({5, 7, 7, 4}, random)};
  m.training = {{"epochs", "1", 12}, {"test_MAE", "1", 0.05}};
  return m;
}

struct Answer {
  std::vector<double> mean, sd, novelty;
  bool operator==(const Answer&) const = default;
};
Answer predicted(const Model& model, std::span<const float> traces) {
  const std::size_t n = traces.size() / model.times.size(), k = model.targets.size();
  Answer a{std::vector<double>(n * k), std::vector<double>(n * k), std::vector<double>(n)};
  ModelRegressor(model).predict(traces, a.mean, a.sd, a.novelty);
  return a;
}

}  // namespace

TEST_CASE("a network of a few weights is what pencil and paper say") {
  Network network{Activation::tanh, true, {}};
  network.layers = {{2, 2, {1, -1, 0.5, 2}, {0.1, 0}}, {2, 2, {1, 0, 0, 1}, {0, 0}}, {2, 1, {2, 3}, {-1}}};
  const double x[] = {0.3, -0.2};
  // Both first layers are as wide as their inputs, so each adds them.
  const double a0 = std::tanh(0.3 - 0.1 + 0.1) + 0.3, a1 = std::tanh(-0.3 - 0.4) - 0.2;
  const double b0 = std::tanh(a0) + a0, b1 = std::tanh(a1) + a1;
  double y = 0;
  network.evaluate(x, 1, {&y, 1});
  CHECK(y == Approx(2 * b0 + 3 * b1 - 1).epsilon(1e-14));
  network.residual = false;
  network.evaluate(x, 1, {&y, 1});
  CHECK(y == Approx(2 * std::tanh(std::tanh(0.3)) + 3 * std::tanh(std::tanh(-0.7)) - 1).epsilon(1e-14));
}

TEST_CASE("every activation is its formula") {
  const double values[] = {std::tanh(0.7), 0.7, 0.7 / (1 + std::exp(-0.7)),
                           0.35 * (1 + std::erf(0.7 / std::numbers::sqrt2))};
  for (int k = 0; k < 4; ++k) {
    const Network network{activation_named(activation_names[k]), false, {{1, 1, {1}, {0}}, {1, 1, {1}, {0}}}};
    const double x = 0.7;
    double y = 0;
    network.evaluate({&x, 1}, 1, {&y, 1});
    CHECK(y == Approx(values[k]).epsilon(1e-14));
  }
}

TEST_CASE("a row's bytes do not depend on the rows beside it") {
  const Model model = toy_model();
  const auto traces = toy_traces(37);
  const Answer all = predicted(model, traces);
  for (const std::size_t row : {0u, 3u, 4u, 17u, 36u}) {
    const Answer one = predicted(model, std::span(traces).subspan(row * 40, 40));
    for (std::size_t t = 0; t < 2; ++t) {
      CHECK(one.mean[t] == all.mean[row * 2 + t]);
      CHECK(one.sd[t] == all.sd[row * 2 + t]);
    }
    CHECK(one.novelty[0] == all.novelty[row]);
  }
}

TEST_CASE("components of the training cells are uncorrelated and of one spread, whoever computes them") {
  const auto traces = toy_traces(300);
  const auto cells = first_cells(300);
  const Features f = fit_features(traces, 40, cells, {.kept = 6}, serial);
  REQUIRE(f.kept == 6);
  std::vector<double> z(300 * 6), novelty(300);
  f.apply(traces, 300, z, novelty);
  for (std::size_t k = 0; k < z.size(); ++k) z[k] = std::sinh(z[k] / f.weight[k % 6]);
  CHECK(f.weight[0] == 1);
  CHECK(f.weight[3] == Approx(std::sqrt(f.inverse_scale[0] / f.inverse_scale[3])));
  for (std::size_t a = 0; a < 6; ++a)
    for (std::size_t b = 0; b < 6; ++b) {
      double product = 0;
      for (std::size_t r = 0; r < 300; ++r) product += z[r * 6 + a] * z[r * 6 + b] / 300;
      CHECK(product == Approx(a == b ? 1 : 0).epsilon(1e-6));
    }
  CHECK(std::count_if(novelty.begin(), novelty.end(), [](double x) { return x > 1; }) == 3);
  const Features other = fit_features(traces, 40, cells, {.kept = 6}, backwards);
  CHECK(other.basis == f.basis);
  CHECK(other.novelty_scale == f.novelty_scale);
}

TEST_CASE("fewer cells than samples give the same components as the other way round") {
  const auto traces = toy_traces(39);  // one fewer than samples: the covariance of cells is solved
  const Features f = fit_features(traces, 40, first_cells(39), {.kept = 3}, serial);
  std::vector<float> twice(traces);
  twice.insert(twice.end(), traces.begin(), traces.end());
  const Features g = fit_features(twice, 40, first_cells(78), {.kept = 3}, serial);
  for (std::size_t k = 0; k < f.basis.size(); ++k) CHECK(f.basis[k] == Approx(g.basis[k]).epsilon(1e-6));
}

TEST_CASE("samples that never differ count for nothing, large ones are compressed where asked") {
  std::vector<float> traces;
  for (int cell = 0; cell < 20; ++cell) traces.insert(traces.end(), {3.0f, static_cast<float>(100 * cell)});
  const Features f = fit_features(traces, 2, first_cells(20), {.components = false, .kept = 2}, serial);
  CHECK(f.inverse_sd[0] == 0);
  std::vector<double> z(2);
  f.apply(std::vector<float>{50, 950}, 1, z, {});
  CHECK(z[0] == 0);
  CHECK(z[1] == Approx(0));
  const Features g =
      fit_features(traces, 2, first_cells(20), {.components = false, .kept = 2, .compression = 10}, serial);
  CHECK(g.mean[0] == Approx(10 * std::asinh(0.3)));
}

TEST_CASE("novelty grows where a recording is like none learnt from") {
  const Model model = toy_model();
  auto traces = toy_traces(1);
  CHECK(predicted(model, traces).novelty[0] < 1.5);
  for (std::size_t k = 0; k < 40; k += 2) traces[k] += 5;
  CHECK(predicted(model, traces).novelty[0] > 10);
}

TEST_CASE("an ensemble's standard deviation holds its members' and how far they are apart") {
  Mixture mixture(1, 1, true);
  mixture.add(std::vector<double>{1.0, std::log(0.5)});
  mixture.add(std::vector<double>{3.0, std::log(1.5)});
  const ScaledAnswer answer = mixture.answer();
  CHECK(answer.mean[0] == Approx(2));
  CHECK(answer.sd[0] == Approx(std::sqrt(1.0 + 1.0)));
}

TEST_CASE("scores and standard deviations of four cells") {
  const std::vector<double> truth = {1, 2, 3, 4}, mean = {1, 2, 3, 6}, sd = {1, 1, 1, 1}, training_mean = {2};
  const Score s = scores(truth, mean, sd, training_mean)[0];
  CHECK(s.MAE == Approx(0.5));
  CHECK(s.MSE == Approx(1));
  CHECK(s.R2 == Approx(1 - 1 / 1.25));
  CHECK(s.coverage == Approx(0.75));
  CHECK(s.trivial_MAE == Approx(1));
  CHECK(s.trivial_MSE == Approx(1.5));
  CHECK(sd_factors(truth, mean, sd, 1)[0] == Approx(1));
}

TEST_CASE("a model file holds all of a model") {
  const Model model = toy_model();
  const ModelFile file(to_arrays(model, false));
  const Model read = read_model(file, file, "m.h5");
  const auto traces = toy_traces(9);
  CHECK(predicted(read, traces) == predicted(model, traces));
  CHECK(read.signal.name == "I_ion");
  CHECK(read.signal.unit == "uA/uF");
  CHECK(read.command == model.command);
  REQUIRE(read.conditions.size() == 1);
  CHECK(read.conditions[0].name == "temperature");
  CHECK(read.conditions[0].unit == "K");
  CHECK(read.conditions[0].value == 310);
  CHECK(read.targets[1].name == "cell.shift");
  CHECK(read.targets[1].unit == "mV");
  CHECK(read.targets[1].low == -7);
  CHECK(read.training.size() == 2);
  Model plain = model;
  plain.command.clear();
  plain.conditions.clear();
  const ModelFile bare(to_arrays(plain, true));
  CHECK(read_model(bare, bare, "m.h5").command.empty());
}

TEST_CASE("files that are no model, damaged or newer are refused in words") {
  ModelFile other({Table().add("x", "1", {1}), {}});
  CHECK(message_of([&] { (void)read_model(other, other, "a.h5"); }) ==
        "a.h5 is no model of a learner: expected the INSTANCE.model.h5 that learner.mlp leaves");
  ModelFile changed(to_arrays(toy_model(), true));
  changed.array("member_1.layer_0.weights").mutable_span<float>()[3] += 1e-3f;
  CHECK(message_of([&] { (void)read_model(changed, changed, "m.h5"); }) ==
        "m.h5 is a damaged model: its contents are not those that were written; copy it again, or train again");
  ModelFile newer(to_arrays(toy_model(), true));
  newer.array("learner.format").mutable_span<std::int64_t>()[0] = 2;
  CHECK(message_of([&] { (void)read_model(newer, newer, "m.h5"); }) ==
        "m.h5 is a model of format 2, this program reads up to 1: use a newer Tawara");
}

TEST_CASE("cells keep their part of the split when a population grows") {
  const Split split{0.7, 0.1};
  std::size_t counts[3] = {};
  for (std::size_t cell = 0; cell < 1000; ++cell) ++counts[static_cast<int>(part_of(cell, split))];
  CHECK(std::abs(static_cast<int>(counts[0]) - 700) <= 2);
  CHECK(std::abs(static_cast<int>(counts[1]) - 100) <= 2);
  const ToyRecordings few(100), many(300);
  TestHost host;
  const auto a = read_training_cells(few, 0, split, 0, host), b = read_training_cells(many, 0, split, 0, host);
  CHECK(std::equal(a.test.begin(), a.test.end(), b.test.begin()));
  CHECK(read_training_cells(many, 100, split, 0, host).test == a.test);
}

TEST_CASE("cells without a whole recording are left out and counted") {
  ToyRecordings toy(100);
  toy.status = {{3, "quiescent"}, {50, "solver: nan"}, {51, "quiescent"}};
  TestHost host;
  const auto cells = read_training_cells(toy, 0, {}, 0, host);
  CHECK(cells.cells.size() == 97);
  CHECK(cells.left_out == 3);
  CHECK(host.said("2 of 100 cells are left out: quiescent"));
  CHECK(cells.factors[0] == Approx(toy.factors(0)[0]));
  CHECK(cells.targets[1].low < -5);
  CHECK(cells.targets[1].low > -7.01);
}

TEST_CASE("recordings that nothing can be learnt from are refused in words") {
  TestHost host;
  const auto refusal = [&](const ToyRecordings& toy, std::size_t beside = 0) {
    return message_of([&] { (void)read_training_cells(toy, 0, {}, beside, host); });
  };
  ToyRecordings toy(100);
  toy.what.clear();
  CHECK(contains(refusal(toy), "nothing is known of the cells of these recordings"));
  toy = ToyRecordings(100);
  toy.what[1].value = 0;
  CHECK(contains(refusal(toy), "the scenario's value of cell.shift is 0"));
  toy = ToyRecordings(12);
  toy.status[0] = "quiescent";
  const std::string few = refusal(toy);
  CHECK(contains(few, "11 usable recordings are too few"));
  CHECK(contains(few, "about 20 cells would do"));
  CHECK(contains(few, "left out: 1 (quiescent)"));
  toy = ToyRecordings(1000);
  const std::string large = refusal(toy, std::size_t{1} << 40);
  CHECK(contains(large, "GB are free; use fewer of them (cells = "));
}

TEST_CASE("a checkpoint reads back, and not when it is damaged") {
  Progression p;
  p.epoch = 3;
  p.batch = 2;
  p.loss_sum = 0.1;
  p.history = {{1, 2, 3, 4, 5}};
  p.members = {{"abc", "de", 0.5}};
  const std::string bytes = to_bytes(p);
  const Progression q = read_progression(bytes);
  CHECK(to_bytes(q) == bytes);
  CHECK(q.members[0].best == "de");
  for (const std::size_t k : {0ul, 30ul, bytes.size() / 2, bytes.size() - 1}) {
    std::string wrong = bytes;
    wrong[k] ^= 4;
    CHECK(contains(message_of([&] { (void)read_progression(wrong); }), "damaged"));
  }
  CHECK(contains(message_of([&] { (void)read_progression(bytes.substr(0, 40)); }), "damaged"));
  CHECK(contains(message_of([&] { (void)read_progression(""); }), "damaged"));
}
