#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "../../one_component.hpp"
#include "activation_case.hpp"
#include "dataset/beat_component.hpp"
#include "dataset/noisy_ecg.hpp"
#include "electrodes/electrodes.hpp"
#include "pseudo/pseudo.hpp"
#include "synthetic_ecg.hpp"
#include "text_file.hpp"

using namespace tawara;
using namespace tawara::ecg;
using doctest::Contains;

namespace {

TestInput geometry_of(const BoxMesh& mesh) {
  TestInput input("heart");
  input.with("nodes", Array::of(mesh.nodes, {mesh.n_nodes(), 3}));
  input.with("tetrahedra", Array::of(mesh.tetrahedra, {mesh.tetrahedra.size() / 4, 4}));
  return input;
}

std::vector<double> milliseconds(std::size_t n) {
  std::vector<double> t(n);
  std::iota(t.begin(), t.end(), 0.0);
  return t;
}

TestInput source_of(const ActivationCase& c) {
  TestInput input("twin");
  input.with("LAT", Array::of(c.LAT)).with("AP_entry", Array::of(c.AP_entry));
  input.with("AP", Array::of(c.AP, {c.n_entries, c.AP_samples})).with("AP_upstroke", Array::scalar(c.upstroke));
  input.with("t", Array::of(milliseconds(c.n_samples))).with("smoothing_rows", Array::of(c.rows));
  input.with("smoothing_columns", Array::of(c.columns)).with("smoothing_weights", Array::of(c.weights));
  input.with("smoothing_passes", Array::of(c.passes));
  return input;
}

ActivationCase a_case() {
  ActivationCase c;
  Random random(11, "component");
  c.realistic_potentials(20, 10.0);
  c.random_activation(random);
  return c;
}

OneComponent<PseudoEcg> pseudo_on(const ActivationCase& c) {
  OneComponent<PseudoEcg> it;
  it.fill("source", source_of(c)).fill("geometry", geometry_of(c.mesh));
  it.fill("electrodes", TestInput("skin").with("electrodes", Array::of(c.electrodes, {10, 3})));
  return it;
}

/// 12 x samples from samples x 8.
std::vector<double> as_leads(const std::vector<double>& eight) {
  const std::size_t n = eight.size() / 8;
  std::vector<double> leads(12 * n);
  for (std::size_t j = 0; j < n; ++j) {
    const auto twelve = twelve_leads(std::span(eight).subspan(8 * j).first<8>());
    for (std::size_t l = 0; l < 12; ++l) leads[l * n + j] = twelve[l];
  }
  return leads;
}

}  // namespace

TEST_CASE("ecg.electrodes gives the rule's positions about the heart and a table of them") {
  const auto box = box_mesh({4, 4, 4}, 10.0, {30, -20, 5});
  OneComponent<Electrodes> it;
  it.fill("geometry", geometry_of(box)).prepare();
  const auto found = it.constants["electrodes"].span<double>();
  const auto expected = electrodes_by_rule({30, -20, 5}, TorsoRule{});
  for (std::size_t e = 0; e < 10; ++e)
    for (std::size_t k = 0; k < 3; ++k) CHECK(found[3 * e + k] == doctest::Approx(expected[e][k]));
  CHECK(it.tables["positions"].at("electrode").texts[4] == "V1");
  CHECK(it.tables["positions"].at("y").numbers[9] == doctest::Approx(expected[V6][1]));
}

TEST_CASE("ecg.electrodes reads a file and refuses one that puts an electrode into the muscle") {
  const auto box = box_mesh({4, 4, 4}, 10.0);
  std::string rows;
  for (std::size_t e = 0; e < 10; ++e) rows += fmt::format("{},100,{},0\n", electrode_names[e], e);
  const TextFile good(rows), bad(rows.replace(rows.find("V4,100"), 6, "V4,  3"));
  OneComponent<Electrodes> it;
  it.fill("geometry", geometry_of(box)).set("file", good.path.string()).prepare();
  CHECK(it.constants["electrodes"].span<double>()[3 * V4] == 100);
  CHECK_THROWS_WITH_AS(it.set("file", bad.path.string()).prepare(),
                       Contains("electrode V4 at (3.0, 7.0, 0.0) mm lies inside the muscle"), GeometryError);
}

