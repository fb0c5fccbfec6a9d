#include "experiments/protocol_search/protocol_search.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "../../message_of.hpp"
#include "experiments/clamped_cells.hpp"
#include "experiments/protocol_search/growing_ridge.hpp"
#include "experiments/protocol_search/search_state.hpp"
#include "experiments/protocol_search/slots.hpp"
#include "experiments/protocol_search/stepped_cells.hpp"
#include "experiments/protocol_search/targets.hpp"
#include "kernik_cells.hpp"
#include "population_fixture.hpp"
#include "protocols/voltage_clamp.hpp"

using namespace tawara;
using namespace tawara::experiments;
using Eigen::MatrixXd;

// The search for a voltage-clamp protocol, and its parts.
namespace {

const std::vector<std::string> varied = {"g_K1", "K1_2", "K1_3", "K1_4", "g_Kr", "Xr1_5", "p_CaL", "g_f"};
constexpr std::size_t n_cells = 36;  // two blocks and four cells
constexpr double slot = 60, step = 6;

std::shared_ptr<const Prepared> kernik_model() {
  static const std::shared_ptr<const Prepared> model = kernik::prepare_kernik();
  return model;
}

TestInput kernik_input() {
  TestInput cell("cell");
  cell.what = kernik::Kernik::describe();
  cell.values = default_arguments(cell.what);
  cell.ready = kernik_model();
  return cell;
}

/// Three slots, the first fixed, seven candidates.
struct Searching : OneComponent<ProtocolSearch> {
  std::vector<double> low, high, middle;
  std::vector<std::size_t> argument;

