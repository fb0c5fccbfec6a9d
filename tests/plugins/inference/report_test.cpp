#include <doctest/doctest.h>

#include <cmath>

#include "../../message_of.hpp"
#include "../../one_component.hpp"
#include "fake_simulator.hpp"
#include "smc_abc/observed.hpp"
#include "smc_abc/report.hpp"
#include "smc_abc/smc_abc_component.hpp"

using namespace tawara;
using namespace tawara::smc_abc;

namespace {

Value record(std::initializer_list<std::pair<std::string, Value>> entries) { return Value(Record(entries)); }

// A planted straight line: slope 2 and offset 1, seen at five points as "leads", plus which of six switches are on.
struct Study {
  List parameters = {
      record({{"path", "line.slope"}, {"kind", "uniform"}, {"a", 0.0}, {"b", 5.0}, {"truth", List{2.0}}}),
      record(
          {{"path", "line.offset"}, {"kind", "uniform"}, {"a", -3.0}, {"b", 3.0}, {"step", 0.1}, {"truth", List{1.0}}}),
      record({{"path", "line.layer"}, {"kind", "choice"}, {"choices", List{0.0, 1.0}}}),
      record({{"path", "line.switches"}, {"kind", "subset"}, {"low", 1.0}, {"high", 3.0}})};
  fakes::FakeSimulator simulator{{fakes::path("line.slope"), fakes::path("line.offset"), fakes::path("line.layer"),
                                  fakes::path("line.switches", 6)},
                                 [](const Values&) { return 0.0; }};
  OneComponent<SmcAbc> sampler;
  TestHost& host = sampler.host();

  Study() {
    sampler.simulated = &simulator;
    sampler.set("particles", 60).set("target_discrepancy", 0.2);
    simulator.infos[0].unit = "mm";
    simulator.infos[2].type = Type::choice;
    simulator.infos[2].choices = {"endo", "epi"};
    const auto add = [&](const char* slot, const char* instance, const char* name, const char* unit, const char* shape,
                         Hint hint) {
      Output o;
      o.name = name;
      o.unit = unit;
      o.shape = shape;
      o.hint = hint;
      simulator.outputs.push_back({slot, instance, o});
    };
    add("discrepancy", "mismatch", "pcc", "1", "", Hint::scalar);
    add("observe", "lat_error", "lat_rms", "ms", "", Hint::scalar);
    add("observe", "ecg", "leads", "mV", "3 x 5", Hint::leads);
    simulator.outputs.back().output.labels = {"I", "II", "III"};
    simulator.model = [](const Values& v) {
      std::vector<double> leads(15, NAN);  // I varies, II is the same for all, III is not compared
      std::fill_n(leads.begin() + 5, 5, 0.0);
      for (std::size_t i = 0; i < 5; ++i) leads[i] = v[1][0] + v[0][0] * static_cast<double>(i);
      const double wrong = (v[2][0] == 1 ? 0 : 0.5) + (v[3] == Ids{1, 4} ? 0 : 0.3);
      const double d = std::abs(v[0][0] - 2) + std::abs(v[1][0] - 1) + wrong;
      return std::vector<Array>{Array::scalar(d), Array::scalar(1 - 0.1 * d), Array::scalar(10 * d),
                                Array::of(leads, {3, 5})};
    };
  }

  const OneComponent<SmcAbc>& run() { return sampler.set("parameters", parameters).prepare(); }
};

}  // namespace

TEST_CASE("a planted line is recovered, and every declared output is delivered") {
  Study study;
  const auto& out = study.run();
  for (const Output& o : study.sampler.descriptor().outputs) {
    CAPTURE(o.name);
    CHECK((o.table ? out.tables.count(o.name) : out.constants.count(o.name)) == 1);
  }
  CHECK(out.number("discrepancy_threshold") == 0.2);
  CHECK(out.number("coverage95") == 1);
  CHECK(out.number("pcc_mean") > 0.98);
  CHECK(out.number("pcc_best") >= out.number("pcc_mean"));
  const auto distinct = static_cast<double>(study.simulator.evaluated) - out.number("evaluations");
  CHECK(distinct == std::round(60 * out.number("unique_fraction")));  // simulated once more to be observed
  CHECK(out.number("lat_rms") < 2);
  CHECK(out.number("ess") <= 60);
  CHECK(out.tables.at("outcome").at("stopped_because").texts[0] == "the target discrepancy was reached");
}