TEST_CASE("ecg.pseudo gives the leads of an activation in either precision, QRS and whole alike") {
  const auto c = a_case();
  const auto expected = as_leads(c.explicit_ecg());
  auto it = pseudo_on(c);
  CHECK(relative_difference(it.prepare().numbers("leads"), expected) < 1e-5);
  CHECK(it.constants["t"].size() == 450);
  const auto leads = it.numbers("leads"), qrs = it.numbers("qrs");
  REQUIRE(qrs.size() == 12 * 200);
  for (std::size_t l = 0; l < 12; ++l)
    for (std::size_t j = 0; j < 200; ++j) CHECK(qrs[l * 200 + j] == leads[l * 450 + j]);
  it.set("precision", "double").set("qrs_duration", 130.5);
  CHECK(relative_difference(it.prepare().numbers("leads"), expected) < 1e-12);
  CHECK(it.numbers("qrs").size() == 12 * 131);
}

TEST_CASE("ecg.pseudo gives the leads of a stored V_m") {
  const auto c = a_case();
  const auto V = c.voltage();
  auto it = pseudo_on(c);
  it.which_alternative = 1;
  it.fill("source", TestInput("tissue")
                        .with("V_m", Array::of(std::vector<float>(V.begin(), V.end()), {c.mesh.n_nodes(), c.n_samples}))
                        .with("t", Array::of(milliseconds(c.n_samples))));
  const auto leads = it.prepare().numbers("leads");
  CHECK(relative_difference(leads, as_leads(c.explicit_ecg())) < 1e-5);
  const auto qrs = it.numbers("qrs");
  CHECK(qrs.size() == 12 * 200);
  CHECK(qrs[0] == leads[0]);
  CHECK(qrs[11 * 200 + 77] == leads[11 * 450 + 77]);
  it.inputs.at("source").arrays["V_m"] = Array::of(std::vector<float>(90));
  (void)it.evaluate("leads");
  CHECK_MESSAGE(
      it.failure == fmt::format("shape: V_m has 90 numbers; expected {} nodes x 450 samples", c.mesh.n_nodes()),
      it.failure);
}

TEST_CASE("ecg.pseudo refuses sources that do not fit") {
  const auto c = a_case();
  auto it = pseudo_on(c);
  auto shifted = milliseconds(450);
  shifted[3] = 3.5;
  it.inputs.at("source").arrays["t"] = Array::of(shifted);
  CHECK_THROWS_WITH_AS(it.prepare(), Contains("instance 'twin' has sample 3 at 3.5 ms; its t must run 0, 1, 2"),
                       DataError);
  it = pseudo_on(c);
  it.fill("geometry", geometry_of(box_mesh({2, 2, 2}, 5)));
  CHECK_THROWS_WITH_AS(it.prepare(),
                       Contains("lives on 336 nodes, the geometry here has 27: both must use the same one"), DataError);
  it = pseudo_on(c);
  it.inputs.at("source").arrays["smoothing_passes"] = Array::of(std::vector<std::int32_t>(7));
  CHECK_THROWS_WITH_AS(it.prepare(), Contains("smoothing_passes for 7 samples; its t has 450"), DataError);
  it = pseudo_on(c);
  it.inputs.at("electrodes").arrays["electrodes"] = Array::of(std::vector<double>(9), {3, 3});
  CHECK_THROWS_WITH_AS(it.prepare(), Contains("instance 'skin' gives 9 numbers; expected 10 x 3 positions"),
                       ScenarioError);
}

TEST_CASE("ecg.pseudo fails a row whose activation is unusable and goes on with the next") {
  auto c = a_case();
  auto it = pseudo_on(c);
  it.prepare();
  c.LAT[17] = std::numeric_limits<float>::quiet_NaN();
  it.inputs.at("source").arrays["LAT"] = Array::of(c.LAT);
  (void)it.evaluate("qrs");
  CHECK_MESSAGE(it.failure.find("activation: node 17 has LAT nan ms") == 0, it.failure);
  c.LAT[17] = 20;
  it.inputs.at("source").arrays["LAT"] = Array::of(c.LAT);
  CHECK(it.numbers("qrs").size() == 12 * 200);
  it.inputs.at("source").arrays["LAT"] = Array::of(std::vector<float>(3));
  (void)it.evaluate("qrs");
  CHECK_MESSAGE(it.failure.find("shape: LAT has 3 and AP_entry 336 numbers; expected one per node, 336") == 0,
                it.failure);
}

