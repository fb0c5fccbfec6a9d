#include "experiments/protocol_search/protocol_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "experiments/drugs.hpp"
#include "experiments/names.hpp"
#include "experiments/population/candidates.hpp"
#include "experiments/population/cohort.hpp"
#include "experiments/protocol_search/growing_ridge.hpp"
#include "experiments/protocol_search/search_state.hpp"
#include "experiments/protocol_search/slots.hpp"
#include "experiments/protocol_search/stepped_cells.hpp"
#include "experiments/protocol_search/targets.hpp"
#include "experiments/run_length.hpp"
#include "experiments/single_cell.hpp"
#include "experiments/thread_time.hpp"

namespace tawara::experiments {
namespace {

constexpr int random_baselines = 5;
constexpr std::size_t judged_at_once = 128;  ///< cells whose candidates one thread judges

class Search {
 public:
  explicit Search(PrepareContext& context)
      : context_(context),
        host_(context.host()),
        settings_(context.settings()),
        cell_(context.input("cell")),
        model_(cell_.as<IonicModel>()),
        cohort_(context),
        plan_(SlotPlan::read(settings_)),
        targets_(settings_, cohort_) {
    if (cohort_.paths().empty())
      throw ScenarioError("parameters",
                          "nothing varies, so that there is nothing to tell from a recording; say what does");
    lanes_ = static_cast<const BatchedModel*>(cell_.prepared().ability(BatchedModel::ability_name));
    if (!lanes_ || !lanes_->double_lanes().holds())
      throw ScenarioError("cell", fmt::format("'{}' ({}) cannot be stepped in blocks under a held voltage, as a search "
                                              "needs; cell models made with the SDK's tawara/model can",
                                              cell_.instance(), cell_.descriptor().name));
    if (keeps_beating(settings_)) require_draws(settings_, cohort_);
    read_cells();
    read_recording();
  }

  void run() {
    if (const auto saved = host_.load_state()) resume(SearchState::read(*saved));
    idle_drugs_.warn_once(host_, cell_, cohort_.factors());
    const std::size_t n_slots = plan_.fixed.size();
    const auto searched = static_cast<std::size_t>(std::count(plan_.fixed.begin(), plan_.fixed.end(), std::nullopt));
    host_.info(
        fmt::format("{} cells that differ in {} parameters; {} slots of {:g} ms, {} of them searched among {} "
                    "voltages",
                    n_cells_, targets_.parameters(), n_slots, plan_.slot, searched, plan_.candidates.size()));
    make_cells();
    SteppedCells cells(model_, *lanes_, arguments_, recording_);
    GrowingRidge learner(truth_, targets_.parameters(), split_, strengths_);
    const auto progress = host_.progress("slots");
    for (std::size_t s = 0; s < n_slots; ++s) {
      if (s >= state_.slots.size()) choose(cells, learner);
      const Segment chosen{chosen_V(s), plan_.slot};
      const Eigen::MatrixXd record = cells.advance(host_, std::span(&chosen, 1));
      const double begun = thread_cpu_ms();
      learner.append(record);
      scoring_ms_ += thread_cpu_ms() - begun;
      progress->update(static_cast<double>(s + 1), static_cast<double>(n_slots));
    }
    simulation_ms_ = cells.cpu_ms();
    conclude(learner);
  }