  explicit Searching(const std::vector<std::string>& names = varied) {
    TestInput cell = kernik_input();
    List priors;
    for (const std::string& name : names) {
      const Parameter& p = cell.what.parameters.at(static_cast<std::size_t>(cell.what.parameter_index(name)));
      middle.push_back(p.default_value.number());
      low.push_back(std::fmin(0.6 * middle.back(), 1.4 * middle.back()));
      high.push_back(middle.back() == 0 ? 1 : std::fmax(0.6 * middle.back(), 1.4 * middle.back()));
      argument.push_back(static_cast<std::size_t>(cell.what.argument_index(name)));
      const std::string path = "cell." + name;
      priors.emplace_back(Record{{"path", path}, {"kind", "uniform"}, {"a", low.back()}, {"b", high.back()}});
      spread.push_back({path, Type::number, p.unit, -1e300, 1e300, false, {}, 0, {}});
    }
    fill("cell", std::move(cell));
    set("parameters", std::move(priors)).set("cells", static_cast<std::int64_t>(n_cells));
    set("slot", slot).set("duration", 3 * slot).set("V_low", -110.0).set("V_high", 40.0).set("V_step", 25.0);
    set("feature_step", step).set("baselines", List{});
    set("validation", 0.3).set("held_back", 0.3);
  }
  std::vector<double> drawn(std::uint64_t i) const {
    Random random = host().random("cell", i, 0);
    std::vector<double> values;
    for (std::size_t v = 0; v < low.size(); ++v) {
      Prior prior;
      prior.a = low[v];
      prior.b = high[v];
      values.push_back(prior.draw(random)[0]);
    }
    return values;
  }
  std::vector<double> arguments(std::uint64_t i) const {
    std::vector<double> all = inputs.find("cell")->second.values;
    const auto values = drawn(i);
    for (std::size_t v = 0; v < values.size(); ++v) all[argument[v]] = values[v];
    return all;
  }
  MatrixXd truth() const {
    MatrixXd factors(n_cells, static_cast<Eigen::Index>(low.size()));
    for (std::size_t i = 0; i < n_cells; ++i) {
      const auto values = drawn(i);
      for (std::size_t v = 0; v < values.size(); ++v)
        factors(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(v)) = values[v] / middle[v];
    }
    return factors;
  }
  Split split() const {
    std::vector<std::size_t> order(n_cells);
    std::iota(order.begin(), order.end(), 0);
    host().random("split", 0, 0).shuffle(order);
    Split split;
    for (std::size_t i = 0; i < n_cells; ++i)
      (i < 11 ? split.validation : i < 22 ? split.held_back : split.training).push_back(static_cast<long>(order[i]));
    for (auto* rows : {&split.training, &split.validation, &split.held_back}) std::sort(rows->begin(), rows->end());
    return split;
  }
  const std::vector<double>& column(const std::string& table, const std::string& name) const {
    return tables.at(table).at(name).numbers;
  }
  /// Every number found.
  std::vector<double> everything() const {
    std::vector<double> all;
    for (const auto& [name, table] : tables)
      for (const Table::Column& c : table.columns) all.insert(all.end(), c.numbers.begin(), c.numbers.end());
    all.push_back(number("mse"));
    all.push_back(number("median_R2"));
    return all;
  }
};

const IonicModel& model() { return *static_cast<const IonicModel*>(kernik_model()->ability(IonicModel::ability_name)); }
const BatchedModel& batched() {
  return *static_cast<const BatchedModel*>(kernik_model()->ability(BatchedModel::ability_name));
}

/// I_ion of all cells under these voltages from the beginning, slot by slot. @return cells x samples
MatrixXd from_scratch(const Searching& it, const std::vector<double>& V) {
  const std::size_t I_ion = observable(model(), "I_ion"), per_slot = 10;
  MatrixXd record(n_cells, static_cast<Eigen::Index>(V.size() * per_slot));
  for (std::size_t block = 0; block * lane_count < n_cells; ++block) {
    ClampedCells cells(model(), batched());
    for (std::size_t i = block * lane_count; i < std::min(n_cells, (block + 1) * lane_count); ++i)
      cells.load(i % lane_count, it.arguments(i));
    for (std::size_t s = 0; s < V.size(); ++s) {
      std::vector<double> samples(per_slot * lane_count);
      cells.hold(V[s], slot, {.recorded = {&I_ion, 1}, .sample_step = step}, samples);
      for (std::size_t k = 0; k < per_slot; ++k)
        for (std::size_t i = block * lane_count; i < std::min(n_cells, (block + 1) * lane_count); ++i)
          record(static_cast<long>(i), static_cast<long>(s * per_slot + k)) = samples[k * lane_count + i % lane_count];
    }
  }
  return record;
}

MatrixXd rows_of(const MatrixXd& all, const std::vector<Eigen::Index>& rows) { return all(rows, Eigen::all); }

/// Standardised by the training rows.
MatrixXd standardised(MatrixXd X, const Split& split) {
  for (Eigen::Index f = 0; f < X.cols(); ++f) {
    const Eigen::VectorXd training = X.col(f)(split.training);
    const double mean = training.mean();
    X.col(f).array() -= mean;
    X.col(f) /= std::sqrt((training.array() - mean).square().mean());
  }
  return X;
}

/// Kept within what the training cells have.
MatrixXd bounded(const MatrixXd& predicted, const MatrixXd& Y, const Split& split) {
  const MatrixXd learnt = rows_of(Y, split.training);
  MatrixXd result = predicted;
  for (Eigen::Index target = 0; target < Y.cols(); ++target)
    result.col(target) =
        result.col(target).cwiseMax(learnt.col(target).minCoeff()).cwiseMin(learnt.col(target).maxCoeff());
  return result;
}

/// Predictions for these rows, by the normal equations.
MatrixXd direct(const MatrixXd& features, const MatrixXd& Y, const Split& split, double strength,
                const std::vector<Eigen::Index>& rows) {
  const MatrixXd X = standardised(features, split), X_t = rows_of(X, split.training);
  const Eigen::RowVectorXd mean = rows_of(Y, split.training).colwise().mean();
  MatrixXd A = X_t.transpose() * X_t;
  A.diagonal().array() += static_cast<double>(split.training.size()) * strength;
  const MatrixXd W = A.ldlt().solve(X_t.transpose() * (rows_of(Y, split.training).rowwise() - mean));
  return bounded((rows_of(X, rows) * W).rowwise() + mean, Y, split);
}

/// The same by singular values: every principal component damped.
MatrixXd by_components(const MatrixXd& features, const MatrixXd& Y, const Split& split, double strength,
                       const std::vector<Eigen::Index>& rows) {
  const MatrixXd X = standardised(features, split);
  const Eigen::RowVectorXd mean = rows_of(Y, split.training).colwise().mean();
  const Eigen::BDCSVD<MatrixXd> svd(rows_of(X, split.training), Eigen::ComputeThinU | Eigen::ComputeThinV);
  const Eigen::ArrayXd s = svd.singularValues();
  const Eigen::VectorXd damped = s / (s.square() + static_cast<double>(split.training.size()) * strength);
  const MatrixXd W =
      svd.matrixV() * damped.asDiagonal() * svd.matrixU().transpose() * (rows_of(Y, split.training).rowwise() - mean);
  return bounded((rows_of(X, rows) * W).rowwise() + mean, Y, split);
}

double mse(const MatrixXd& a, const MatrixXd& b) { return (a - b).squaredNorm() / static_cast<double>(a.size()); }

double random_number(Random& random) { return random.normal(); }

MatrixXd random_matrix(Eigen::Index rows, Eigen::Index columns, std::uint64_t seed) {
  Random random(seed, "test");
  MatrixXd m(rows, columns);
  for (Eigen::Index c = 0; c < columns; ++c)
    for (Eigen::Index r = 0; r < rows; ++r) m(r, c) = random_number(random);
  return m;
}

}  // namespace

