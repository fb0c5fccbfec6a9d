#include "experiments/ap_dictionary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>

#include "experiments/diffusion_drive.hpp"
#include "experiments/drugs.hpp"
#include "experiments/names.hpp"
#include "experiments/run_length.hpp"
#include "experiments/single_cell.hpp"

namespace tawara::experiments {

std::vector<std::string> evaluate_parameters(const Descriptor& cell) {
  std::vector<std::string> names;
  for (const Parameter& p : cell.parameters)
    if (is_argument(p)) names.push_back(p.name);
  return names;
}

std::size_t find_evaluate_parameter(const Descriptor& cell, const std::string& instance, const std::string& key,
                                    const std::string& name) {
  const std::vector<std::string> names = evaluate_parameters(cell);
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    throw ScenarioError(key, fmt::format("'{}' is no evaluate parameter of '{}' ({}); it has: {}", name, instance,
                                         cell.name, joined(names)));
  return static_cast<std::size_t>(found - names.begin());
}

std::vector<Variant> accepted(std::vector<Variant> variants, bool published_ranges) {
  const std::size_t all = variants.size();
  std::map<std::string, int> refused;
  std::erase_if(variants, [&](const Variant& v) {
    const std::string why = published_ranges ? refusal(v.biomarkers) : v.biomarkers.problem;
    if (!why.empty()) ++refused[why];
    return !why.empty();
  });
  if (variants.empty()) {
    std::vector<std::string> reasons;
    for (const auto& [why, count] : refused) reasons.push_back(fmt::format("{} ({} variants)", why, count));
    throw ScenarioError("accept",
                        fmt::format("none of the {} action potentials is acceptable: {}. Widen `range`, change "
                                    "`factors` or the protocol, or set accept = \"all\"",
                                    all, joined(reasons, "; ")));
  }
  return variants;
}

namespace {

Parameter factor_element() {
  Parameter element = make_parameter("factor", Type::record);
  element.members = {make_parameter("parameter", Type::text).says("An evaluate parameter of the cell."),
                     make_parameter("by", Type::number).at_least(0).says("What it is multiplied by.")};
  return element;
}

Value factor(const char* parameter, double by) { return Record{{"parameter", parameter}, {"by", by}}; }

void put_dictionary(PrepareContext& context, const std::vector<Variant>& kept) {
  const std::size_t K = kept.size(), T = kept.front().AP.size();
  std::vector<float> AP;
  std::vector<double> APD90, multiplier;
  std::vector<Biomarkers> biomarkers;
  AP.reserve(K * T);
  for (const Variant& v : kept) {
    AP.insert(AP.end(), v.AP.begin(), v.AP.end());
    APD90.push_back(v.biomarkers.APD90);
    multiplier.push_back(v.multiplier);
    biomarkers.push_back(v.biomarkers);
  }
  Table table;
  table.add("value", "1", multiplier);
  add_biomarker_columns(table, biomarkers);
  context.put("AP", Array::of(AP, {K, T}));
  context.put("AP_upstroke", double{upstroke_sample});
  context.put("APD90", Array::of(APD90));
  context.put("value", Array::of(multiplier));
  context.put("dictionary", std::move(table));
  context.put("APD90_kept_lowest", APD90.front());
  context.put("APD90_kept_highest", APD90.back());
  context.put("entries", static_cast<double>(K));
}

}  // namespace

Descriptor ApDictionary::describe() {
  Descriptor d("experiment.ap_dictionary", "Action potentials of one cell over a range of durations");
  d.doc =
      "The cell (with `factors`) is paced for `beats` beats; then one more beat is run for each multiplier of the "
      "parameter `vary`. Multipliers are refined until neighbours are close in APD90; what lies within the published "
      "ranges (`accept`) is thinned to at most `entries` rows spread evenly in APD90. Row sample j is at j ms; every "
      "row "
      "has its upstroke (t_up50) exactly at AP_upstroke. Defaults follow the published recipe (I_Ks x 5, I_Kr x 0.5), "
      "whose cell also has tau_jca = 60 ms.";
  d.citations = {"10.1016/j.media.2024.103361"};
  d.maturity = Maturity::stable;
  d.cacheable = true;
  d.text("vary", "scale_I_Ks").says("The evaluate parameter of the cell that makes the family.");
  Parameter& range = d.list("range", make_parameter("limit", Type::number).above(0));
  range.default_value = Value(List{0.02, 50.0});
  range.says("Lowest and highest multiplier of that parameter.");
  Parameter& factors = d.list("factors", factor_element());
  factors.default_value = Value(List{factor("scale_I_Ks", 5), factor("scale_I_Kr", 0.5)});
  factors.says("What the cell's own parameters are multiplied by, in every beat. Empty for cells without them.");
  d.integer("beats", 100).at_least(0).says("Beats before the variants' one.");
  d.integer("entries", 300).allowed(2, 20000).says("Most rows of the dictionary.");
  d.choice("accept", "published",
           {{"published", "rows within the published ranges of durations, voltages and calcium transient"},
            {"all", "every action potential that is captured and repolarises"}})
      .says("Which action potentials are kept.");
  d.choice("stimulus", "protocol",
           {{"protocol", "the protocol's own pulses"},
            {"diffusion", "the current a passing wave feeds in (two Gaussians, peak 11 uA/uF), once per beat"}})
      .says("What stimulates the cell.");
  d.number("rtol", "1", 1e-6).above(0).at_most(1e-2).log().expert().says("Relative tolerance.");
  d.number("atol", "1", 1e-8)
      .above(0)
      .at_most(1e-3)
      .log()
      .expert()
      .says("Absolute tolerance, times the typical size of each state.");
  d.slot("cell", "ionic").offers("ionic").says("The cell model.");
  d.slot("protocol", "protocol").offers("protocol").says("When it is stimulated: the heart rate of the subject.");
  add_drugs_slot(d);
  d.constant("AP", "mV", "K x T").says("f32, row k sample j at j ms; sorted by APD90.");
  d.constant("AP_upstroke", "ms", "").says("Time within a row at which the upstroke crosses half its height.");
  d.constant("APD90", "ms", "K").says("Of each row, ascending.");
  d.constant("value", "1", "K").says("Multiplier of the varied parameter.");
  d.constant_table("dictionary").shown_as(Hint::table).says("Multiplier and biomarkers of each row.");
  d.constant("APD90_lowest", "ms", "").shown_as(Hint::scalar).says("Shortest APD90 that any variant reached.");
  d.constant("APD90_highest", "ms", "").shown_as(Hint::scalar).says("Longest APD90 that any variant reached.");
  d.constant("APD90_kept_lowest", "ms", "").shown_as(Hint::scalar).says("Of the first row.");
  d.constant("APD90_kept_highest", "ms", "").shown_as(Hint::scalar).says("Of the last row.");
  d.constant("entries", "1", "").shown_as(Hint::scalar).says("Rows.");
  return d;
}

ApDictionary::ApDictionary(const Settings& settings)
    : vary_(settings.text("vary")),
      published_ranges_(settings.text("accept") == "published"),
      diffusion_(settings.text("stimulus") == "diffusion") {
  const std::vector<double> range = settings.numbers("range");
  if (range.size() != 2 || !(range[0] < range[1]))
    throw ScenarioError("range", "range must be two multipliers, lowest first, such as [0.02, 50]");
  recipe_.low = range[0];
  recipe_.high = range[1];
  recipe_.baseline_beats = static_cast<int>(settings.integer("beats"));
  recipe_.entries = static_cast<std::size_t>(settings.integer("entries"));
  recipe_.tolerances = {settings.number("rtol"), settings.number("atol")};
  for (const Value& element : settings.list("factors"))
    factors_.emplace_back(element.find("parameter")->text(), element.find("by")->number());
}

std::unique_ptr<const Prepared> ApDictionary::prepare(PrepareContext& context) const {
  const Input& cell = context.input("cell");
  const Input& protocol = context.input("protocol");
  const auto& model = cell.as<IonicModel>();
  std::unique_ptr<Protocol::Drive> drive = protocol.as<Protocol>().drive(model.default_stimulus());
  require_current_protocol(*drive, protocol.instance());
  if (const auto finite = finite_beats(*drive); finite && *finite <= recipe_.baseline_beats)
    throw ScenarioError("beats", fmt::format("'{}' has {} beats that end, the dictionary needs {} and one more; set "
                                             "beats = {} or less, or use protocol.pacing",
                                             protocol.instance(), *finite, recipe_.baseline_beats, *finite - 1));
  if (diffusion_) drive = std::make_unique<DiffusionDrive>(std::move(drive));

  DictionaryRecipe recipe = recipe_;
  recipe.varied = find_evaluate_parameter(cell.descriptor(), cell.instance(), "vary", vary_);
  std::vector<double> base(cell.arguments().begin(), cell.arguments().end());
  for (const auto& [name, by] : factors_)
    base[find_evaluate_parameter(cell.descriptor(), cell.instance(), "factors", name)] *= by;
  const DrugFactors drugs = drug_factors(context);
  drugs.apply(base);
  IdleDrugs().warn_once(context.host(), cell, drugs);
  require_numbers(cell.descriptor(), cell.instance(), base);

  Host& host = context.host();
  const auto progress = host.progress("action potentials");
  std::atomic<std::size_t> done = 0;
  const auto for_each = [&](std::size_t n, const std::function<void(std::size_t)>& body) {
    const std::size_t total = done + n;
    host.parallel_for(n, [&](std::size_t i) {
      if (host.cancelled()) throw Cancelled();
      body(i);
      progress->update(static_cast<double>(++done), static_cast<double>(total));
    });
  };
  std::vector<Variant> variants = explore_variants(model, cell.instance(), base, *drive, recipe, for_each);

  double lowest = nan, highest = nan;
  for (const Variant& v : variants)
    if (!v.AP.empty()) {
      lowest = std::fmin(lowest, v.biomarkers.APD90);
      highest = std::fmax(highest, v.biomarkers.APD90);
    }
  const std::size_t run = variants.size();
  const std::vector<Variant> kept = thin(accepted(std::move(variants), published_ranges_), recipe.entries);
  context.put("APD90_lowest", lowest);
  context.put("APD90_highest", highest);
  put_dictionary(context, kept);
  host.info(fmt::format("{} action potentials run, APD90 {:.1f} to {:.1f} ms; {} kept, {:.1f} to {:.1f} ms", run,
                        lowest, highest, kept.size(), kept.front().biomarkers.APD90, kept.back().biomarkers.APD90));
  return nullptr;
}

}  // namespace tawara::experiments