 private:
  void read_cells() {
    const std::optional<std::size_t> rows = cohort_.design_rows();
    n_cells_ = static_cast<std::size_t>(settings_.integer("cells"));
    if (rows && n_cells_ > *rows)
      throw ScenarioError("cells", fmt::format("{} cells are asked for, but the design has {} rows", n_cells_, *rows));
    const double validation = settings_.number("validation"), held_back = settings_.number("held_back");
    const auto n = static_cast<double>(n_cells_);
    const auto n_validation = static_cast<std::size_t>(std::round(validation * n)),
               n_held_back = static_cast<std::size_t>(std::round(held_back * n));
    if (n_validation < 2 || n_held_back < 2 || n_validation + n_held_back + 2 > n_cells_)
      throw ScenarioError("cells",
                          fmt::format("of {} cells {} would validate, {} would be held back and the rest be "
                                      "learnt from; each needs 2 at least: take more cells, or other fractions",
                                      n_cells_, n_validation, n_held_back));
    // Shuffled, because rows of a design may come in an order.
    std::vector<std::size_t> order(n_cells_);
    std::iota(order.begin(), order.end(), 0);
    host_.random("split").shuffle(order);
    for (std::size_t i = 0; i < n_cells_; ++i)
      (i < n_validation                 ? split_.validation
       : i < n_validation + n_held_back ? split_.held_back
                                        : split_.training)
          .push_back(static_cast<Eigen::Index>(order[i]));
    for (auto* rows_of : {&split_.training, &split_.validation, &split_.held_back})
      std::sort(rows_of->begin(), rows_of->end());
    strengths_ = settings_.numbers("ridge");
    if (strengths_.empty()) throw ScenarioError("ridge", "no strength of the ridge is given; name one at least");
  }

  void read_recording() {
    const std::string& observable = settings_.text("observable");
    std::vector<std::string> known;
    for (const auto& of_model : model_.observables()) known.push_back(of_model.name);
    const auto found = std::find(known.begin(), known.end(), observable);
    if (found == known.end())
      throw ScenarioError("observable", fmt::format("'{}' is no observable of '{}'{} (it has: {})", observable,
                                                    cell_.instance(), did_you_mean(observable, known), joined(known)));
    recording_ = {.observable = static_cast<std::size_t>(found - known.begin()),
                  .times = {.step = settings_.number("feature_step"),
                            .onset = settings_.number("onset"),
                            .onset_step = settings_.number("onset_step")},
                  .tolerance = settings_.number("tolerance")};
    double features = 0;
    for (std::size_t s = 0; s < plan_.fixed.size(); ++s) {
      const double begin = static_cast<double>(s) * plan_.slot;
      const HeldVoltage slot{0, begin, begin + plan_.slot, begin};
      features += static_cast<double>(recording_.times.count({&slot, 1}));
    }
    const double bytes =
        8 * features * (features + static_cast<double>(n_cells_)) * static_cast<double>(strengths_.size());
    if (bytes > most_in_shard)
      throw ScenarioError("feature_step", fmt::format("{:g} features of {} cells take {:.1f} GiB to learn from, more "
                                                      "than the {:g} GiB there is room for; lengthen feature_step or "
                                                      "shorten onset",
                                                      features, n_cells_, bytes / 0x1p30, most_in_shard / 0x1p30));
  }

  void resume(SearchState state) {
    bool fits =
        state.slots.size() <= plan_.fixed.size() && state.cells.size() == (keeps_beating(settings_) ? n_cells_ : 0);
    for (std::size_t s = 0; fits && s < state.slots.size(); ++s) fits = state.slots[s].V == plan_.tried(s);
    if (!fits)
      throw DataError("the state to resume is of a search with other cells or other slots; run without --resume");
    state_ = std::move(state);
    host_.info(fmt::format("{} slots were chosen before", state_.slots.size()));
  }

  void make_cells() {
    if (keeps_beating(settings_) && state_.cells.empty()) judge_candidates();
    truth_.resize(static_cast<Eigen::Index>(n_cells_), static_cast<Eigen::Index>(targets_.size()));
    std::vector<double> values(cohort_.paths().size());
    Eigen::RowVectorXd factors(truth_.cols());
    for (std::size_t i = 0; i < n_cells_; ++i) {
      std::uint64_t candidate = 0;
      if (!state_.cells.empty()) {
        if (!state_.cells[i].kept)
          throw SolverError(
              fmt::format("none of {} candidates for cell {} beats by itself; bring what varies nearer to "
                          "a cell that beats",
                          state_.cells[i].drawn(), i));
        candidate = *state_.cells[i].kept;
      }
      cohort_.values(i, values, candidate);
      const std::string problem = cohort_.arguments(values, arguments_.emplace_back());
      if (!problem.empty()) throw ScenarioError("parameters", fmt::format("cell {}: {}; narrow its prior", i, problem));
      targets_.factors(values, factors);
      truth_.row(static_cast<Eigen::Index>(i)) = factors;
    }
  }