TEST_CASE("a ridge that grew piece by piece is the ridge on everything, and on all principal components") {
  const MatrixXd Y = random_matrix(40, 3, 1);
  std::vector<MatrixXd> pieces;
  for (std::uint64_t p = 0; p < 3; ++p) {
    pieces.push_back(random_matrix(40, 4, 10 + p) + Y * random_matrix(3, 4, 20 + p));
    pieces.back().col(1) = 1000 + 0.001 * pieces.back().col(1).array();
  }
  pieces[2].col(0) = pieces[0].col(0) + 1e-4 * pieces[2].col(0);  // almost the same twice
  Split split;
  for (Eigen::Index i = 0; i < 40; ++i)
    (i % 4 == 0 ? split.validation : i % 4 == 1 ? split.held_back : split.training).push_back(i);
  MatrixXd all(40, 12);
  all << pieces[0], pieces[1], pieces[2];
  for (const double strength : {1e-6, 0.03, 10.0}) {
    CAPTURE(strength);
    GrowingRidge ridge(Y, 2, split, {strength});
    ridge.append(pieces[0]);
    ridge.append(pieces[1]);
    const double tried = ridge.score(pieces[2]).mse;
    ridge.append(pieces[2]);
    CHECK(ridge.score().mse == doctest::Approx(tried).epsilon(1e-12));
    const MatrixXd expected = direct(all, Y, split, strength, split.held_back);
    CHECK((ridge.predict_held_back() - expected).cwiseAbs().maxCoeff() < 1e-8);
    CHECK((by_components(all, Y, split, strength, split.held_back) - expected).cwiseAbs().maxCoeff() < 1e-8);
    const MatrixXd on_validation = direct(all, Y, split, strength, split.validation);
    CHECK(tried == doctest::Approx(mse(on_validation.leftCols(2), rows_of(Y, split.validation).leftCols(2))));
  }
}

