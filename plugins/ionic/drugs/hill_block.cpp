#include "drugs/hill_block.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>

#include "drugs/compounds.hpp"

namespace tawara::drugs {
namespace {

// What cell models here and in the literature have a multiplier for: a closed list, so that a misspelt current is
// refused where it is written. Whether the cell has that current is for the experiment to say.
constexpr auto currents = {"I_Na",  "I_NaL", "I_to",   "I_CaL",  "I_CaT", "I_Kr",  "I_Ks", "I_K1",
                           "I_Kur", "I_Kp",  "I_KATP", "I_KACh", "I_KCa", "I_Kb",  "I_f",  "I_NaCa",
                           "I_NaK", "I_Nab", "I_bNa",  "I_Cab",  "I_bCa", "I_pCa", "I_pK", "I_ClCa",
                           "I_Clb", "I_in",  "I_out",  "J_rel",  "J_up",  "J_leak"};

class PreparedHillBlock final : public Prepared, public Drug {
 public:
  PreparedHillBlock(std::vector<CurrentBlock> blocks, double Cmax) : blocks_(std::move(blocks)), Cmax_(Cmax) {}

  [[nodiscard]] const void* ability(std::string_view name) const override {
    return name == Drug::ability_name ? static_cast<const Drug*>(this) : nullptr;
  }

  [[nodiscard]] std::vector<Target> targets(std::span<const double> arguments) const override {
    const double C = concentration(arguments[0], arguments[1]);
    std::vector<Target> targets;
    for (const CurrentBlock& b : blocks_) targets.push_back({"scale_" + b.current, hill_remaining(C, b.ic50, b.hill)});
    return targets;
  }

  void evaluate(int, Row& row) const override {
    const double C = concentration(row.number("concentration"), row.number("multiples_of_Cmax"));
    std::vector<std::string> names;
    std::vector<double> remaining, ic50, hill;
    for (const CurrentBlock& b : blocks_) {
      names.push_back(b.current);
      remaining.push_back(hill_remaining(C, b.ic50, b.hill));
      ic50.push_back(b.ic50);
      hill.push_back(b.hill);
    }
    const std::vector<double> everywhere(blocks_.size(), C);
    Table table;
    table.add_text("current", std::move(names));
    table.add("remaining", "1", std::move(remaining));
    table.add("concentration", "nmol/L", everywhere);
    table.add("ic50", "nmol/L", std::move(ic50));
    table.add("hill", "1", std::move(hill));
    row.output_table("remaining") = std::move(table);
  }

 private:
  // Doses are arguments of an evaluation, unknown when the component is made.
  [[nodiscard]] double concentration(double given, double multiples) const {
    if (given > 0 && multiples > 0)
      throw SolverError(fmt::format(
          "the dose is given twice, {:g} nmol/L and {:g} C_max; keep `concentration` or `multiples_of_Cmax`", given,
          multiples));
    if (multiples > 0 && std::isnan(Cmax_))
      throw SolverError(
          "the C_max of a custom compound is not known; give `Cmax` (free, nmol/L), or `concentration` instead of "
          "`multiples_of_Cmax`");
    const double C = multiples == 0 ? given : given + multiples * Cmax_;
    if (!(C >= 0))
      throw SolverError(fmt::format("a concentration of {} nmol/L; expected a number that is not negative", C));
    return C;
  }