  void judge_candidates() {
    std::vector<std::uint64_t> indices(n_cells_);
    std::iota(indices.begin(), indices.end(), 0);
    const BeatingFilter filter(model_, lanes_, cohort_);
    state_.cells.resize(n_cells_);
    std::vector<double> cpu_ms((n_cells_ + judged_at_once - 1) / judged_at_once);
    host_.parallel_for(cpu_ms.size(), [&](std::size_t c) {
      const std::size_t at = c * judged_at_once, size = std::min(judged_at_once, n_cells_ - at);
      const auto found =
          filter.find(std::span(indices).subspan(at, size), cpu_ms[c], [&] { return host_.cancelled(); });
      std::copy(found.begin(), found.end(), state_.cells.begin() + static_cast<std::ptrdiff_t>(at));
    });
    host_.info(fmt::format("{} candidates were left alone for {} cells that beat by themselves, {:.1f} s of CPU time",
                           drawn(), n_cells_, std::accumulate(cpu_ms.begin(), cpu_ms.end(), 0.0) / 1000));
    host_.save_state(state_.text());
  }

  [[nodiscard]] double drawn() const {
    double n = 0;
    for (const Candidates& cell : state_.cells) n += cell.drawn();
    return state_.cells.empty() ? static_cast<double>(n_cells_) : n;
  }

  [[nodiscard]] double chosen_V(std::size_t s) const { return state_.slots[s].V[state_.slots[s].chosen]; }

  /// The next slot.
  void choose(const SteppedCells& cells, const GrowingRidge& learner) {
    const std::size_t s = state_.slots.size();
    SearchState::Slot slot;
    slot.V = plan_.tried(s);
    std::vector<Segment> segments;
    for (const double V : slot.V) segments.push_back({V, plan_.slot});
    const std::vector<Eigen::MatrixXd> records = cells.look_ahead(host_, segments);
    std::vector<double> cpu_ms(records.size());
    slot.mse.resize(slot.V.size());
    slot.strength.resize(slot.V.size());
    host_.parallel_for(records.size(), [&](std::size_t k) {
      if (host_.cancelled()) throw Cancelled();
      const double begun = thread_cpu_ms();
      const GrowingRidge::Score score = learner.score(records[k]);
      cpu_ms[k] = thread_cpu_ms() - begun;
      slot.mse[k] = score.mse;
      slot.strength[k] = score.strength;
    });
    scoring_ms_ = std::accumulate(cpu_ms.begin(), cpu_ms.end(), scoring_ms_);
    tried_ += static_cast<double>(slot.V.size());
    slot.chosen = best_candidate(slot.V, slot.mse, s > 0 ? chosen_V(s - 1) : slot.V.front());
    state_.slots.push_back(std::move(slot));
    host_.save_state(state_.text());
    host_.debug(fmt::format("slot {}: {:g} mV, mean squared error {:.5f}", s, chosen_V(s),
                            state_.slots[s].mse[state_.slots[s].chosen]));
  }

  [[nodiscard]] Eigen::MatrixXd held_back_truth() const { return truth_(split_.held_back, Eigen::all); }