TEST_CASE("a ridge takes the strength with the least error, and ignores what does not vary and who is held back") {
  const MatrixXd Y = random_matrix(60, 2, 3), noise = random_matrix(60, 30, 4);
  Split split;
  for (Eigen::Index i = 0; i < 60; ++i)
    (i % 3 == 0 ? split.validation : i % 3 == 1 ? split.held_back : split.training).push_back(i);
  const GrowingRidge::Score score = GrowingRidge(Y, 2, split, {1e-6, 1e3}).score(noise);
  CHECK(score.strength == 1e3);  // nothing to be learnt
  CHECK(score.mse < GrowingRidge(Y, 2, split, {1e-6}).score(noise).mse);
  MatrixXd piece = Y * random_matrix(2, 5, 5);
  MatrixXd with_constant(60, 6), elsewhere = piece;
  with_constant << piece, MatrixXd::Constant(60, 1, 0.1);
  const double expected = GrowingRidge(Y, 2, split, {1e-3}).score(piece).mse;
  CHECK(GrowingRidge(Y, 2, split, {1e-3}).score(with_constant).mse == doctest::Approx(expected).epsilon(1e-12));
  for (const Eigen::Index row : split.held_back) elsewhere.row(row).setConstant(77);
  CHECK(GrowingRidge(Y, 2, split, {1e-3}).score(elsewhere).mse == expected);
}

TEST_CASE("a ridge gives no answer outside of what its training cells have, so that one strange cell does not decide") {
  const MatrixXd Y = random_matrix(60, 2, 6);
  Split split;
  for (Eigen::Index i = 0; i < 60; ++i)
    (i % 3 == 0 ? split.validation : i % 3 == 1 ? split.held_back : split.training).push_back(i);
  MatrixXd piece = Y * random_matrix(2, 5, 7);
  piece.row(split.validation[0]) *= 1e6;
  piece.row(split.held_back[0]) *= 1e6;
  GrowingRidge ridge(Y, 2, split, {1e-6});
  const MatrixXd learnt = rows_of(Y, split.training);
  const double most = (learnt.colwise().maxCoeff() - learnt.colwise().minCoeff()).squaredNorm() * 4;
  CHECK(ridge.score(piece).mse < most / static_cast<double>(2 * split.validation.size()));
  ridge.append(piece);
  const MatrixXd answers = ridge.predict_held_back();
  for (Eigen::Index target = 0; target < 2; ++target) {
    CHECK(answers.col(target).maxCoeff() <= learnt.col(target).maxCoeff() + 1e-12);
    CHECK(answers.col(target).minCoeff() >= learnt.col(target).minCoeff() - 1e-12);
  }
}

TEST_CASE("of candidates with the least error the one nearest to the voltage before is taken") {
  const std::vector<double> V = {-40, -20, 0, 20};
  CHECK(best_candidate(V, std::vector<double>{3, 2, 1, 2}, 20) == 2);
  CHECK(best_candidate(V, std::vector<double>{1, 2, 2, 1}, 10) == 3);
  CHECK(best_candidate(V, std::vector<double>{1, 2, 2, 1}, -10) == 0);
}

TEST_CASE("baselines are as long as the search's command and begin like it") {
  Searching it;
  it.set("duration", 20 * slot);
  const SlotPlan plan = SlotPlan::read(it.settings());
  CHECK(plan.fixed.size() == 20);
  CHECK(plan.fixed[0] == -100);
  CHECK_FALSE(plan.fixed[1]);
  CHECK(plan.candidates == std::vector<double>{-110, -85, -60, -35, -10, 15, 40});
  for (const auto& segments : {staircase(plan), ramp(plan, step), random_slots(plan, Random(1, "test"))}) {
    double duration = 0;
    for (const Segment& segment : segments) {
      duration += segment.duration;
      CHECK(segment.V >= -110);
      CHECK(segment.V <= 40);
    }
    CHECK(duration == doctest::Approx(20 * slot));
    CHECK(segments[0].V == -100);
    CHECK(segments[0].duration == slot);
  }
  std::vector<double> stairs;
  for (const Segment& segment : staircase(plan)) stairs.push_back(segment.V);
  CHECK(std::vector(stairs.begin() + 1, stairs.begin() + 15) ==
        std::vector<double>{-110, -85, -60, -35, -10, 15, 40, 15, -10, -35, -60, -85, -110, -85});
  const auto up_and_down = ramp(plan, step);
  CHECK(up_and_down[1].V < -108);
  CHECK(up_and_down[1 + (up_and_down.size() - 1) / 2].V > 38);
}

