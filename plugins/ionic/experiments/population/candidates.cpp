#include "experiments/population/candidates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "experiments/beating_cells.hpp"
#include "experiments/names.hpp"
#include "experiments/thread_time.hpp"

namespace tawara::experiments {
namespace {

constexpr std::size_t impossible = Candidates::verdicts.size() - 1;  // "parameter"
constexpr std::size_t refuse_after = 1000;

std::size_t verdict_of(Beating label) {
  const auto at = std::find(Candidates::verdicts.begin(), Candidates::verdicts.end(), name_of(label));
  return static_cast<std::size_t>(at - Candidates::verdicts.begin());
}

/// Draws candidates for some cells and keeps the account. Some of a cell's may be under way at once when no other cell
/// is left to ask about: those behind the first that beats were drawn in vain and do not count, so which they are
/// changes nothing.
class Drawing {
 public:
  Drawing(std::span<const std::uint64_t> cells, const Cohort& cohort)
      : cells_(cells), cohort_(cohort), found_(cells.size()), verdicts_(cells.size()), values_(cohort.paths().size()) {
    for (std::size_t i = 0; i < cells.size(); ++i) open_.push_back(i);
  }

  /// The next one to be judged. @return false: no cell wants one
  bool next(std::vector<double>& arguments) {
    for (;;) {
      // The open cell with the fewest under way.
      const auto under_way = [&](std::size_t i) {
        return verdicts_[i].size() - static_cast<std::size_t>(found_[i].drawn());
      };
      std::size_t best = cells_.size();
      for (const std::size_t i : open_)
        if (verdicts_[i].size() < BeatingFilter::most_drawn &&
            (best == cells_.size() || under_way(i) < under_way(best)))
          best = i;
      if (best == cells_.size()) return false;
      const std::size_t candidate = verdicts_[best].size();
      verdicts_[best].push_back(unknown);
      cohort_.values(cells_[best], values_, candidate);
      if (cohort_.arguments_without_drugs(values_, arguments).empty()) {
        asked_.emplace_back(best, candidate);
        return true;
      }
      verdicts_[best][candidate] = impossible;
      settle(best);
    }
  }

  /// @param k  the how manieth that next() gave
  /// @return whether any cell is still open
  bool judge(std::size_t k, std::size_t verdict) {
    const auto [cell, candidate] = asked_[k];
    verdicts_[cell][candidate] = verdict;
    settle(cell);
    return !open_.empty();
  }

  [[nodiscard]] std::vector<Candidates> found() const { return found_; }

 private:
  static constexpr std::size_t unknown = Candidates::verdicts.size() + 1;

  /// Count what is known without a gap.
  void settle(std::size_t i) {
    Candidates& cell = found_[i];
    const auto open = std::find(open_.begin(), open_.end(), i);
    if (open == open_.end()) return;
    const auto& verdicts = verdicts_[i];
    for (auto k = static_cast<std::size_t>(cell.drawn()); k < verdicts.size() && verdicts[k] != unknown && !cell.kept;
         ++k)
      if (verdicts[k] == Candidates::verdicts.size())
        cell.kept = k;
      else {
        ++cell.rejected[verdicts[k]];
        ++rejected_;
      }
    any_ = any_ || cell.kept;
    if (cell.kept || cell.drawn() >= BeatingFilter::most_drawn) open_.erase(open);
    if (!any_ && rejected_ >= refuse_after) refuse();
  }

  [[noreturn]] void refuse() const {
    std::vector<double> rejected(Candidates::verdicts.size());
    for (const Candidates& cell : found_)
      for (std::size_t v = 0; v < rejected.size(); ++v) rejected[v] += cell.rejected[v];
    throw ScenarioError(
        "keep", fmt::format("none of {} candidates beats by itself when left alone ({}), so that no cell is there to "
                            "keep. A model that needs a stimulus has none: take keep = \"all\". Otherwise bring what "
                            "varies nearer to a cell that beats",
                            rejected_, verdicts_in_words(rejected)));
  }

  std::span<const std::uint64_t> cells_;
  const Cohort& cohort_;
  std::vector<Candidates> found_;
  std::vector<std::vector<std::size_t>> verdicts_;          // of each cell's candidates, those under way unknown
  std::vector<std::size_t> open_;                           // cells
  std::vector<std::pair<std::size_t, std::size_t>> asked_;  // cell and candidate of each that next() gave
  std::vector<double> values_;
  std::size_t rejected_ = 0;
  bool any_ = false;
};

}  // namespace

int Candidates::drawn() const {
  return std::accumulate(rejected.begin(), rejected.end(), 0) + static_cast<int>(kept.has_value());
}

BeatingFilter::BeatingFilter(const IonicModel& model, const BatchedModel* batched, const Cohort& cohort)
    : model_(model), batched_(batched), cohort_(cohort) {}

std::vector<Candidates> BeatingFilter::find(std::span<const std::uint64_t> cells, double& cpu_ms,
                                            const std::function<bool()>& cancelled) const {
  const double begun = thread_cpu_ms();
  Drawing drawing(cells, cohort_);
  if (batched_) {
    leave_alone(
        model_, *batched_, [&](std::vector<double>& arguments) { return drawing.next(arguments); },
        [&](std::size_t k, const LeftAlone& left) { return drawing.judge(k, verdict_of(left.label)); }, {},
        {.tolerance = 0.3}, cancelled);
  } else {
    std::vector<double> arguments;
    for (std::size_t k = 0; drawing.next(arguments); ++k) {
      if (cancelled && cancelled()) throw Cancelled();
      drawing.judge(k, verdict_of(leave_alone(model_, "", arguments).label));
    }
  }
  cpu_ms = thread_cpu_ms() - begun;
  return drawing.found();
}

void require_draws(const Settings& settings, const Cohort& cohort) {
  if (cohort.design_rows())
    throw ScenarioError("keep",
                        "keep = \"beating\" draws a cell again until it beats, but the cells of a `design` are given; "
                        "leave `keep` out, or draw the cells from `parameters`");
  if (settings.has("method") && settings.text("method") == "sobol")
    throw ScenarioError("keep",
                        "keep = \"beating\" leaves points of the Sobol sequence out, after which it fills the space no "
                        "better than random draws; take method = \"random\"");
}

void describe_keep(Descriptor& d) {
  d.choice("keep", "all",
           {{"all", "every cell that is drawn"},
            {"beating",
             "cells that beat by themselves, regularly, when left alone for 30 s from the model's initial state, "
             "without drugs: each is drawn again until one does, 1000 times at most"}})
      .says(
          "Which of the cells drawn from `parameters` belong to the population. There are `cells` of them either way; "
          "`candidates`, `acceptance` and `verdicts` say what they were chosen from. A candidate costs some "
          "milliseconds (plugins/ionic/kernik/README.md).");
}

bool keeps_beating(const Settings& settings) { return settings.text("keep") == "beating"; }

std::string verdicts_in_words(std::span<const double> rejected) {
  std::vector<std::string> words;
  for (std::size_t v = 0; v < rejected.size(); ++v)
    if (rejected[v] > 0) words.push_back(fmt::format("{} {}", rejected[v], Candidates::verdicts[v]));
  return joined(words);
}

}  // namespace tawara::experiments