  void conclude(const GrowingRidge& learner) {
    put_waveform();
    put_scores();
    const Accuracy accuracy = accuracy_of(targets_, held_back_truth(), learner.predict_held_back());
    const Eigen::MatrixXd guess = learner.mean().replicate(static_cast<Eigen::Index>(split_.held_back.size()), 1);
    const Accuracy trivial = accuracy_of(targets_, held_back_truth(), guess);
    put_parameters(accuracy, trivial);
    put_baselines(accuracy, trivial);
    context_.put("mse", accuracy.mean_mse);
    context_.put("mae", accuracy.mean_mae);
    context_.put("median_R2", accuracy.median_R2);
    context_.put("mse_unrecorded", trivial.mean_mse);
    context_.put("candidates", drawn());
    context_.put("acceptance", static_cast<double>(n_cells_) / drawn());
    context_.put("cpu_ms_simulation", simulation_ms_);
    context_.put("cpu_ms_scoring", scoring_ms_);
    context_.put("cpu_ms_per_voltage", tried_ > 0 ? (simulation_ms_ + scoring_ms_) / tried_ : 0.0);
    host_.info(
        fmt::format("held-back cells: mean squared error {:.4f} of factors ({:.4f} without a recording), median R2 "
                    "{:.3f} of what is identifiable",
                    accuracy.mean_mse, trivial.mean_mse, accuracy.median_R2));
  }

  void put_waveform() {
    std::vector<double> V, durations;
    for (std::size_t s = 0; s < state_.slots.size(); ++s) {
      if (!V.empty() && V.back() == chosen_V(s)) {
        durations.back() += plan_.slot;
        continue;
      }
      V.push_back(chosen_V(s));
      durations.push_back(plan_.slot);
    }
    const double step = settings_.number("waveform_step");
    std::vector<double> t, command;
    for (int i = 0; i * step < plan_.duration() * (1 - 1e-12); ++i) {
      t.push_back(i * step);
      command.push_back(chosen_V(static_cast<std::size_t>(i * step / plan_.slot * (1 + 1e-12))));
    }
    Table waveform, steps;
    waveform.add("t", "ms", std::move(t)).add("V_command", "mV", std::move(command));
    steps.add("V_m", "mV", std::move(V)).add("duration", "ms", std::move(durations));
    context_.put("waveform", std::move(waveform));
    context_.put("steps", std::move(steps));
  }

  void put_scores() {
    Table scores, slots;
    std::vector<double> slot, V, mse, strength, index, t, chosen_at, mse_at, strength_at, searched;
    for (std::size_t s = 0; s < state_.slots.size(); ++s) {
      const SearchState::Slot& found = state_.slots[s];
      for (std::size_t k = 0; k < found.V.size(); ++k) {
        slot.push_back(static_cast<double>(s));
        V.push_back(found.V[k]);
        mse.push_back(found.mse[k]);
        strength.push_back(found.strength[k]);
      }
      index.push_back(static_cast<double>(s));
      t.push_back(static_cast<double>(s) * plan_.slot);
      chosen_at.push_back(chosen_V(s));
      mse_at.push_back(found.mse[found.chosen]);
      strength_at.push_back(found.strength[found.chosen]);
      searched.push_back(plan_.fixed[s] ? 0 : 1);
    }
    scores.add("slot", "1", std::move(slot)).add("V", "mV", std::move(V)).add("mse", "1", std::move(mse));
    scores.add("ridge", "1", std::move(strength));
    slots.add("slot", "1", std::move(index)).add("t", "ms", std::move(t)).add("V", "mV", std::move(chosen_at));
    slots.add("mse", "1", std::move(mse_at)).add("ridge", "1", std::move(strength_at));
    slots.add("searched", "1", std::move(searched));
    context_.put("scores", std::move(scores));
    context_.put("slots", std::move(slots));
  }

