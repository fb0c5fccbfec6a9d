#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>

#include "../../message_of.hpp"
#include "../../one_component.hpp"
#include "../../shared_data.hpp"
#include "drugs/compounds.hpp"
#include "drugs/hill_block.hpp"
#include "reference_csv.hpp"

using namespace tawara;
using namespace tawara::drugs;

namespace {

Value block(const char* current, double ic50, double hill = 1) {
  return Record{{"current", current}, {"ic50", ic50}, {"hill", hill}};
}

struct Bench {
  OneComponent<HillBlock> it;

  Bench& set(const char* name, Value value) {
    it.set(name, std::move(value));
    return *this;
  }
  /// What is left of a current at a free concentration; 1 where the drug does not list it.
  double remaining(const std::string& current, double concentration, double multiples = 0) {
    it.prepare();
    const auto& drug = *static_cast<const Drug*>(it.prepared->ability("drug"));
    double product = 1;
    for (const auto& target : drug.targets(std::vector{concentration, multiples}))
      if (target.parameter == "scale_" + current) product *= target.remaining;
    return product;
  }
  std::string refusal() {
    return message_of([&] { it.prepare(); });
  }
};

Bench preset(const char* compound) {
  Bench bench;
  bench.set("compound", compound);
  return bench;
}

Bench custom(List blocks) {
  Bench bench;
  bench.set("blocks", std::move(blocks));
  return bench;
}

}  // namespace

TEST_CASE("half of a current is left at its IC50, whatever the steepness") {
  for (const double hill : {0.3, 1.0, 3.5}) {
    Bench drug = custom({block("I_Kr", 48, hill)});
    CHECK(drug.remaining("I_Kr", 48) == 0.5);
    CHECK(drug.remaining("I_Kr", 0) == 1);
    CHECK(drug.remaining("I_Ks", 48) == 1);
  }
}

TEST_CASE("E-4031 leaves 1/(1 + C/7 nmol/L) of I_Kr") {
  Bench E4031 = custom({block("I_Kr", 7)});
  for (const double C : {1.0, 7.0, 21.0, 63.0}) CHECK(E4031.remaining("I_Kr", C) == doctest::Approx(1 / (1 + C / 7)));
}

TEST_CASE("more of a compound leaves less of a current, steeper near the IC50 for a larger Hill coefficient") {
  Bench drug = custom({block("I_Kr", 100, 0.7), block("I_CaL", 100, 2)});
  double Kr = 1, CaL = 1;
  for (double C = 1e-3; C < 1e7; C *= 1.5) {
    const double next_Kr = drug.remaining("I_Kr", C), next_CaL = drug.remaining("I_CaL", C);
    CHECK(next_Kr < Kr);
    CHECK(next_CaL < CaL);
    CHECK((C < 100) == (next_CaL > next_Kr));
    Kr = next_Kr;
    CaL = next_CaL;
  }
  CHECK(Kr < 1e-3);
  CHECK(CaL < 1e-8);
}

TEST_CASE("published figures: dofetilide and verapamil at their free therapeutic peaks") {
  // Worked by hand from IC50 and Hill coefficients: dofetilide 2 nmol/L, I_Kr 4.87 and 0.93, I_to 18.82 and 0.77;
  // verapamil 81 nmol/L, I_Kr 288 and 0.96, I_CaL 201.783 and 1.097.
  Bench dofetilide = preset("dofetilide");
  CHECK(dofetilide.remaining("I_Kr", 2) == doctest::Approx(0.695858).epsilon(1e-5));
  CHECK(dofetilide.remaining("I_to", 2) == doctest::Approx(0.848921).epsilon(1e-5));
  CHECK(dofetilide.remaining("I_Kr", 0, 1) == dofetilide.remaining("I_Kr", 2));
  CHECK(dofetilide.remaining("I_Kr", 0, 4.87 / 2) == doctest::Approx(0.5));
  Bench verapamil = preset("verapamil");
  CHECK(verapamil.remaining("I_Kr", 0, 1) == doctest::Approx(0.771671).epsilon(1e-5));
  CHECK(verapamil.remaining("I_CaL", 0, 1) == doctest::Approx(0.731310).epsilon(1e-5));
  CHECK(verapamil.remaining("I_Ks", 81) == 1);
}