TEST_CASE("the population table is best first, with units, ids, names, weights and status") {
  Study study;
  const auto& out = study.run();
  const Table& t = out.tables.at("population");
  REQUIRE(t.rows() == 60);
  CHECK(t.at("line.slope").unit == "mm");
  const auto& d = t.at("discrepancy").numbers;
  CHECK(std::is_sorted(d.begin(), d.end()));
  CHECK(d.back() <= 0.2);
  CHECK(t.at("line.layer").texts[0] == "epi");
  CHECK(t.at("line.switches").texts[0] == "1 4");
  CHECK(t.at("pcc").numbers[0] == doctest::Approx(1 - 0.1 * d[0]));
  CHECK(t.at("weight").numbers[7] == doctest::Approx(1.0 / 60));
  CHECK(t.at("status").texts[3] == "ok");
  CHECK(out.number("discrepancy_best") == d[0]);
}

TEST_CASE("the history has a row per iteration and its last row is the population's") {
  Study study;
  const auto& out = study.run();
  const Table& h = out.tables.at("history");
  CHECK(h.rows() == static_cast<std::size_t>(out.number("iterations")) + 1);
  CHECK(h.at("threshold").numbers.back() == out.number("discrepancy_threshold"));
  CHECK(h.at("pcc_mean").numbers.back() == out.number("pcc_mean"));
  const auto& slope = out.tables.at("population").at("line.slope").numbers;
  double mean = 0;
  for (const double s : slope) mean += s / 60;
  CHECK(h.at("line.slope mean").numbers.back() == doctest::Approx(mean));
  CHECK(h.at("line.slope mean").unit == "mm");
  CHECK(h.at("line.switches.count mean").numbers.back() == 2);
}

TEST_CASE("recovery compares planted values with the central 95 %") {
  Study study;
  study.parameters[1] = record(
      {{"path", "line.offset"}, {"kind", "uniform"}, {"a", -3.0}, {"b", 3.0}, {"step", 0.1}, {"truth", List{2.5}}});
  const auto& out = study.run();
  const Table& r = out.tables.at("recovery");
  REQUIRE(r.rows() == 2);
  CHECK(r.at("parameter").texts[1] == "line.offset");
  CHECK(r.at("inside").numbers == std::vector<double>{1, 0});
  CHECK(r.at("median").numbers[0] == doctest::Approx(2).epsilon(0.1));
  CHECK(out.number("coverage95") == 0.5);
}

TEST_CASE("observed scalars and leads are summarised over the population") {
  Study study;
  const auto& out = study.run();
  const Table& s = out.tables.at("observed");
  REQUIRE(s.rows() == 1);
  CHECK(s.at("instance").texts[0] == "lat_error");
  CHECK(s.at("unit").texts[0] == "ms");
  CHECK(s.at("mean").numbers[0] == out.number("lat_rms"));
  CHECK(s.at("best").numbers[0] == doctest::Approx(10 * out.number("discrepancy_best")));
  const Table& leads = out.tables.at("posterior_leads");
  REQUIRE(leads.rows() == 5);
  CHECK(leads.columns[0].name == "t");
  CHECK(leads.find("II mean") == nullptr);
  for (const auto& column : leads.columns) CHECK_FALSE(column.name.starts_with("III"));
  for (std::size_t i = 0; i < 5; ++i) {
    const double mean = leads.at("I mean").numbers[i];
    CHECK(leads.at("I low").numbers[i] <= mean);
    CHECK(leads.at("I high").numbers[i] >= mean);
    CHECK(leads.at("I best").numbers[i] == doctest::Approx(1 + 2 * static_cast<double>(i)).epsilon(0.2));
    CHECK(leads.at("II leads").numbers[i] == 0);
  }
}

