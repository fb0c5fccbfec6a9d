#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <thread>

#include "../../message_of.hpp"
#include "mlp/mlp_component.hpp"
#include "mlp/trained_component.hpp"
#include "mlp/training.hpp"
#include "toy_recordings.hpp"

using namespace tawara;
using namespace tawara::mlp;
using doctest::Approx;

namespace {

/// Several threads, each taking what is left.
struct ThreadedHost : TestHost {
  int count = 2;
  std::string full;  ///< not empty: the state cannot be saved
  void parallel_for(std::size_t n, const std::function<void(std::size_t)>& body) override {
    std::vector<std::jthread> workers;
    for (int w = 0; w < count; ++w)
      workers.emplace_back([&, w] {
        for (std::size_t k = n; k-- > 0;)
          if (static_cast<int>(k % static_cast<std::size_t>(count)) == w) body(k);
      });
  }
  void save_state(std::string_view bytes) override {
    if (!full.empty()) throw Error(full);
    TestHost::save_state(bytes);
  }
};

/// y = (x0 x1, sin 2 x2) with noise whose spread is known: 0.05 + 0.3 |x0|, the same everywhere else.
LearningProblem toy_problem(std::size_t training, std::size_t validation, bool noise = true) {
  LearningProblem p;
  p.inputs = 3;
  p.targets = 2;
  p.target_sd = {0.2, 0.2};
  Random random(3, "toy");
  for (Part* part : {&p.training, &p.validation}) {
    const std::size_t n = part == &p.training ? training : validation;
    for (std::size_t k = 0; k < n; ++k) {
      double x[3];
      for (double& value : x) part->features.push_back(static_cast<float>(value = random.uniform(-1.5, 1.5)));
      const double spread = noise ? 0.05 + 0.3 * std::abs(x[0]) : 0;
      part->targets.push_back(static_cast<float>(x[0] * x[1] + spread * random.normal()));
      part->targets.push_back(static_cast<float>(std::sin(2 * x[2])));
      part->cells.push_back(k);
    }
  }
  return p;
}

TrainingOptions toy_options() {
  TrainingOptions o;
  o.hidden = {24, 24};
  o.residual = true;
  o.batch = 100;
  o.epochs = 20;
  o.learning_rate = 5e-3;
  o.save_every = 1e9;
  return o;
}

/// Everything that training leaves, as bytes.
std::string bytes_of(const Trained& t) {
  std::string out;
  const auto add = [&](const std::vector<double>& values) {
    out.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(double));
  };
  for (const Network& network : t.members)
    for (const auto& layer : network.layers) {
      add(layer.weights);
      add(layer.bias);
    }
  for (const Epoch& e : t.history) add({e.training_loss, e.validation_loss, e.MAE, e.MSE, e.learning_rate});
  return out + std::to_string(t.best_epoch);
}

}  // namespace

TEST_CASE("a formula is learnt, in either precision") {
  const LearningProblem p = toy_problem(1000, 200, false);
  TrainingOptions o = toy_options();
  o.epochs = 60;
  o.hidden = {64, 64};
  for (const bool single : {true, false}) {
    o.single = single;
    TestHost host;
    const Trained t = train(p, o, host);
    CHECK(t.history.size() == 60);
    CHECK(t.history.front().learning_rate > t.history.back().learning_rate);
    CHECK(t.history.back().MSE < 0.002 * 0.04);  // of the targets' variance, 0.56 and 0.5
    CHECK(t.history.back().training_loss < 0.002);
  }
}