TEST_CASE("cells tried from where they stand record what they record from the beginning, to the byte") {
  Searching it;
  std::vector<std::vector<double>> arguments;
  for (std::size_t i = 0; i < n_cells; ++i) arguments.push_back(it.arguments(i));
  SteppedCells cells(model(), batched(), arguments,
                     {.observable = observable(model(), "I_ion"), .times = {.step = step}});
  const std::vector<Segment> way = {{-100, slot}, {15, slot}}, tried = {{-60, slot}, {40, slot}};
  MatrixXd record(n_cells, 30);
  record.leftCols(20) = cells.advance(it.host(), way);
  const auto ahead = cells.look_ahead(it.host(), tried);
  record.rightCols(10) = ahead[1];
  CHECK(record == from_scratch(it, {-100, 15, 40}));
  // Trying has moved nothing.
  CHECK(cells.advance(it.host(), std::span(tried).first(1)) == ahead[0]);
  CHECK(cells.time() == 3 * slot);
}

TEST_CASE("what follows a jump may be sampled more often") {
  Searching it;
  const SegmentRecording recording{.observable = observable(model(), "I_ion"),
                                   .times = {.step = step, .onset = 2, .onset_step = 0.5}};
  SteppedCells cells(model(), batched(), {it.arguments(0)}, recording);
  const MatrixXd record = cells.advance(it.host(), std::vector<Segment>{{-100, slot}, {-20, slot}});
  REQUIRE(record.cols() == 2 * (4 + 9));
  // 0, 0.5, 1, 1.5, 6, ... ms after the step: the sodium current has come and gone at 6 ms.
  CHECK(record.row(0).segment(13, 4).minCoeff() < 3 * record(0, 17));
  CHECK(record(0, 17) < 0);
  // At the same voltage nothing jumps.
  const auto ahead = cells.look_ahead(it.host(), std::vector<Segment>{{-20, slot}, {-10, slot}});
  CHECK(ahead[0].cols() == 10);
  CHECK(ahead[1].cols() == 13);
}

TEST_CASE("every candidate's score is what the whole command from the beginning scores, and the best is taken") {
  Searching it;
  it.prepare();
  const MatrixXd Y = it.truth();
  const Split split = it.split();
  const std::vector<double> strengths = it.settings().numbers("ridge");
  const auto &slots = it.column("scores", "slot"), &V = it.column("scores", "V"), &scores = it.column("scores", "mse");
  REQUIRE(scores.size() == 1 + 7 + 7);
  std::vector<double> way;
  std::size_t row = 0;
  for (std::size_t s = 0; s < 3; ++s) {
    double best = 1e300, best_V = 0;
    for (; row < slots.size() && slots[row] == static_cast<double>(s); ++row) {
      CAPTURE(V[row]);
      auto command = way;
      command.push_back(V[row]);
      const MatrixXd record = from_scratch(it, command);
      double expected = 1e300;
      for (const double strength : strengths)
        expected = std::fmin(expected,
                             mse(direct(record, Y, split, strength, split.validation), rows_of(Y, split.validation)));
      CHECK(scores[row] == doctest::Approx(expected).epsilon(1e-6));
      if (scores[row] < best) {
        best = scores[row];
        best_V = V[row];
      }
    }
    CHECK(it.column("slots", "V")[s] == best_V);
    CHECK(it.column("slots", "mse")[s] == best);
    way.push_back(best_V);
  }
  CHECK(it.column("slots", "V")[0] == -100);
  CHECK(it.column("slots", "searched") == std::vector<double>{0, 1, 1});
  CHECK(it.number("mse") < it.number("mse_unrecorded"));
}

