#include "experiments/dictionary.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "../../message_of.hpp"
#include "cells.hpp"
#include "experiments/ap_dictionary.hpp"
#include "experiments/diffusion_drive.hpp"
#include "protocols/pacing.hpp"

using namespace tawara;
using namespace tawara::experiments;

namespace {

void one_by_one(std::size_t n, const std::function<void(std::size_t)>& body) {
  for (std::size_t i = 0; i < n; ++i) body(i);
}

struct Reached {
  double lowest = INFINITY, highest = -INFINITY;
};

Reached reached(const std::vector<Variant>& variants) {
  Reached r;
  for (const Variant& v : variants)
    if (!v.AP.empty()) {
      r.lowest = std::min(r.lowest, v.biomarkers.APD90);
      r.highest = std::max(r.highest, v.biomarkers.APD90);
    }
  return r;
}

/// The published recipe: I_Ks x 5, I_Kr x 0.5, one beat per multiplier of I_Ks.
std::vector<Variant> published_recipe(torord::Sex sex, double period, std::size_t entries) {
  Cell cell = torord_cell(sex);
  cell.parameters[4] = 0.5;
  cell.parameters[5] = 5;
  DictionaryRecipe recipe;
  recipe.varied = 5;
  recipe.entries = entries;
  return explore_variants(cell.model(), "cell", cell.parameters, protocols::PacingDrive(period, 1, -53, 0), recipe,
                          one_by_one);
}

Variant variant(double multiplier, double APD90) {
  Variant v;
  v.multiplier = multiplier;
  v.biomarkers.APD90 = APD90;
  v.AP = {-80};
  return v;
}

}  // namespace

TEST_CASE("the published recipe reaches 176 to 406 ms for a woman at 48/min and 143 to 329 ms for a man at 74/min") {
  const Reached woman = reached(published_recipe(torord::Sex::female, 1250, 20));
  CHECK(std::fabs(woman.lowest - 176) < 1);
  CHECK(std::fabs(woman.highest - 406) < 1);
  const Reached man = reached(published_recipe(torord::Sex::male, 60000.0 / 74, 20));
  CHECK(std::fabs(man.lowest - 143) < 1);
  CHECK(std::fabs(man.highest - 329) < 1);
}

TEST_CASE("rows are sorted, evenly spread in APD90 and aligned on the upstroke") {
  const std::size_t entries = 40;
  auto variants = published_recipe(torord::Sex::female, 1000, entries);
  const auto rows = thin(accepted(variants, true), entries);
  CHECK(rows.size() > entries / 2);
  CHECK(rows.size() <= entries);
  const double range = rows.back().biomarkers.APD90 - rows.front().biomarkers.APD90;
  for (std::size_t k = 1; k < rows.size(); ++k) {
    const double step = rows[k].biomarkers.APD90 - rows[k - 1].biomarkers.APD90;
    CHECK(step > 0);
    CHECK(step < 3 * range / static_cast<double>(entries - 1));
  }
  for (const Variant& v : rows) {
    REQUIRE(v.AP.size() == 1000);
    const Biomarkers& b = v.biomarkers;
    CHECK(v.AP[upstroke_sample] == doctest::Approx(0.5 * (b.V_rest + b.V_peak)).epsilon(1e-5));
    CHECK(v.AP[0] == doctest::Approx(b.V_rest).epsilon(1e-5));
    // The row itself repolarises APD90 after its upstroke.
    const auto after = static_cast<std::size_t>(upstroke_sample + b.APD90);
    const double level = b.V_peak - 0.9 * (b.V_peak - b.V_rest);
    CHECK(v.AP[after] >= level - 0.01);
    CHECK(v.AP[after + 1] <= level + 0.01);
  }
}

TEST_CASE("variants do not depend on the order in which they are run") {
  const Cell cell = mitchell_schaeffer_cell();
  DictionaryRecipe recipe;
  recipe.varied = 3;  // tau_close
  recipe.low = 0.5;
  recipe.high = 2;
  recipe.entries = 30;
  const protocols::PacingDrive drive(1000, 1, -30, 0);
  const auto forwards = explore_variants(cell.model(), "cell", cell.parameters, drive, recipe, one_by_one);
  const auto backwards =
      explore_variants(cell.model(), "cell", cell.parameters, drive, recipe, [](std::size_t n, const auto& body) {
        for (std::size_t i = n; i-- > 0;) body(i);
      });
  REQUIRE(forwards.size() == backwards.size());
  for (std::size_t i = 0; i < forwards.size(); ++i) {
    CHECK(forwards[i].multiplier == backwards[i].multiplier);
    CHECK(forwards[i].AP == backwards[i].AP);
  }
  // APD grows in proportion to tau_close.
  CHECK(forwards.back().biomarkers.APD90 > 3 * forwards.front().biomarkers.APD90);
}