TEST_CASE("our own forward pass is LibTorch's, for every activation") {
  const LearningProblem p = toy_problem(200, 50);
  for (int k = 0; k < 4; ++k)
    for (const bool single : {true, false}) {
      TrainerOptions o;
      Random random(5, "weights");
      Network network{static_cast<Activation>(k), true, {{3, 20, {}, {}}, {20, 20, {}, {}}, {20, 4, {}, {}}}};
      for (auto& layer : network.layers) {
        for (std::size_t w = 0; w < layer.in * layer.out; ++w) layer.weights.push_back(random.normal());
        for (std::size_t w = 0; w < layer.out; ++w) layer.bias.push_back(random.normal());
      }
      o.initial = {network};
      o.targets = 2;
      o.gaussian = true;
      o.single = single;
      const auto trainer = make_trainer(o);
      const Network kept = trainer->network(0);
      std::vector<double> theirs(50 * 4), ours(50 * 4);
      trainer->predict(0, p.validation.features.data(), 50, theirs.data());
      kept.evaluate(std::vector<double>(p.validation.features.begin(), p.validation.features.end()), 50, ours);
      double largest = 0;
      for (const double y : ours) largest = std::max(largest, std::abs(y));
      for (std::size_t y = 0; y < ours.size(); ++y) {
        if (y % 4 >= 2) ours[y] = std::clamp(ours[y], -12.0, 4.0);
        CHECK(std::abs(theirs[y] - ours[y]) < (single ? 1e-5 : 1e-13) * largest);
      }
    }
}

TEST_CASE("gradients are those of finite differences, and pieces add up to the whole") {
  const LearningProblem p = toy_problem(10, 2);
  for (const bool gaussian : {false, true}) {
    TrainerOptions o;
    Random random(6, "weights");
    Network network{Activation::tanh, true, {{3, 5, {}, {}}, {5, 5, {}, {}}, {5, gaussian ? 4u : 2u, {}, {}}}};
    for (auto& layer : network.layers) {
      for (std::size_t w = 0; w < layer.in * layer.out; ++w) layer.weights.push_back(0.5 * random.normal());
      layer.bias.assign(layer.out, 0.1);
    }
    o.initial = {network};
    o.targets = 2;
    o.gaussian = gaussian;
    o.single = false;
    o.pieces = 2;
    // The first step of Adam goes by the learning rate against the sign of the gradient, so its sign is seen; a loss
    // that falls by as much as the gradient says is seen by differences.
    const auto a = make_trainer(o), b = make_trainer(o);
    const double whole = a->gradient(0, 0, p.training.features.data(), p.training.targets.data(), 10, 0);
    double parts = b->gradient(0, 0, p.training.features.data(), p.training.targets.data(), 4, 0);
    parts += b->gradient(0, 1, p.training.features.data() + 12, p.training.targets.data() + 8, 6, 0);
    CHECK(parts == Approx(whole).epsilon(1e-12));
    a->step(0, 10, 1e-3, 1);
    b->step(0, 10, 1e-3, 1);
    const Network one = a->network(0), two = b->network(0);
    for (std::size_t l = 0; l < 3; ++l)
      for (std::size_t w = 0; w < one.layers[l].weights.size(); ++w)
        CHECK(one.layers[l].weights[w] == Approx(two.layers[l].weights[w]).epsilon(1e-9));
    if (gaussian) continue;
    for (std::size_t l = 0; l < 3; ++l)
      for (std::size_t w = 0; w < one.layers[l].weights.size(); ++w) {
        TrainerOptions up = o, down = o;
        up.initial[0].layers[l].weights[w] += 1e-5;
        down.initial[0].layers[l].weights[w] -= 1e-5;
        const auto loss = [&](const TrainerOptions& at) {
          return make_trainer(at)->gradient(0, 0, p.training.features.data(), p.training.targets.data(), 10, 0);
        };
        const double slope = (loss(up) - loss(down)) / 2e-5 / 20;
        // Adam's first step: -rate * slope / (|slope| + epsilon).
        CHECK(one.layers[l].weights[w] - network.layers[l].weights[w] ==
              Approx(-1e-3 * slope / (std::abs(slope) + 1e-8)).epsilon(1e-4));
      }
  }
}

TEST_CASE("one thread and several give the same bytes") {
  const LearningProblem p = toy_problem(1000, 600);
  TrainingOptions o = toy_options();
  o.epochs = 3;
  o.members = 2;
  o.gaussian = true;
  o.dropout = 0.2;
  TestHost one;
  ThreadedHost two, three;
  three.count = 3;
  const std::string bytes = bytes_of(train(p, o, one));
  CHECK(bytes_of(train(p, o, two)) == bytes);
  CHECK(bytes_of(train(p, o, three)) == bytes);
  TestHost other;
  other.seed = 2;
  CHECK(bytes_of(train(p, o, other)) != bytes);
}