TEST_CASE("the command is left as samples and as steps that a voltage clamp takes") {
  Searching it;
  it.set("waveform_step", 20.0).prepare();
  const auto &t = it.column("waveform", "t"), &V = it.column("waveform", "V_command");
  REQUIRE(t.size() == 9);
  const auto &steps = it.column("steps", "V_m"), &durations = it.column("steps", "duration");
  CHECK(std::accumulate(durations.begin(), durations.end(), 0.0) == doctest::Approx(3 * slot));
  std::vector<protocols::ClampStep> clamp;
  for (std::size_t i = 0; i < steps.size(); ++i) clamp.push_back({steps[i], durations[i], {}});
  const protocols::ClampDrive drive(clamp, {});
  for (std::size_t i = 0; i < t.size(); ++i) CHECK(V[i] == drive.V_command(t[i]));
  CHECK(it.tables.at("steps").at("V_m").unit == "mV");
}

TEST_CASE("a search that is resumed after any slot ends in the same bytes") {
  Searching whole;
  whole.set("keep", "beating").set("baselines", List{"staircase", "random"}).prepare();
  const auto& saved = whole.host().saved;
  REQUIRE(saved.size() == 4);  // the cells, and three slots
  for (const std::string& state : saved) {
    Searching rest;
    rest.host().state = state;
    rest.set("keep", "beating").set("baselines", List{"staircase", "random"}).prepare();
    CHECK(rest.everything() == whole.everything());
    CHECK(rest.number("acceptance") == whole.number("acceptance"));
    CHECK(rest.host().saved.size() < saved.size());
  }
  CHECK(whole.number("candidates") > n_cells);
  CHECK(SearchState::read(saved.back()).text() == saved.back());
}

TEST_CASE("a state that is damaged or of another search is refused") {
  Searching it;
  it.prepare();
  const std::string state = it.host().saved.back();
  for (const std::string& damaged :
       {state.substr(0, state.size() - 8), std::string("tawara protocol_search 1\ncells 99999999"), std::string("x"),
        std::string()})
    CHECK(message_of([&] { (void)SearchState::read(damaged); }).find("without --resume") != std::string::npos);
  Searching other;
  other.host().state = state;
  other.set("V_step", 50.0);
  CHECK(message_of([&] { other.prepare(); }).find("other cells or other slots") != std::string::npos);
}

TEST_CASE("baselines stand beside the search, judged on the same cells") {
  Searching it;
  it.set("baselines", List{"staircase", "ramp", "random"}).prepare();
  CHECK(it.tables.at("baselines").at("name").texts == std::vector<std::string>{"search", "staircase", "ramp",
                                                                               "random 1", "random 2", "random 3",
                                                                               "random 4", "random 5", "no recording"});
  CHECK(it.column("baselines", "mse").front() == it.number("mse"));
  CHECK(it.column("baselines", "mse").back() == it.number("mse_unrecorded"));
  const MatrixXd Y = it.truth();
  const Split split = it.split();
  // The staircase, again from the beginning; which strength is not known here, but one of them it is.
  const MatrixXd record = from_scratch(it, {-100, -110, -85});
  bool any = false;
  for (const double strength : it.settings().numbers("ridge"))
    any = any || std::fabs(mse(direct(record, Y, split, strength, split.held_back), rows_of(Y, split.held_back)) -
                           it.column("baselines", "mse")[1]) < 1e-9;
  CHECK(any);
}

