#include "ecg_component.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "ecg_discrepancy.hpp"

namespace tawara::discrepancy {
namespace {

enum SlotIndex : int { simulated_slot, observed_slot };
enum OutputIndex : int { discrepancy_output, pcc_output, fit_output, simulated_output, observed_output };

struct Scratch final : Workspace {
  explicit Scratch(Target t) : target(std::move(t)), fits(target.leads().size()) {}
  Target target;
  std::vector<double> lead, compared;
  std::vector<LeadFit> fits;
};

std::optional<std::pair<std::size_t, int>> not_finite(LeadsView leads) {
  for (std::size_t l = 0; l < n_leads; ++l)
    for (std::size_t i = 0; i < leads.n; ++i)
      if (!std::isfinite(leads.lead(l)[i])) return std::pair(l, static_cast<int>(i));
  return std::nullopt;
}

// A batch, so that the QRS of all its rows is judged before the T wave of any is computed: asking for an input computes
// it for every row still active.
class PreparedEcg final : public Prepared, public BatchEvaluate {
 public:
  PreparedEcg(Target target, std::size_t longest) : target_(std::move(target)), longest_(longest) {}

  // Where the inputs are among the outputs of their instances; `length` is how long the simulated leads will be, known
  // only when the QRS can be had first.
  struct Inputs {
    int leads = 0, observed = 0, qrs = -1;
    std::size_t length = 0;
  } inputs;

  [[nodiscard]] std::unique_ptr<Workspace> workspace() const override { return std::make_unique<Scratch>(target_); }
  [[nodiscard]] const void* ability(std::string_view name) const override {
    return name == "batch" ? static_cast<const BatchEvaluate*>(this) : nullptr;
  }
  [[nodiscard]] int lanes() const override { return 16; }

  void evaluate(int group, Row& row) const override { evaluate_rows(group, row.batch(), row.index(), row.index() + 1); }
  void evaluate(int group, Batch& batch) const override { evaluate_rows(group, batch, 0, batch.rows()); }

 private:
  void evaluate_rows(int group, Batch& batch, int first, int last) const {
    auto& scratch = static_cast<Scratch&>(*batch.workspace());
    if (group == 0 && inputs.qrs >= 0)
      for (int row = first; row < last; ++row) judge_qrs(batch, row, scratch);
    for (int row = first; row < last; ++row) judge(group, batch, row, scratch);
  }

  void judge_qrs(Batch& batch, int row, Scratch& scratch) const {
    if (!batch.active(row) || !std::isfinite(batch.limit(row))) return;
    const Array& array = batch.input(row, simulated_slot, 0, inputs.qrs);
    if (!batch.active(row)) return;
    const LeadsView qrs = view(array, longest_, "simulated QRS");
    if (not_finite(qrs)) return;  // judge() says where
    const LeadsView observed = observed_leads(batch, row);
    if (!batch.active(row)) return;
    scratch.target.assign(observed, std::max(std::min(inputs.length, longest_), observed.n));
    if (lower_bound(qrs, scratch.target) > batch.limit(row)) batch.abandon(row);
  }

  void judge(int group, Batch& batch, int row, Scratch& scratch) const {
    if (!batch.active(row)) return;
    const Array& array = batch.input(row, simulated_slot, 0, inputs.leads);
    if (!batch.active(row)) return;
    const LeadsView simulated = view(array, longest_, "simulated");
    if (const auto place = not_finite(simulated)) {
      batch.fail(row, "nan",
                 std::string("simulated lead ") + lead_names[place->first] + " is not finite at sample " +
                     std::to_string(place->second));
      return;
    }
    const LeadsView observed = observed_leads(batch, row);
    if (!batch.active(row)) return;
    scratch.target.assign(observed, std::max(simulated.n, observed.n));
    scratch.lead.resize(scratch.target.length());
    if (group == 0) {
      const Fit fit = ecg_discrepancy(simulated, scratch.target, scratch.lead);
      put(batch.output(row, discrepancy_output), fit.discrepancy);
      put(batch.output(row, pcc_output), fit.pcc);
      return;
    }
    scratch.compared.resize(scratch.target.leads().size() * scratch.target.length());
    (void)ecg_discrepancy(simulated, scratch.target, scratch.lead, scratch.fits, scratch.compared);
    batch.output_table(row, fit_output) = lead_table(scratch.fits);
    put_leads(batch.output(row, simulated_output), scratch.target, scratch.compared);
    put_leads(batch.output(row, observed_output), scratch.target, scratch.target.samples());
  }

