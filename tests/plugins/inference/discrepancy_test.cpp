#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "../../message_of.hpp"
#include "../../one_component.hpp"
#include "discrepancy/ecg_component.hpp"
#include "discrepancy/ecg_discrepancy.hpp"
#include "discrepancy/lat_component.hpp"

using namespace tawara;
using namespace tawara::discrepancy;

namespace {

using Samples = std::vector<double>;  // 12 x n

Array array(const Samples& s) { return Array::of(s, {n_leads, s.size() / n_leads}); }
LeadsView leads_of(const Samples& s, std::size_t longest = 100000) {
  const std::size_t n = s.size() / n_leads;
  return {s.data(), n, std::min(n, longest)};
}

// Smooth leads: a few random bumps each, as QRS complexes and T waves are.
Samples bumps(Random& random, std::size_t n) {
  Samples out(n_leads * n);
  for (std::size_t l = 0; l < n_leads; ++l)
    for (int k = 0; k < 5; ++k) {
      const double centre = random.uniform(0, static_cast<double>(n)), width = random.uniform(5, 40),
                   size = random.normal();
      for (std::size_t i = 0; i < n; ++i)
        out[l * n + i] += size * std::exp(-0.5 * std::pow((static_cast<double>(i) - centre) / width, 2));
    }
  return out;
}

// Leads with a QRS that stands out and a low T wave.
Samples beat(Random& random, std::size_t n) {
  Samples out(n_leads * n);
  for (std::size_t l = 0; l < n_leads; ++l)
    for (int k = 0; k < 5; ++k) {
      const bool t_wave = k == 4;
      const double centre = t_wave ? 300 : random.uniform(20, 110), width = t_wave ? 35 : random.uniform(4, 10);
      const double size = (t_wave ? 0.25 : 1) * random.normal();
      for (std::size_t i = 0; i < n; ++i)
        out[l * n + i] += size * std::exp(-0.5 * std::pow((static_cast<double>(i) - centre) / width, 2));
    }
  return out;
}

Samples scaled(Samples s, double factor, double offset) {
  for (double& v : s) v = factor * v + offset;
  return s;
}

const std::vector<std::size_t> eight = {0, 1, 6, 7, 8, 9, 10, 11};

Target target_for(const Samples& observed, std::size_t simulated_length, std::size_t longest = 100000) {
  Target t(eight, 200);
  const LeadsView view = leads_of(observed, longest);
  t.assign(view, std::max(view.n, std::min(longest, simulated_length)));
  return t;
}

double D(const Samples& simulated, const Samples& observed, std::size_t longest = 100000) {
  const Target t = target_for(observed, simulated.size() / n_leads, longest);
  Samples scratch(t.length());
  return ecg_discrepancy(leads_of(simulated, longest), t, scratch).discrepancy;
}

Samples first(const Samples& s, std::size_t n) {
  Samples out;
  const std::size_t all = s.size() / n_leads;
  for (std::size_t l = 0; l < n_leads; ++l) out.insert(out.end(), s.begin() + l * all, s.begin() + l * all + n);
  return out;
}

// A source with qrs, leads and t, or with leads only.
TestInput source(std::string name, bool qrs) {
  Descriptor d("ecg.test");
  if (qrs) {
    d.constant("t", "ms", "n_samples");
    d.output("qrs", "1", "12 x n_qrs");
  }
  d.output("leads", "1", "12 x n_samples").in_group(1);
  TestInput input(std::move(name));
  input.what = d;
  return input;
}

struct Study {
  OneComponent<EcgDiscrepancy> it;

  Study(bool qrs, std::size_t length, const std::vector<std::pair<std::string, Value>>& changes = {}) {
    Samples t(length);
    for (std::size_t i = 0; i < length; ++i) t[i] = static_cast<double>(i);
    TestInput simulated = source("ecg", qrs);
    if (qrs) simulated.with("t", Array::of(t));
    it.fill("simulated", simulated).fill("observed", source("recording", false));
    it.which_alternative = qrs ? 0 : 1;
    for (const auto& [name, value] : changes) it.set(name, value);
    it.prepare();
  }

  TestBatch run(const std::vector<Samples>& rows, const Samples& recording, double limit = INFINITY, int group = 0) {
    TestBatch batch = it.batch(rows.size());
    const Descriptor& simulated = it.inputs.at("simulated").what;
    const int qrs = simulated.output_index("qrs"), leads = simulated.output_index("leads");
    for (const Samples& row : rows) {
      if (qrs >= 0) batch.inputs[0][qrs].push_back(array(first(row, 200)));
      batch.inputs[0][leads].push_back(array(row));
      batch.inputs[1][0].push_back(array(recording));
    }
    batch.limits.assign(rows.size(), limit);
    static_cast<const BatchEvaluate*>(it.prepared->ability("batch"))->evaluate(group, batch);
    return batch;
  }
};

}  // namespace