TEST_CASE("combinations are reported behind the parameters, hidden ones stay out of the median") {
  Searching it;
  const List c1 = {Value(Record{{"over", "cell.K1_2"}}), Value(Record{{"over", "cell.K1_4"}, {"times", -1.0}})},
             log_c = {Value(Record{{"of", "cell.K1_3"}, {"over", "cell.K1_2"}, {"ln", true}})};
  it.set("combinations",
         List{Value(Record{{"name", "c1"}, {"terms", c1}}), Value(Record{{"name", "l"}, {"terms", log_c}})});
  it.set("hidden", List{"cell.K1_2", "cell.K1_4"}).prepare();
  const auto& names = it.tables.at("parameters").at("name").texts;
  REQUIRE(names.size() == varied.size() + 2);
  CHECK(names[varied.size()] == "c1");
  CHECK(it.column("parameters", "identifiable") == std::vector<double>{1, 0, 1, 0, 1, 1, 1, 1, 1, 1});
  auto R2 = it.column("parameters", "R2");
  R2.erase(R2.begin() + 3);
  R2.erase(R2.begin() + 1);
  std::sort(R2.begin(), R2.end());
  CHECK(it.number("median_R2") == doctest::Approx((R2[3] + R2[4]) / 2));
  const Cohort cohort(it);
  const Targets targets(it.settings(), cohort);
  Eigen::RowVectorXd factors(10);
  auto values = it.middle;
  values[1] *= 1.25;
  targets.factors(values, factors);
  const double K2 = it.middle[1], K3 = it.middle[2], K4 = it.middle[3];
  CHECK(factors(1) == doctest::Approx(1.25));
  CHECK(factors(2) == doctest::Approx(1));
  CHECK(factors(8) == doctest::Approx((1 / (1.25 * K2) - 1 / K4) / (1 / K2 - 1 / K4)));
  CHECK(factors(9) == doctest::Approx(std::log(K3 / (1.25 * K2)) / std::log(K3 / K2)));
}

TEST_CASE("a search stops when it is told to, and keeps the slots it has") {
  Searching it;
  it.host().stop = [&] { return it.host().saved.size() == 2; };
  CHECK_THROWS_AS(it.prepare(), Cancelled);
  CHECK(SearchState::read(it.host().saved.back()).slots.size() == 2);
}

TEST_CASE("settings of a search that do not go together are refused in words") {
  const auto refused = [](const std::function<void(Searching&)>& change, const std::string& words) {
    Searching it;
    change(it);
    const std::string message = message_of([&] { it.prepare(); });
    CAPTURE(message);
    CAPTURE(words);
    CHECK(message.find(words) != std::string::npos);
  };
  refused([](auto& it) { it.set("duration", 170.0); }, "170 ms are no whole number of slots of 60 ms");
  refused(
      [](auto& it) {
        it.set("fixed", List{Value(Record{{"t", 50.0}, {"V", -100.0}})});
      },
      "no slot begins at 50 ms");
  refused([](auto& it) { it.set("V_high", -115.0); }, "V_high (-115 mV) is below V_low (-110 mV)");
  refused([](auto& it) { it.set("held_back", 0.7); }, "of 36 cells 11 would validate, 25 would be held back");
  refused([](auto& it) { it.set("observable", "I_iom"); }, "did you mean I_ion?");
  refused([](auto& it) { it.set("hidden", List{"cell.g_KR"}); },
          "'cell.g_KR' is none of the parameters that vary here");
  refused([](auto& it) { it.set("ridge", List{}); }, "no strength of the ridge");
  refused([](auto& it) { it.fill("cell", toy_cell()).set("parameters", List{}).spread.clear(); }, "nothing varies");
  refused(
      [](auto& it) {
        it.set("combinations", List{Value(Record{{"name", "zero"}, {"terms", List{}}})});
      },
      "zero is 0 at the values of the scenario");
  Searching zero({"Xr2_tau0", "g_Kr"});
  CHECK(message_of([&] { zero.prepare(); }).find("cell.Xr2_tau0 is 0 in the scenario") != std::string::npos);
  ToyPopulation toy;  // for its prior
  toy.vary("cell.tau", "ms", 5, 15);
  Searching lanes;
  lanes.fill("cell", toy_cell()).spread = toy.spread;
  lanes.set("parameters", List{Value(Record{{"path", "cell.tau"}, {"kind", "uniform"}, {"a", 5.0}, {"b", 15.0}})});
  CHECK(message_of([&] { lanes.prepare(); }).find("cannot be stepped in blocks under a held voltage") !=
        std::string::npos);
}