  LeadsView observed_leads(Batch& batch, int row) const {
    return view(batch.input(row, observed_slot, 0, inputs.observed), longest_, "observed");
  }

  static void put(Array& output, double value) {
    output.reshape(DType::f64, {});
    output.mutable_span<double>()[0] = value;
  }

  // Twelve rows in the usual order; leads that are not compared hold NaN.
  static void put_leads(Array& output, const Target& target, std::span<const double> compared) {
    const std::size_t n = target.length();
    output.reshape(DType::f64, {n_leads, n});
    const auto all = output.mutable_span<double>();
    std::fill(all.begin(), all.end(), std::numeric_limits<double>::quiet_NaN());
    for (std::size_t k = 0; k < target.leads().size(); ++k)
      std::copy_n(compared.begin() + static_cast<std::ptrdiff_t>(k * n), n,
                  all.begin() + static_cast<std::ptrdiff_t>(target.leads()[k] * n));
  }

  Table lead_table(std::span<const LeadFit> fits) const {
    std::vector<std::string> names;
    std::vector<double> pcc, rmse;
    for (std::size_t k = 0; k < fits.size(); ++k) {
      names.emplace_back(lead_names[target_.leads()[k]]);
      pcc.push_back(fits[k].pcc);
      rmse.push_back(fits[k].rmse);
    }
    return Table().add_text("lead", names).add("pcc", "1", pcc).add("rmse", "1", rmse);
  }