TEST_CASE("there are twelve compounds, each blocks I_Kr and no current twice, and all are on offer") {
  CHECK(cipa_compounds().size() == 12);
  const Descriptor descriptor = HillBlock::describe();
  CHECK(descriptor.parameters[0].choices.size() == 13);
  int by_risk[3] = {};
  for (const Compound& c : cipa_compounds()) {
    ++by_risk[static_cast<int>(c.risk)];
    CHECK(find_compound(c.name) == &c);
    std::set<std::string_view> currents;
    for (const Block& b : c.blocks) {
      CHECK(currents.insert(b.current).second);
      CHECK(b.ic50 > 0);
      CHECK(b.hill > 0);
    }
    CHECK(currents.contains("I_Kr"));
    CHECK(preset(std::string(c.name).c_str()).remaining("I_Kr", 0, 30) < 0.95);
  }
  CHECK(by_risk[0] == 4);
  CHECK(by_risk[1] == 4);
  CHECK(by_risk[2] == 4);
  CHECK(find_compound("aspirin") == nullptr);
}

TEST_CASE("fits extrapolated to a millimole per litre or more are no block, unless the limit is raised") {
  Bench quinidine = preset("quinidine");
  CHECK(quinidine.remaining("I_K1", 3237) == 1);
  CHECK(quinidine.remaining("I_CaL", 51592.3) == doctest::Approx(0.5));
  quinidine.set("ic50_limit", 1e12);
  CHECK(quinidine.remaining("I_K1", 3.95899e7) == doctest::Approx(0.5));
}

TEST_CASE("a compound's own entries are replaced by those of the scenario, the others stay") {
  Bench drug = preset("dofetilide");
  drug.set("blocks", List{block("I_Kr", 10), block("I_Ks", 3e6)});
  CHECK(drug.remaining("I_Kr", 10) == 0.5);
  CHECK(drug.remaining("I_Ks", 3e6) == 0.5);
  CHECK(drug.remaining("I_to", 18.82) == doctest::Approx(0.5));
  drug.set("Cmax", 10.0);
  CHECK(drug.remaining("I_Kr", 0, 1) == 0.5);
}

TEST_CASE("what is left of each current is a table") {
  Bench drug = custom({block("I_Kr", 7), block("I_CaL", 100, 2)});
  drug.set("concentration", 21.0).it.prepare();
  TestBatch batch = drug.it.batch(1);
  Row row(batch, 0);
  drug.it.prepared->evaluate(0, row);
  const Table& table = batch.tables[0][0];
  CHECK(table.at("current").texts == std::vector<std::string>{"I_Kr", "I_CaL"});
  CHECK(table.at("remaining").numbers[0] == doctest::Approx(0.25));
  CHECK(table.at("concentration").unit == "nmol/L");
  CHECK(table.at("concentration").numbers == std::vector<double>{21, 21});
  CHECK(table.at("hill").numbers == std::vector<double>{1, 2});
}

TEST_CASE("a drug that cannot be is refused in words") {
  CHECK(custom({block("I_Kr", 7), block("I_CaL", 9), block("I_Kr", 8)}).refusal() ==
        "I_Kr is listed twice; give each current once, and a second binding site as a drug of its own");
  CHECK(custom({}).refusal().starts_with("nothing is blocked; list currents as blocks = [{ current = \"I_Kr\", "));
}

TEST_CASE("a dose that cannot be is refused when it is given") {
  Bench drug = custom({block("I_Kr", 7)});
  CHECK(message_of([&] { (void)drug.remaining("I_Kr", 0, 2); }) ==
        "the C_max of a custom compound is not known; give `Cmax` (free, nmol/L), or `concentration` instead of "
        "`multiples_of_Cmax`");
  CHECK(message_of([&] { (void)drug.set("Cmax", 10.0).remaining("I_Kr", 5, 2); }) ==
        "the dose is given twice, 5 nmol/L and 2 C_max; keep `concentration` or `multiples_of_Cmax`");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const auto& [C, multiples] : {std::pair{-1.0, 0.0}, {0.0, -1.0}, {nan, 0.0}, {0.0, nan}})
    CHECK(message_of([&, C = C, m = multiples] {
            (void)drug.remaining("I_Kr", C, m);
          }).ends_with("nmol/L; expected a number that is not negative"));
}

TEST_CASE("the presets are the reference table, entry by entry") {
  const auto data = shared_data("reference/drugs/cipa_block.csv");
  if (!data) return;
  const ReferenceCsv table(data.path);
  std::size_t entries = 0;
  for (const Compound& c : cipa_compounds()) entries += c.blocks.size();
  REQUIRE(table.rows.size() == entries);
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const Compound* c = find_compound(table.rows[r][table.column("drug")]);
    REQUIRE(c);
    CHECK(name_of(c->risk) == table.rows[r][table.column("risk")]);
    CHECK(c->Cmax == table.number(r, "free_cmax_nM"));
    bool found = false;
    for (const Block& b : c->blocks) {
      if (b.current != table.rows[r][table.column("current")]) continue;
      found = true;
      CHECK(b.ic50 == table.number(r, "ic50_nM"));
      CHECK(b.hill == table.number(r, "hill"));
    }
    CHECK(found);
  }
}