  void put_parameters(const Accuracy& accuracy, const Accuracy& trivial) {
    Table table;
    std::vector<std::string> names;
    std::vector<double> identifiable;
    for (std::size_t k = 0; k < targets_.size(); ++k) {
      names.push_back(targets_.name(k));
      identifiable.push_back(targets_.identifiable(k) ? 1 : 0);
    }
    table.add_text("name", std::move(names)).add("R2", "1", accuracy.R2).add("mae", "1", accuracy.mae);
    table.add("mae_unrecorded", "1", trivial.mae).add("mse", "1", accuracy.mse);
    table.add("identifiable", "1", std::move(identifiable));
    context_.put("parameters", std::move(table));
  }

  void put_baselines(const Accuracy& accuracy, const Accuracy& trivial) {
    Table table;
    std::vector<std::string> names;
    std::vector<double> mse, mae, R2;
    const auto add = [&](std::string name, const Accuracy& of) {
      names.push_back(std::move(name));
      mse.push_back(of.mean_mse);
      mae.push_back(of.mean_mae);
      R2.push_back(of.median_R2);
    };
    add("search", accuracy);
    for (const std::string& baseline : settings_.texts("baselines")) {
      if (baseline == "staircase")
        add(baseline, accuracy_under(staircase(plan_)));
      else if (baseline == "ramp")
        add(baseline, accuracy_under(ramp(plan_, recording_.times.step), false));
      else
        for (int r = 0; r < random_baselines; ++r)
          add(fmt::format("random {}", r + 1),
              accuracy_under(random_slots(plan_, host_.random("baseline", static_cast<std::uint64_t>(r)))));
    }
    add("no recording", trivial);
    table.add_text("name", std::move(names)).add("mse", "1", std::move(mse)).add("mae", "1", std::move(mae));
    table.add("median_R2", "1", std::move(R2));
    context_.put("baselines", std::move(table));
  }

  /// @param onsets  sample beginnings of segments as those of slots; the pieces of a ramp are none
  [[nodiscard]] Accuracy accuracy_under(const std::vector<Segment>& segments, bool onsets = true) const {
    SegmentRecording recording = recording_;
    if (!onsets) recording.times.onset = 0;
    SteppedCells cells(model_, *lanes_, arguments_, recording);
    GrowingRidge learner(truth_, targets_.parameters(), split_, strengths_);
    learner.append(cells.advance(host_, segments));
    return accuracy_of(targets_, held_back_truth(), learner.predict_held_back());
  }