TEST_CASE("dataset.noisy_ecg adds the same noise of the asked-for size every time, another one for another seed") {
  constexpr std::size_t n = 4000;
  std::vector<double> clean;
  for (std::size_t l = 0; l < 12; ++l)
    for (std::size_t j = 0; j < n; ++j)
      clean.push_back((static_cast<double>(l) + 1) * std::sin(0.01 * static_cast<double>(j)));
  OneComponent<NoisyEcg> it;
  it.set("low_pass", 0.0).fill("source", TestInput("ecg").with("leads", Array::of(clean, {12, n}))).prepare();
  const auto noisy = it.numbers("leads");
  REQUIRE(noisy.size() == clean.size());
  for (std::size_t l = 0; l < 12; ++l) {
    double mean = 0, square = 0;
    for (std::size_t j = 0; j < n; ++j) {
      const double e = (noisy[l * n + j] - clean[l * n + j]) / (static_cast<double>(l) + 1);
      mean += e / n;
      square += e * e / n;
    }
    CHECK(std::abs(mean) < 0.004);  // five standard errors
    CHECK(std::sqrt(square) == doctest::Approx(0.05).epsilon(0.06));
  }
  CHECK(it.numbers("leads") == noisy);
  it.host().seed = 2;
  CHECK(it.numbers("leads") != noisy);
  CHECK(it.set("noise", 0.0).numbers("leads") == clean);
}

TEST_CASE("dataset.noisy_ecg filters what it records: a fifth of white noise's power lies below 100 of 500 Hz") {
  constexpr std::size_t n = 4000;
  std::vector<double> clean(12 * n);
  for (std::size_t l = 0; l < 12; ++l)
    for (std::size_t j = 0; j < n; ++j) clean[l * n + j] = std::sin(0.01 * static_cast<double>(j));
  OneComponent<NoisyEcg> it;
  it.fill("source", TestInput("ecg").with("leads", Array::of(clean, {12, n}))).prepare();
  const auto noisy = it.numbers("leads");
  double square = 0;
  for (std::size_t j = 0; j < 12 * n; ++j) square += std::pow(noisy[j] - clean[j], 2) / (12 * n);
  CHECK(std::sqrt(square) == doctest::Approx(0.05 * std::sqrt(0.2)).epsilon(0.05));
}

TEST_CASE("dataset.ecg gives one beat of a CSV recording with its rhythm") {
  SyntheticEcg ecg;
  std::string csv = "time [s],I,II,V1,V2,V3,V4,V5,V6\n";
  const auto eight = ecg.eight();
  for (std::size_t j = 0; j < eight[0].size(); ++j) {
    csv += fmt::format("{}", static_cast<double>(j) / ecg.sampling_rate);
    for (const auto& lead : eight) csv += fmt::format(",{:.5f}", lead[j]);
    csv += "\n";
  }
  const TextFile file(csv);
  OneComponent<EcgDataset> it;
  it.set("file", file.path.string()).prepare();
  CHECK(it.prepared == nullptr);
  CHECK(it.constants["leads"].shape() == std::vector<std::size_t>{12, 450});
  CHECK(it.constants["t"].span<double>()[449] == 449);
  CHECK(it.constants["heart_rate"].number() == doctest::Approx(60000 / ecg.RR).epsilon(1e-3));
  CHECK(it.constants["RR"].number() == doctest::Approx(ecg.RR).epsilon(1e-3));
  CHECK(it.constants["beats_used"].number() >= 8);
  CHECK(it.constants["beats_rejected"].number() == 0);
  CHECK(it.constants["QRS_duration"].number() == doctest::Approx(ecg.QRS).epsilon(0.15));
  REQUIRE(it.host().messages.size() == 1);
  CHECK_MESSAGE(it.host().messages[0].find("10.0 s at 500 Hz, 73 beats per minute") != std::string::npos,
                it.host().messages[0]);
}

TEST_CASE("dataset.ecg says what it reads and what contradicts the file") {
  OneComponent<EcgDataset> it;
  CHECK_THROWS_WITH_AS(it.set("file", "/data/ecg.scp").prepare(),
                       Contains("/data/ecg.scp is neither a WFDB header (.hea) nor a table (.csv)"), ScenarioError);
  const TextFile header("r 1 250 2\nr.dat 16 200 12 0 0 1 0 I\n", "r.hea");
  header.write("r.dat", "abcd");
  it.set("file", header.path.string()).set("sampling_rate", 500.0);
  CHECK_THROWS_WITH_AS(it.prepare(), Contains("500 Hz contradicts"), ScenarioError);
}