TEST_CASE("a training that was stopped anywhere goes on to the same bytes") {
  const LearningProblem p = toy_problem(500, 100);
  TrainingOptions o = toy_options();
  o.epochs = 4;
  o.members = 2;
  o.gaussian = true;
  o.dropout = 0.2;
  TestHost whole;
  const std::string bytes = bytes_of(train(p, o, whole));
  REQUIRE(whole.saved.size() == 1);
  for (const int asked : {1, 2, 8, 13, 20}) {
    TestHost stopped, resumed;
    int left = asked;
    stopped.stop = [&] { return --left == 0; };
    CHECK_THROWS_AS((void)train(p, o, stopped), Cancelled);
    REQUIRE(stopped.saved.size() == 1);
    resumed.state = stopped.saved.back();
    CHECK(bytes_of(train(p, o, resumed)) == bytes);
    CHECK(resumed.said("going on with epoch"));
  }
  TestHost finished;
  finished.state = whole.saved.back();
  finished.stop = [] { return true; };  // nothing is left to be stopped
  CHECK(bytes_of(train(p, o, finished)) == bytes);
}

TEST_CASE("a state saved after every batch is that of any of them; a damaged one is refused") {
  const LearningProblem p = toy_problem(500, 100);
  TrainingOptions o = toy_options();
  o.epochs = 2;
  o.save_every = -1;
  TestHost host;
  const std::string bytes = bytes_of(train(p, o, host));
  REQUIRE(host.saved.size() == 11);
  for (const std::size_t k : {0u, 4u, 7u}) {
    TestHost resumed;
    resumed.state = host.saved[k];
    CHECK(bytes_of(train(p, o, resumed)) == bytes);
  }
  TestHost damaged;
  damaged.state = host.saved[3];
  (*damaged.state)[200] ^= 1;
  CHECK(contains(message_of([&] { (void)train(p, o, damaged); }), "the saved state of the training is damaged"));
  TestHost other;
  other.state = host.saved[3];
  o.hidden = {12};
  CHECK(contains(message_of([&] { (void)train(p, o, other); }), "of a network of another size"));
}

TEST_CASE("training stops when the validation cells gain nothing, and keeps its best weights") {
  LearningProblem p = toy_problem(20, 100);  // few enough to be learnt by heart
  TrainingOptions o = toy_options();
  o.epochs = 1000;
  o.patience = 15;
  o.schedule = Schedule::constant;
  TestHost host;
  const Trained t = train(p, o, host);
  CHECK(t.ending == Ending::patience);
  CHECK(t.history.size() == t.best_epoch + 15);
  std::vector<double> out(100 * 2);
  t.members[0].evaluate(std::vector<double>(p.validation.features.begin(), p.validation.features.end()), 100, out);
  double MSE = 0;
  for (std::size_t k = 0; k < out.size(); ++k) MSE += std::pow((out[k] - p.validation.targets[k]) * 0.2, 2) / 200;
  CHECK(MSE == Approx(t.history[t.best_epoch - 1].MSE).epsilon(1e-4));
}

TEST_CASE("a stop by time says that it cannot be repeated; a full disk does not end a training; divergence does") {
  const LearningProblem p = toy_problem(500, 100);
  TrainingOptions o = toy_options();
  o.time_limit = 1e-9;
  TestHost host;
  CHECK(train(p, o, host).ending == Ending::time_limit);
  REQUIRE(host.warnings.size() == 1);
  CHECK(contains(host.warnings[0], "cannot be repeated to the same bytes"));

  o = toy_options();
  o.epochs = 2;
  ThreadedHost full;
  full.full = "No space left on device";
  CHECK(train(p, o, full).history.size() == 2);
  REQUIRE(full.warnings.size() == 1);
  CHECK(
      contains(full.warnings[0], "could not be saved (No space left on device); the one saved before is still there"));

  o.learning_rate = 1e30;
  TestHost diverging;
  CHECK(contains(message_of([&] { (void)train(p, o, diverging); }), "training diverged in epoch 1"));
}