TEST_CASE("an action potential is laid out with its upstroke on the agreed sample") {
  Beat beat;
  for (int i = 0; i <= 400; ++i) {
    beat.t.push_back(0.1 * i);
    beat.V_m.push_back(-80 + i);  // 10 mV per ms
  }
  const auto AP = aligned_action_potential(beat, 3.25, 100);
  CHECK(AP[upstroke_sample] == doctest::Approx(-80 + 32.5));
  CHECK(AP[upstroke_sample + 4] == doctest::Approx(-80 + 72.5));
  CHECK(AP[0] == -80);   // before the beat
  CHECK(AP[99] == 320);  // after it
}

TEST_CASE("thinning keeps the ends, spreads evenly and drops doubles") {
  std::vector<Variant> variants;
  for (int i = 0; i <= 1000; ++i) variants.push_back(variant(i, 200 + 0.1 * i));
  variants.push_back(variant(2000, 200));  // again the shortest
  const auto kept = thin(variants, 11);
  REQUIRE(kept.size() == 11);
  for (std::size_t k = 0; k < kept.size(); ++k)
    CHECK(kept[k].biomarkers.APD90 == doctest::Approx(200 + 10 * static_cast<double>(k)));
}

TEST_CASE("a refused action potential says which range it left") {
  Biomarkers b;
  b.V_rest = -88;
  b.V_peak = 30;
  b.dVdt_max = 300;
  b.APD40 = 200;
  b.APD50 = 220;
  b.APD90 = 270;
  CHECK(refusal(b) == "");  // a model without calcium is not asked for its transient
  b.APD90 = 170;
  CHECK(refusal(b) == "APD90 outside 180..440 ms");
  b.APD90 = 270;
  b.V_peak = 5;
  CHECK(refusal(b) == "V_peak below 10 mV");
  b.problem = "not captured";
  CHECK(refusal(b) == "not captured");
}

TEST_CASE("an empty dictionary says what refused its rows") {
  std::vector<Variant> variants = {variant(1, 120), variant(2, 130)};
  for (Variant& v : variants) v.biomarkers.problem = "not captured";
  const auto message = message_of([&] { static_cast<void>(accepted(variants, true)); });
  CHECK(message.find("none of the 2 action potentials is acceptable: not captured (2 variants)") != std::string::npos);
  CHECK(message.find("accept = \"all\"") != std::string::npos);
}

TEST_CASE("varying what the cell does not have is refused with what it has") {
  const auto cell = mitchell_schaeffer::MitchellSchaeffer::describe();
  const auto message =
      message_of([&] { static_cast<void>(find_evaluate_parameter(cell, "myocyte", "vary", "scale_I_Ks")); });
  CHECK(message.find(
            "'scale_I_Ks' is no evaluate parameter of 'myocyte' (ionic.mitchell_schaeffer); it has: tau_in, tau_out") !=
        std::string::npos);
  CHECK(find_evaluate_parameter(cell, "myocyte", "vary", "tau_close") == 3);
}

TEST_CASE("the diffusion stimulus peaks at 11 uA/uF inward, turns outward and is over before the beat is") {
  const DiffusionDrive drive(std::make_unique<protocols::PacingDrive>(1000, 1, -53, 0));
  double lowest = 0, highest = 0;
  for (double t = 1000; t < 1040; t += 0.01) {
    lowest = std::min(lowest, drive.I_stim(t));
    highest = std::max(highest, drive.I_stim(t));
  }
  CHECK(lowest == doctest::Approx(-11).epsilon(1e-5));
  CHECK(highest > 1);
  CHECK(drive.I_stim(1500) == 0);
  CHECK(drive.next_edge(1000) == 1040);
  CHECK(drive.next_edge(1040) == 2000);
}