TEST_CASE("without observed instances, truth or pcc the tables are empty and the numbers NaN") {
  Study study;
  study.simulator.outputs.resize(1);
  for (Value& p : study.parameters) {
    Record r;
    for (const auto& [key, value] : p.record())
      if (key != "truth") r.emplace_back(key, value);
    p = r;
  }
  const auto& out = study.run();
  CHECK(out.tables.at("observed").rows() == 0);
  CHECK(out.tables.at("posterior_leads").rows() == 0);
  CHECK(out.tables.at("recovery").rows() == 0);
  for (const char* name : {"coverage95", "lat_rms", "pcc_mean", "pcc_best"}) CHECK(std::isnan(out.number(name)));
}

TEST_CASE("the log begins with the answer and ends with the doubts") {
  Study study;
  (void)study.run();
  const auto& lines = study.host.messages;
  const auto answer =
      std::find_if(lines.begin(), lines.end(), [](const std::string& l) { return l.starts_with("discrepancy "); });
  REQUIRE(answer != lines.end());
  CHECK(answer->find("PCC ") != std::string::npos);
  CHECK(answer->find("the target discrepancy was reached") != std::string::npos);
  CHECK(study.host.said("line.slope: median 2"));
  CHECK(study.host.said("planted values inside the 95 % band: 2 of 2"));
  CHECK(study.host.said("below 100 the ends of a 95 % band are rough: use more particles"));
}

TEST_CASE("a parameter at the end of its prior and a target not reached are said in words") {
  Study study;
  study.parameters[0] = record({{"path", "line.slope"}, {"kind", "uniform"}, {"a", 0.0}, {"b", 1.0}});
  study.sampler.set("max_iterations", 12);
  (void)study.run();
  CHECK(study.host.said("the target discrepancy 0.2 was not reached (threshold "));
  CHECK(study.host.said("line.slope sits at the upper end of its prior"));
  CHECK_FALSE(study.host.said("line.offset sits"));
}

TEST_CASE("interrupted, the sampler reports the last finished iteration and says the run is not over") {
  Study full;
  const auto& whole = full.run();
  Study cut;
  cut.simulator.cancel_after = full.simulator.evaluated / 2;
  CHECK_THROWS_AS((void)cut.run(), Cancelled);
  CHECK(cut.sampler.number("iterations") > 0);
  CHECK(cut.sampler.tables.at("population").rows() == 60);
  CHECK(cut.host.said("interrupted; the last finished iteration was kept, continue with --resume --output DIR"));

  Study resumed;
  resumed.host.state = cut.host.saved.back();
  const auto& out = resumed.run();
  CHECK(resumed.host.said("going on after iteration "));
  CHECK(out.tables.at("population").at("line.slope").numbers == whole.tables.at("population").at("line.slope").numbers);
  CHECK(out.tables.at("history").at("threshold").numbers == whole.tables.at("history").at("threshold").numbers);
}

TEST_CASE("paused at the wall limit the run is not over either") {
  Study study;
  study.sampler.set("wall_limit", 0.0);
  CHECK_THROWS_AS((void)study.run(), Cancelled);
  CHECK(study.host.said("paused at wall_limit; continue with --resume --output DIR"));
}

TEST_CASE("an order between parameters that are not inferred is refused") {
  Study study;
  study.sampler.set("order", List{record({{"larger", "line.slope"}, {"smaller", "line.ofset"}})});
  CHECK(message_of([&] { (void)study.run(); }) ==
        "'line.ofset' is not among the numbers that are inferred (line.slope, line.offset)");
  Study fine;
  fine.sampler.set("order", List{record({{"larger", "line.slope"}, {"smaller", "line.offset"}})});
  const auto& out = fine.run();
  const Table& t = out.tables.at("population");
  for (std::size_t i = 0; i < t.rows(); ++i) CHECK(t.at("line.slope").numbers[i] >= t.at("line.offset").numbers[i]);
}

TEST_CASE("quantiles interpolate between sorted numbers") {
  const std::vector<double> x = {0, 1, 2, 3, 4};
  CHECK(quantile(x, 0) == 0);
  CHECK(quantile(x, 0.5) == 2);
  CHECK(quantile(x, 0.9) == doctest::Approx(3.6));
  CHECK(quantile(x, 1) == 4);
  CHECK(quantile(std::vector<double>{7}, 0.3) == 7);
}