TEST_CASE("learner.mlp learns the toy cells, and its standard deviations fit") {
  const auto toy = std::make_shared<ToyRecordings>(3000);
  toy->formula = [](const std::vector<double>& f, double time, Random& random) {
    // The third parameter is hidden in all but cells with a large second one.
    return 100 * f[0] * std::exp(-time / 5) + 30 * f[1] + (f[1] > 1 ? 2 * f[2] : 0) * time + random.normal();
  };
  OneComponent<Mlp> it;
  it.fill("recordings", recorded(toy)).set("hidden", List{64, 64}).set("epochs", 30).set("components", 10);
  it.prepare();
  CHECK(it.number("training_cells") == Approx(2100).epsilon(0.002));
  CHECK(it.number("trivial_MAE") == Approx(0.2).epsilon(0.05));
  CHECK(it.number("trivial_MSE") == Approx(0.0533).epsilon(0.05));
  CHECK(it.number("test_MAE") < 0.06);
  CHECK(it.number("test_coverage_90") == Approx(0.9).epsilon(0.04));
  const Table& table = it.tables.at("parameters");
  CHECK(table.rows() == 3);
  for (const double coverage : table.at("coverage_90").numbers) CHECK(coverage == Approx(0.9).epsilon(0.07));
  CHECK(table.at("R2").numbers[0] > 0.98);
  CHECK(it.tables.at("history").rows() == it.number("epochs"));
  CHECK(it.tables.at("predictions").rows() == 300);

  const auto* regressor = static_cast<const Regressor*>(it.prepared->ability(Regressor::ability_name));
  REQUIRE(regressor);
  REQUIRE(regressor->targets().size() == 3);
  CHECK(regressor->targets()[1].name == "cell.shift");
  CHECK(regressor->conditions()[0].value == 310);
  std::vector<float> traces(200 * 40);
  toy->read(0, 200, traces);
  std::vector<double> mean(600), sd(600), novelty(200);
  regressor->predict(traces, mean, sd, novelty);
  std::vector<double> known, hidden;
  for (std::size_t cell = 0; cell < 200; ++cell) {
    const auto f = toy->factors(cell);
    CHECK(mean[cell * 3 + 1] == Approx(-5 * f[1]).epsilon(0.15));
    if (std::abs(f[1] - 1) > 0.1) (f[1] > 1 ? known : hidden).push_back(sd[cell * 3 + 2]);
  }
  // What is not in the recording is said not to be: 0.1 +- 40 % uniform.
  CHECK(*std::max_element(known.begin(), known.end()) < *std::min_element(hidden.begin(), hidden.end()));
  CHECK(*std::min_element(hidden.begin(), hidden.end()) == Approx(0.1 * 0.231).epsilon(0.2));
}

TEST_CASE("noise of recordings to come is learnt with") {
  const auto toy = std::make_shared<ToyRecordings>(600);
  OneComponent<Mlp> it;
  it.fill("recordings", recorded(toy)).set("hidden", List{32}).set("epochs", 5);
  it.prepare();
  const double clean = it.number("test_MAE");
  it.set("noise", 3.0).prepare();
  CHECK(it.number("test_MAE") > 1.2 * clean);
  const auto all = it.tables.at("history").at("validation_MSE").numbers;
  it.prepare();
  CHECK(it.tables.at("history").at("validation_MSE").numbers == all);
}

TEST_CASE("settings that do not go together are refused in words") {
  const auto refusal = [](const char* name, Value value) {
    OneComponent<Mlp> it;
    it.fill("recordings", recorded(std::make_shared<ToyRecordings>(200))).set("epochs", 1).set(name, std::move(value));
    return message_of([&] { it.prepare(); });
  };
  CHECK(contains(refusal("split", List{0.7, 0.1}), "three shares above 0 whose sum is 1"));
  CHECK(contains(refusal("split", List{0.7, 0.3, 0.2}), "three shares above 0 whose sum is 1"));
  CHECK(contains(refusal("hidden", List{}), "a network needs a hidden layer"));
  CHECK(contains(refusal("device", "cuda"), "device = \"cpu\""));
  CHECK(contains(refusal("cells", 8), "8 usable recordings are too few"));
}