  std::vector<CurrentBlock> blocks_;
  double Cmax_;
};

Parameter block_element() {
  Parameter current = make_parameter("current", Type::choice);
  for (const char* name : currents) current.choices.push_back({name, ""});
  Parameter element = make_parameter("block", Type::record);
  element.members = {
      current.says("Its multiplier in the cell model is scale_<current>."),
      make_parameter("ic50", Type::number, "nmol/L").above(0).says("Free concentration that leaves half."),
      make_parameter("hill", Type::number, "1", 1.0).above(0).usual(0.5, 2).says("Steepness of the Hill function.")};
  return element;
}

std::string compound_table() {
  std::string text =
      "\n\n| compound | torsade risk | free C_max (nmol/L) | IC50 (nmol/L), Hill coefficient |\n|---|---|---|---|\n";
  for (const Compound& c : cipa_compounds()) {
    std::string blocks;
    for (const Block& b : c.blocks)
      blocks += fmt::format("{}{} {:g}, {:g}", blocks.empty() ? "" : "; ", b.current, b.ic50, b.hill);
    text += fmt::format("| {} | {} | {:g} | {} |\n", c.name, name_of(c.risk), c.Cmax, blocks);
  }
  return text;
}

}  // namespace

double hill_remaining(double C, double ic50, double hill) { return 1 / (1 + std::pow(C / ic50, hill)); }

Descriptor HillBlock::describe() {
  Descriptor d("drug.hill_block", "Block of currents by one compound, as Hill functions of its free concentration");
  d.doc =
      "What is left of each current is 1/(1 + (C/IC50)^hill), C the free concentration; it multiplies the cell model's "
      "`scale_<current>`. Several compounds are several instances in an experiment's `drugs`; they multiply, that is, "
      "act independently. "
      "Steady-state block only: no binding kinetics, no dependence on voltage, state or rate, no trapping.\n\n"
      "C = concentration + multiples_of_Cmax Cmax, of which a scenario sets one. The presets are the training "
      "compounds "
      "of the CiPA initiative. Several of their fits are extrapolated far beyond the concentrations measured: entries "
      "with an "
      "IC50 of `ic50_limit` or more are left out.\n\n```toml\ncompound = \"dofetilide\"\nmultiples_of_Cmax = 1\n```";
  d.doc += compound_table();
  d.citations = {"10.1161/CIRCEP.116.004628", "10.1016/j.vascn.2016.03.009"};
  d.maturity = Maturity::stable;
  std::vector<Choice> choices = {{"custom", "what `blocks` says, nothing else"}};
  for (const Compound& c : cipa_compounds())
    choices.push_back({std::string(c.name), fmt::format("CiPA, {} torsade risk", name_of(c.risk))});
  d.choice("compound", "custom", std::move(choices)).may_vary().says("A preset, or custom.");
  d.list("blocks", block_element())
      .says("{ current = \"I_Kr\", ic50 = 7, hill = 1 } per current; of a preset, these replace its own entries.")
      .default_value = List{};
  d.number("concentration", "nmol/L", 0).at_least(0).usual(0, 1e5).evaluate().says("Free concentration.");
  d.number("multiples_of_Cmax", "1", 0)
      .at_least(0)
      .usual(0, 30)
      .evaluate()
      .says("Free concentration in multiples of Cmax, instead of `concentration`.");
  d.number("Cmax", "nmol/L")
      .absent_by_default()
      .above(0)
      .says("Free therapeutic peak concentration. Absent: the preset's; a custom compound has none.");
  d.number("ic50_limit", "nmol/L", 1e6)
      .above(0)
      .expert()
      .says("Entries of a preset with an IC50 this large are no block. `blocks` is taken at its word.");
  d.output_table("remaining")
      .shown_as(Hint::table)
      .says("current, remaining fraction, free concentration, IC50 and Hill coefficient.");
  return d;
}

HillBlock::HillBlock(const Settings& settings) {
  const Compound* preset = find_compound(settings.text("compound"));
  Cmax_ = settings.has("Cmax") ? settings.number("Cmax")
                               : (preset ? preset->Cmax : std::numeric_limits<double>::quiet_NaN());
  for (const Value& entry : settings.list("blocks")) {
    CurrentBlock block{entry.find("current")->text(), entry.find("ic50")->number(), entry.find("hill")->number()};
    for (const CurrentBlock& earlier : blocks_)
      if (earlier.current == block.current)
        throw ScenarioError("blocks", fmt::format("{} is listed twice; give each current once, and a second binding "
                                                  "site as a drug of its own",
                                                  block.current));
    blocks_.push_back(std::move(block));
  }
  if (preset)
    for (const Block& b : preset->blocks) {
      const bool replaced =
          std::any_of(blocks_.begin(), blocks_.end(), [&](auto& own) { return own.current == b.current; });
      if (!replaced && b.ic50 < settings.number("ic50_limit"))
        blocks_.push_back({std::string(b.current), b.ic50, b.hill});
    }
  if (blocks_.empty())
    throw ScenarioError("blocks",
                        "nothing is blocked; list currents as blocks = [{ current = \"I_Kr\", ic50 = 7, hill = 1 }] "
                        "(ic50 in nmol/L), or choose a preset `compound`");
}

std::unique_ptr<const Prepared> HillBlock::prepare(PrepareContext&) const {
  return std::make_unique<PreparedHillBlock>(blocks_, Cmax_);
}

}  // namespace tawara::drugs