TEST_CASE("an ECG matches itself in any unit and on any baseline") {
  Random random(1, "self");
  const Samples ecg = bumps(random, 450);
  CHECK(D(ecg, ecg) == doctest::Approx(0).epsilon(1e-9));
  CHECK(D(scaled(ecg, 37, -2), ecg) < 1e-12);
}

TEST_CASE("the discrepancy of one lead turned upside down is the formula's") {
  Random random(2, "upside down");
  const Samples ecg = bumps(random, 300);
  Samples turned = ecg;
  for (std::size_t i = 0; i < 300; ++i) turned[7 * 300 + i] = -turned[7 * 300 + i];
  // r = -1 in V2, so 100 (1 - r)^2 / 8 = 50; the amplitudes differ then as well, so the rest is the RMSE term.
  const Target t = target_for(ecg, 300);
  Samples scratch(300);
  std::vector<LeadFit> fits(8);
  const Fit fit = ecg_discrepancy(leads_of(turned), t, scratch, fits);
  CHECK(fits[3].pcc == doctest::Approx(-1));
  CHECK(fit.pcc == doctest::Approx(6.0 / 8));
  double rmse = 0;
  for (const LeadFit& f : fits) rmse += f.rmse / 8;
  CHECK(fit.discrepancy == doctest::Approx(50 + 2 * rmse));
}

TEST_CASE("with the same r in all leads and no RMSE, D = 2 is r = 0.86") {
  const Samples observed = {0, 1, 0, -1}, simulated = {0, 1, 0, 0};
  const LeadFit fit = compare(simulated, observed, 1);
  CHECK(fit.pcc == doctest::Approx(0.8164965809));  // sqrt(2/3)
  CHECK(fit.rmse == doctest::Approx(0.5));
  CHECK(100 * std::pow(1 - 0.86, 2) == doctest::Approx(2).epsilon(0.03));
}

TEST_CASE("leads are scaled by the QRS amplitudes of their group, in the observed direction") {
  const std::size_t n = 20;
  Samples ecg(n_leads * n);
  for (std::size_t l = 0; l < n_leads; ++l) {
    ecg[l * n + 5] = l == 1 ? -3 : 1;  // II points down
    ecg[l * n + 8] = l == 1 ? 1 : -0.5;
    ecg[l * n + 15] = 100;  // beyond the QRS
  }
  const Polarity p = polarity(leads_of(ecg), 10);
  CHECK(p[0]);
  CHECK_FALSE(p[1]);
  Normalisation how = normalisation(leads_of(ecg), p, 10);
  CHECK(how.scale[0] == doctest::Approx(2));
  CHECK(how.scale[3] == doctest::Approx(2));
  CHECK(how.scale[6] == doctest::Approx(1));
  ecg[0] = 2;      // first sample of I
  ecg[n - 2] = 4;  // last but one
  ecg[n - 1] = 77;
  how = normalisation(leads_of(ecg), p, 10);
  CHECK(how.baseline[0] == 3);
  Samples out(n + 3);
  normalise(leads_of(ecg), how, 0, out);
  CHECK(out[n + 2] == out[n - 1]);
}

TEST_CASE("a shorter recording is continued with its last value") {
  Random random(3, "pad");
  const Samples ecg = bumps(random, 300);
  Samples longer;
  for (std::size_t l = 0; l < n_leads; ++l) {
    longer.insert(longer.end(), ecg.begin() + l * 300, ecg.begin() + (l + 1) * 300);
    longer.insert(longer.end(), 50, ecg[(l + 1) * 300 - 1]);
  }
  // Up to the baseline, which is taken from the end of each recording and shifts both alike when padded by hand.
  const Target t = target_for(ecg, 350);
  CHECK(t.length() == 350);
  for (std::size_t k = 0; k < 8; ++k)
    for (std::size_t i = 300; i < 350; ++i) CHECK(t.lead(k)[i] == t.lead(k)[299]);
  Samples scratch(350);
  CHECK(ecg_discrepancy(leads_of(ecg), t, scratch).discrepancy < 1e-12);
}