  Target target_;  // without samples: which leads, how long a QRS
  std::size_t longest_;
};

// Samples are compared one by one, so both sides have to be at 1 kHz.
void check_sampling(const Input& input, const char* parameter) {
  const int t = input.descriptor().output_index("t");
  if (t < 0 || !input.descriptor().outputs[static_cast<std::size_t>(t)].constant || !input.has("t")) return;
  const Array& times = input.array("t");
  if (times.size() < 2) return;
  const double step = times.at(1) - times.at(0);
  if (std::abs(step - 1) > 1e-6)
    throw ScenarioError(parameter, "the leads of '" + input.instance() + "' are " + std::to_string(step) +
                                       " ms apart; expected 1 ms (1 kHz): resample them");
}

}  // namespace

Descriptor EcgDiscrepancy::describe() {
  Descriptor d("discrepancy.ecg", "Mismatch of simulated and observed ECG leads in shape and size");
  d.doc =
      "D = 100 mean_l (1 - r_l)^2 + 2 mean_l RMSE_l / max|observed_l| over the chosen leads; r is Pearson's. Before "
      "that, every "
      "lead loses its baseline (mean of its first and last-but-one sample), I and II are divided by the mean of their "
      "two QRS "
      "amplitudes and V1-V6 by the mean of their six, so units do not matter. Both recordings begin at the QRS onset, "
      "at 1 kHz; "
      "the shorter one is continued with its last value. A flat simulated lead gets r = 0. With r the same in all "
      "leads and no "
      "RMSE, D = 2 is r = 0.86.\n\n"
      "While a sampler asks only for what is below a threshold, rows whose QRS alone already puts D above it are "
      "abandoned "
      "before their T wave is computed; the bound is rigorous, so the posterior does not change.";
  d.citations = {"10.1016/j.media.2024.103361", "10.1016/j.media.2021.102143"};
  std::vector<Choice> names;
  for (const char* name : lead_names) names.push_back({name, ""});
  Parameter lead = make_parameter("lead", Type::choice);
  lead.choices = names;
  d.list("leads", lead).says("Leads to compare. The others of the twelve follow from I and II.").default_value =
      List{"I", "II", "V1", "V2", "V3", "V4", "V5", "V6"};
  d.number("qrs_duration", "ms", 200).allowed(20, 400).says("Window in which QRS amplitudes are taken.");
  d.number("duration", "ms")
      .absent_by_default()
      .at_least(20)
      .says(
          "Compare only this much from the QRS onset (100 to 200 ms fits the QRS alone). Absent: everything there is.");
  d.slot("simulated", "")
      .needs("qrs", "")
      .needs("leads", "")
      .needs("t", "ms")
      .or_else()
      .needs("leads", "")
      .says("12 leads x samples. With `qrs` (their beginning, cheaper) and `t`, hopeless rows are abandoned early.");
  d.slot("observed", "").needs("leads", "").says("12 leads x samples: a recording, or a planted one.");
  d.output("discrepancy", "1").summary_as("discrepancy").says("D, 0 for a perfect match.");
  d.output("pcc", "1").summary_as("pcc").says("Pearson's r, mean over the leads.");
  d.output_table("lead_fit").in_group(1).shown_as(Hint::table).says("r and relative RMSE of each lead.");
  const std::vector<std::string> labels(lead_names.begin(), lead_names.end());
  for (const char* side : {"simulated", "observed"})
    d.output(side, "1", "12 x n_samples")
        .in_group(1)
        .shown_as(Hint::leads)
        .rows(labels)
        .says(std::string("The ") + side + " leads as they are compared: without baseline, divided by QRS amplitude.");
  return d;
}

EcgDiscrepancy::EcgDiscrepancy(const Settings& settings) {
  const auto leads = settings.texts("leads");
  if (leads.empty())
    throw ScenarioError("leads", "no lead is left to compare; name at least one of I II III aVR aVL aVF V1-V6");
  for (auto lead = leads.begin(); lead != leads.end(); ++lead)
    if (std::find(leads.begin(), lead, *lead) != lead)
      throw ScenarioError("leads", "lead " + *lead + " is listed twice; name each lead once");
}

std::unique_ptr<const Prepared> EcgDiscrepancy::prepare(PrepareContext& context) const {
  const Settings& settings = context.settings();
  std::vector<std::size_t> leads;
  for (const std::string& name : settings.texts("leads"))
    leads.push_back(
        static_cast<std::size_t>(std::find(lead_names.begin(), lead_names.end(), name) - lead_names.begin()));
  const auto n_qrs = static_cast<std::size_t>(settings.number("qrs_duration"));
  const std::size_t longest = settings.has("duration") ? static_cast<std::size_t>(settings.number("duration"))
                                                       : std::numeric_limits<std::size_t>::max();

  const Input& simulated = context.input("simulated");
  const Input& observed = context.input("observed");
  check_sampling(simulated, "simulated");
  check_sampling(observed, "observed");
  auto prepared = std::make_unique<PreparedEcg>(Target(leads, n_qrs), longest);
  prepared->inputs.leads = simulated.descriptor().output_index("leads");
  prepared->inputs.observed = observed.descriptor().output_index("leads");
  if (context.alternative("simulated") == 0) {
    prepared->inputs.qrs = simulated.descriptor().output_index("qrs");
    prepared->inputs.length = simulated.array("t").size();
  }
  // A recording that cannot be compared with should stop the run now, not fail every row.
  if (observed.descriptor().outputs[static_cast<std::size_t>(prepared->inputs.observed)].constant) {
    const LeadsView recording = view(observed.array("leads"), longest, "observed");
    Target(leads, n_qrs).assign(recording, recording.n);
  }
  return prepared;
}

}  // namespace tawara::discrepancy
