#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "../../message_of.hpp"
#include "../../one_component.hpp"
#include "experiments/drugs.hpp"

using namespace tawara;
using namespace tawara::experiments;

namespace {

/// Leaves 1/(1 + C) of each of its currents.
struct Blocker final : Drug {
  explicit Blocker(std::vector<std::string> parameters) : blocked(std::move(parameters)) {}
  std::vector<std::string> blocked;
  [[nodiscard]] std::vector<Target> targets(std::span<const double> arguments) const override {
    std::vector<Target> list;
    for (const auto& parameter : blocked) list.push_back({parameter, 1 / (1 + arguments[0])});
    return list;
  }
};

Descriptor cell_descriptor() {
  Descriptor d("ionic.some_cell");
  d.number("T", "K", 310);  // acts at prepare: no argument
  d.number("scale_I_Na", "1", 1).evaluate();
  d.number("scale_I_Kr", "1", 1).evaluate();
  d.number("tau", "ms", 5).evaluate();
  return d;
}

}  // namespace

TEST_CASE("a drug multiplies the current it blocks and leaves the others alone") {
  const Blocker blocker({"scale_I_Kr"});
  const double concentration[] = {3};
  const AppliedDrug drugs[] = {{"dofetilide", &blocker, concentration}};
  const DrugFactors factors = drug_factors(cell_descriptor(), drugs);
  CHECK(factors.factor == std::vector<double>{1, 0.25, 1});
  CHECK(factors.idle.empty());
  std::vector<double> arguments = {0.9, 0.8, 5};
  factors.apply(arguments);
  CHECK(arguments == std::vector<double>{0.9, 0.2, 5});
}

TEST_CASE("what two drugs leave of a current is multiplied, in either order") {
  const Blocker one({"scale_I_Kr", "scale_I_Na"}), other({"scale_I_Kr"});
  const double low[] = {1}, high[] = {3};
  const AppliedDrug drugs[] = {{"one", &one, low}, {"other", &other, high}},
                    reversed[] = {{"other", &other, high}, {"one", &one, low}};
  CHECK(drug_factors(cell_descriptor(), drugs).factor == std::vector<double>{0.5, 0.125, 1});
  CHECK(drug_factors(cell_descriptor(), reversed).factor == std::vector<double>{0.5, 0.125, 1});
}

TEST_CASE("a drug at no concentration changes nothing, whatever it would block") {
  const Blocker blocker({"scale_I_Kr", "scale_I_Kur"});
  const double none[] = {0};
  const AppliedDrug drugs[] = {{"dofetilide", &blocker, none}};
  const DrugFactors factors = drug_factors(cell_descriptor(), drugs);
  CHECK(factors.factor == std::vector<double>{1, 1, 1});
  CHECK(factors.idle.empty());
}

TEST_CASE("a block of a current the cell lacks is said once, naming drug, current, cell and model") {
  const Blocker blocker({"scale_I_Kur"});
  const double concentration[] = {1};
  const AppliedDrug drugs[] = {{"vernakalant", &blocker, concentration}};
  TestInput cell("myocyte");
  cell.what = cell_descriptor();
  const DrugFactors factors = drug_factors(cell.what, drugs);
  CHECK(factors.factor == std::vector<double>{1, 1, 1});
  TestHost host;
  const IdleDrugs idle;
  idle.warn_once(host, cell, factors);
  idle.warn_once(host, cell, factors);
  REQUIRE(host.warnings.size() == 1);
  CHECK(host.warnings[0] ==
        "'vernakalant' blocks I_Kur, which 'myocyte' (ionic.some_cell) does not have: that block has no effect");
}

TEST_CASE("a remaining fraction that is no number or negative is refused with drug and current") {
  const Blocker blocker({"scale_I_Kr"});
  for (const double concentration : {std::nan(""), -3.0}) {
    const double arguments[] = {concentration};
    const AppliedDrug drugs[] = {{"dofetilide", &blocker, arguments}};
    const auto message = message_of([&] { static_cast<void>(drug_factors(cell_descriptor(), drugs)); });
    CHECK(message.find("'dofetilide' leaves ") != std::string::npos);
    CHECK(message.find(" of I_Kr, which must be at least 0") != std::string::npos);
    CHECK(message.find("check its concentration") != std::string::npos);
  }
}