TEST_CASE("a flat simulated lead explains nothing: r = 0") {
  Random random(4, "flat");
  const Samples ecg = bumps(random, 300);
  const Samples silence(n_leads * 300, 0.3);
  const Target t = target_for(ecg, 300);
  Samples scratch(300);
  const Fit fit = ecg_discrepancy(leads_of(silence), t, scratch);
  CHECK(fit.pcc == 0);
  CHECK(fit.discrepancy > 100);
  CHECK(std::isfinite(fit.discrepancy));
}

TEST_CASE("the bound from the QRS never exceeds the discrepancy, whatever follows") {
  Random random(5, "bound");
  int informative = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    const std::size_t n_observed = 250 + random.below(250), n_simulated = 250 + random.below(250);
    const bool beats = trial % 2 == 0;
    const Samples observed = beats ? beat(random, n_observed) : bumps(random, n_observed);
    Samples simulated = beats ? beat(random, n_simulated) : bumps(random, n_simulated);
    // From unrelated to nearly right, with flat and reversed leads among them.
    const double kinship = trial % 4 == 0 ? 0 : random.uniform(0, 1.2), size = std::exp(random.normal());
    const bool same_qrs = trial % 5 == 0;
    for (std::size_t l = 0; l < n_leads; ++l)
      for (std::size_t i = 0; i < n_simulated; ++i) {
        double& x = simulated[l * n_simulated + i];
        const double y = i < n_observed ? observed[l * n_observed + i] : 0;
        if (same_qrs && i < 200)
          x = y;
        else if (trial % 7 == 3 && l == 8)
          x = 0.1;
        else
          x = (1 - kinship) * x + kinship * y;
        x = size * x + 0.3;
      }
    const std::size_t longest = trial % 3 == 0 ? 230 : 100000;
    const Target t = target_for(observed, n_simulated, longest);
    const Samples qrs = first(simulated, 200);
    const double bound = lower_bound(leads_of(qrs), t), truth = D(simulated, observed, longest);
    REQUIRE(bound <= truth);
    informative += bound > 0.5 * truth;
  }
  CHECK(informative > 300);
}

TEST_CASE("the bound is attained when what follows is as good as it can be") {
  // A QRS like the observed one but for noise, then the best fitting continuation: what the bound assumes.
  Random random(6, "tight");
  const Samples observed = bumps(random, 400);
  Samples simulated = observed;
  for (std::size_t l = 0; l < n_leads; ++l)
    for (std::size_t i = 0; i < 200; ++i) simulated[l * 400 + i] += 0.05 * random.normal();
  const double bound = lower_bound(leads_of(first(simulated, 200)), target_for(observed, 400));
  CHECK(bound > 0);
  CHECK(bound > 0.5 * D(simulated, observed));
}

TEST_CASE("rows are abandoned only above the limit, and no T wave is asked for before every QRS is judged") {
  Random random(7, "rows");
  Study study(true, 450);
  const Samples recording = beat(random, 450);
  std::vector<Samples> rows;
  for (int r = 0; r < 12; ++r) {
    Samples s = beat(random, 450);
    for (std::size_t i = 0; i < s.size(); ++i) s[i] = 0.08 * r * s[i] + recording[i];
    rows.push_back(s);
  }
  const auto free = study.run(rows, recording);
  for (const double limit : {0.5, 2.0, 5.0}) {
    const auto batch = study.run(rows, recording, limit);
    int abandoned = 0;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const double d = free.outputs[r][0].number();
      CHECK(d == doctest::Approx(D(rows[r], recording)));
      if (batch.status[r] == "abandoned") {
        ++abandoned;
        CHECK(d > limit);
      } else {
        CHECK(batch.outputs[r][0].number() == d);
        CHECK(batch.outputs[r][1].number() == free.outputs[r][1].number());
      }
    }
    CHECK(abandoned > 0);
    bool t_wave = false;
    for (const auto& [slot, output] : batch.asked) {
      if (slot == 0 && output == 2) t_wave = true;
      if (slot == 0 && output == 1) CHECK_FALSE(t_wave);
    }
  }
}

TEST_CASE("without a QRS to look at first nothing is abandoned") {
  Random random(8, "no qrs");
  Study study(false, 450);
  const Samples recording = bumps(random, 450);
  const auto batch = study.run({bumps(random, 450)}, recording, 1e-3);
  CHECK(batch.status[0] == "ok");
  CHECK(batch.outputs[0][0].number() > 1e-3);
}