  PrepareContext& context_;
  Host& host_;
  const Settings& settings_;
  const Input& cell_;
  const IonicModel& model_;
  const BatchedModel* lanes_;
  Cohort cohort_;
  SlotPlan plan_;
  Targets targets_;
  std::size_t n_cells_ = 0;
  Split split_;
  std::vector<double> strengths_;
  SegmentRecording recording_{};
  SearchState state_;
  std::vector<std::vector<double>> arguments_;
  Eigen::MatrixXd truth_;  // cells x targets
  double simulation_ms_ = 0, scoring_ms_ = 0, tried_ = 0;
  IdleDrugs idle_drugs_;
};

void describe_cells(Descriptor& d) {
  d.priors("parameters")
      .says(
          "What differs between the cells and is to be told from a recording: `{ paths = [\"myocyte.g_Kr\"], within = "
          "0.4 }`. "
          "Evaluate parameters of cell and drugs that are not 0 in the scenario.");
  d.choice("method", "random",
           {{"random", "independent draws, from a stream of random numbers for each cell"},
            {"sobol", "a randomly shifted Sobol sequence, addressed by the cell's index; best at powers of two"}})
      .says("How `parameters` are drawn.");
  d.integer("cells", 2000).allowed(6, 1000000).usual(500, 20000).says("How many cells are recorded and learnt from.");
  describe_keep(d);
  d.number("validation", "1", 0.2).above(0).at_most(0.9).says("Fraction of the cells that candidates are scored on.");
  d.number("held_back", "1", 0.2)
      .above(0)
      .at_most(0.9)
      .says("Fraction of the cells that results are reported on; nothing is chosen by them.");
}

Parameter fixed_slots() {
  Parameter slot = make_parameter("slot", Type::record);
  slot.members = {
      make_parameter("t", Type::number, "ms").at_least(0).says("Where it begins."),
      make_parameter("V", Type::number, "mV").allowed(lowest_command, highest_command).says("Its voltage.")};
  return slot;
}

void describe_slots(Descriptor& d) {
  d.number("slot", "ms", 250).above(0).at_most(100000).usual(50, 1000).says("How long a voltage is held.");
  d.number("duration", "ms", 7000).above(0).at_most(1e6).usual(1000, 20000).says("Of the whole command.");
  d.list("fixed", fixed_slots())
      .says("Slots that are not searched. Those that would begin after the end are left out.")
      .default_value = List{Value(Record{{"t", 0.0}, {"V", -100.0}}), Value(Record{{"t", 6000.0}, {"V", -120.0}})};
  d.number("V_low", "mV", -120).allowed(lowest_command, highest_command).usual(-150, 0).says("Lowest candidate.");
  d.number("V_high", "mV", 50).allowed(lowest_command, highest_command).usual(0, 100).says("Highest candidate.");
  d.number("V_step", "mV", 10).allowed(0.1, 400).usual(5, 40).says("From one candidate to the next.");
}

void describe_learner(Descriptor& d) {
  d.text("observable", "I_ion").says("What is recorded.");
  d.number("feature_step", "ms", 10).above(0).usual(1, 50).says("A sample of it every so often is a feature.");
  d.number("onset", "ms", 0)
      .at_least(0)
      .usual(0, 20)
      .says(
          "So long after each jump of the command, where fast currents flow, it is sampled every `onset_step` instead. "
          "A slot at the voltage of the one before it has no jump.");
  d.number("onset_step", "ms", 0.1).above(0).usual(0.05, 1).says("Spacing there.");
  d.list("ridge", make_parameter("strength", Type::number).above(0).at_most(1e6))
      .expert()
      .says("Strengths of the ridge, per training cell; the one with the least error on validation cells is taken.")
      .default_value = List{1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3};
  d.number("tolerance", "1", 1)
      .above(0)
      .at_most(100)
      .usual(0.3, 3)
      .log()
      .says("Of the steps of blocks of 16 cells; larger is coarser.");
  Parameter term = make_parameter("term", Type::record);
  term.members = {make_parameter("of", Type::text).absent_by_default().says("A path that varies; absent: 1."),
                  make_parameter("over", Type::text).absent_by_default().says("Another it is divided by; absent: 1."),
                  make_parameter("ln", Type::boolean, "1", false).says("Take the natural logarithm of that."),
                  make_parameter("times", Type::number, "1", 1.0).says("Factor on the term.")};
  Parameter terms = make_parameter("terms", Type::list).says("Summed up.");
  terms.members = {term};
  Parameter combination = make_parameter("combination", Type::record);
  combination.members = {make_parameter("name", Type::text).says("What to call it."), terms};
  d.list("combinations", combination)
      .absent_by_default()
      .says(
          "What a current can tell where it cannot tell parameters one by one, reported beside them: sums of terms "
          "`times * of / over`, or of its logarithm.");
  d.list("hidden", make_parameter("path", Type::text))
      .absent_by_default()
      .says("Parameters that no current can tell: left out of `median_R2`, not of `mse`.");
  Parameter baseline = make_parameter("name", Type::choice);
  baseline.choices = {{"staircase", "up and down through the candidates, slot by slot"},
                      {"ramp", "from the lowest candidate to the highest and back, in steps of `feature_step`"},
                      {"random", "candidates at random; five such commands"}};
  d.list("baselines", baseline)
      .says("Commands of the same length to compare with, learnt from in the same way and judged on the same cells.")
      .default_value = List{"staircase", "ramp", "random"};
  d.number("waveform_step", "ms", 1).above(0).usual(0.05, 10).says("Spacing of `waveform`.");
}

void describe_results(Descriptor& d) {
  d.constant_table("waveform")
      .shown_as(Hint::protocol)
      .says("The command, evenly sampled, as amplifier programs load it.");
  d.constant_table("steps")
      .shown_as(Hint::table)
      .says("The command as steps; protocol.voltage_clamp takes the file (`file = \".../INSTANCE.steps.csv\"`).");
  d.constant_table("slots")
      .shown_as(Hint::history)
      .says("By slot: its voltage and the error on validation cells with all slots up to it; whether it was searched.");
  d.constant_table("scores").shown_as(Hint::table).says("The same for every candidate.");
  d.constant_table("parameters")
      .shown_as(Hint::table)
      .says(
          "By parameter and combination, held-back cells: R2, mean absolute and mean squared error of the factor on "
          "what "
          "the scenario sets, and the absolute error without a recording (everything as the mean of the training "
          "cells).");
  d.constant_table("baselines").shown_as(Hint::table).says("The same summed up, for each command.");
  d.constant("mse", "1", "").summary_as("mse").says("Mean squared error over parameters, held-back cells.");
  d.constant("mae", "1", "").summary_as("mae").says("Mean absolute error over parameters, held-back cells.");
  d.constant("median_R2", "1", "")
      .summary_as("median_R2")
      .says("Median over combinations and parameters not `hidden`.");
  d.constant("mse_unrecorded", "1", "").summary_as("mse_unrecorded").says("Mean squared error without a recording.");
  d.constant("candidates", "1", "").summary_as("candidates").says("Cells drawn: `cells`, unless `keep` left some out.");
  d.constant("acceptance", "1", "").summary_as("acceptance").says("Accepted ones as a fraction of them.");
  d.constant("cpu_ms_simulation", "ms", "")
      .summary_as("cpu_ms_simulation")
      .says("CPU time of simulating the search in this run, without baselines and candidates left alone.");
  d.constant("cpu_ms_scoring", "ms", "").summary_as("cpu_ms_scoring").says("CPU time of learning from it.");
  d.constant("cpu_ms_per_voltage", "ms", "").summary_as("cpu_ms_per_voltage").says("Both, per voltage that was tried.");
}

}  // namespace

Descriptor ProtocolSearch::describe() {
  Descriptor d("experiment.protocol_search", "A voltage-clamp command that tells most about a cell, slot by slot");
  d.doc =
      "Greedy. The command so far is followed by each candidate voltage for one slot; a learner is fitted to the "
      "currents "
      "of some cells and scored on others; the candidate whose error is least stays. Of equal ones it is the one "
      "nearest "
      "to the voltage before. No slot is taken back later. All cells begin in the model's initial state.\n\n"
      "The learner is a ridge regression from the recorded current to each parameter's factor on what the scenario "
      "sets; "
      "scores compare commands with one another and are no bound on what a better learner finds. A cell's state at the "
      "end "
      "of the command so far is kept, so a slot costs its candidates and not the way to it. `--resume` goes on behind "
      "the "
      "last slot that was finished.";
  d.citations = {"Yang et al., eLife 110013 (greedy search, 250 ms slots, -120 to 50 mV)"};
  describe_cells(d);
  describe_slots(d);
  describe_learner(d);
  describe_results(d);
  d.slot("cell", "ionic").offers("ionic").spread("parameters").says("The cell model; it must run in lanes.");
  add_drugs_slot(d).spread("parameters");
  d.slot("design", "").optional().needs("population", "").says("A row for each cell.");
  return d;
}

ProtocolSearch::ProtocolSearch(const Settings&) {}

std::unique_ptr<const Prepared> ProtocolSearch::prepare(PrepareContext& context) const {
  Search(context).run();
  return nullptr;
}

}  // namespace tawara::experiments