TEST_CASE("a duration leaves out everything after it") {
  Random random(9, "duration");
  Study study(true, 450, {{"duration", Value(150.0)}});
  const Samples recording = bumps(random, 450);
  Samples other = recording;
  for (std::size_t l = 0; l < n_leads; ++l)
    for (std::size_t i = 150; i < 450; ++i) other[l * 450 + i] = random.normal();
  CHECK(study.run({other}, recording).outputs[0][0].number() < 1e-12);
}

TEST_CASE("the fit of each lead is a table of its own") {
  Random random(10, "table");
  Study study(true, 450);
  const Samples recording = bumps(random, 450), simulated = bumps(random, 450);
  const auto fit = study.run({simulated}, recording);
  const auto batch = study.run({simulated}, recording, INFINITY, 1);
  const Table& table = batch.tables[0][2];
  REQUIRE(table.rows() == 8);
  CHECK(table.at("lead").texts[2] == "V1");
  double mean = 0;
  for (const double r : table.at("pcc").numbers) mean += r / 8;
  CHECK(mean == doctest::Approx(fit.outputs[0][1].number()));
}

TEST_CASE("what cannot be compared is named") {
  Random random(11, "messages");
  const Samples recording = bumps(random, 450);
  Samples broken = bumps(random, 450);
  broken[8 * 450 + 17] = NAN;
  CHECK(Study(true, 450).run({broken}, recording).status[0] == "nan: simulated lead V3 is not finite at sample 17");

  Samples flat = recording;
  std::fill(flat.begin() + 9 * 450, flat.begin() + 10 * 450, 0.2);
  CHECK(message_of([&] { Study(true, 450).run({recording}, flat); }) ==
        "the observed lead V4 is flat, so nothing can be compared with it; leave it out of `leads`");
  CHECK(message_of([&] { Study(true, 450).run({recording}, broken); }) ==
        "the observed lead V3 (or the leads it is scaled by) is not finite");
  const Array wrong(DType::f64, {3, 450});
  CHECK(message_of([&] { (void)view(wrong, 1000, "observed"); }) ==
        "observed leads are an array of 3 x 450; expected 12 leads (I II III aVR aVL aVF V1-V6) x at least 3 samples");
  CHECK(message_of([] {
          Study(true, 450, {{"leads", List{"I", "V1", "I"}}});
        }) == "lead I is listed twice; name each lead once");
  CHECK(message_of([] {
          Study(true, 450, {{"leads", List{}}});
        }) == "no lead is left to compare; name at least one of I II III aVR aVL aVF V1-V6");
}

TEST_CASE("recordings at another rate than 1 kHz are refused") {
  OneComponent<EcgDiscrepancy> it;
  it.fill("simulated", source("ecg", true).with("t", Array::of(Samples{0, 2, 4})));
  it.fill("observed", source("recording", false));
  CHECK(message_of([&] { it.prepare(); }) ==
        "the leads of 'ecg' are 2.000000 ms apart; expected 1 ms (1 kHz): resample them");
}

TEST_CASE("a flat constant recording is refused before anything is simulated") {
  TestInput recording("recording");
  recording.what.constant("leads", "mV", "12 x n_samples");
  recording.with("leads", Array(DType::f64, {12, 450}));
  OneComponent<EcgDiscrepancy> it;
  it.fill("simulated", source("ecg", false)).fill("observed", recording);
  it.which_alternative = 1;
  CHECK(message_of([&] { it.prepare(); }).starts_with("the observed lead I is flat"));
}

TEST_CASE("the RMS difference of two activation maps") {
  const Array a = Array::of(std::vector<float>{0, 10, 20, 30}), b = Array::of(std::vector<double>{3, 10, 16, 30});
  CHECK(lat_rms(a, b) == doctest::Approx(2.5));
  CHECK(lat_rms(a, a) == 0);

  TestInput map("map");
  map.what.output("LAT", "ms", "n_nodes");
  OneComponent<LatDiscrepancy> it;
  it.fill("simulated", map).fill("observed", map).prepare();
  TestBatch batch = it.batch(3);
  batch.inputs[0][0] = {a, Array::of(std::vector<float>{0, INFINITY, 1, 2}), Array(DType::f32, {5})};
  batch.inputs[1][0] = {b, b, b};
  Row first_row(batch, 0), second(batch, 1), third(batch, 2);
  it.prepared->evaluate(0, first_row);
  CHECK(batch.outputs[0][0].number() == doctest::Approx(2.5));
  it.prepared->evaluate(0, second);
  CHECK(batch.status[1] == "not_activated: an activation map has nodes without a finite LAT");
  CHECK(message_of([&] { it.prepared->evaluate(0, third); }) ==
        "activation maps of 5 and 4 nodes cannot be compared; take both on the same geometry");
}
