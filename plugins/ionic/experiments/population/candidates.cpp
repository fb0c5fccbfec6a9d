#include "experiments/population/candidates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "experiments/beating_cells.hpp"
#include "experiments/names.hpp"
#include "experiments/thread_time.hpp"

namespace tawara::experiments {
namespace {

constexpr std::size_t impossible = Candidates::verdicts.size() - 1;  // "parameter"
constexpr std::size_t in_flight = 64;  // four per lane: fewer would leave lanes idle while the last of them ends
constexpr std::size_t refuse_after = 1000;

std::size_t verdict_of(Beating label) {
  const auto at = std::find(Candidates::verdicts.begin(), Candidates::verdicts.end(), name_of(label));
  return static_cast<std::size_t>(at - Candidates::verdicts.begin());
}

}  // namespace

int Candidates::drawn() const {
  return std::accumulate(rejected.begin(), rejected.end(), 0) + static_cast<int>(kept.has_value());
}

BeatingFilter::BeatingFilter(const IonicModel& model, const BatchedModel* batched, const Cohort& cohort)
    : model_(model), batched_(batched), cohort_(cohort) {}

std::vector<Candidates> BeatingFilter::find(std::span<const std::uint64_t> cells, double& cpu_ms,
                                            const std::function<bool()>& cancelled) const {
  const double begun = thread_cpu_ms();
  std::vector<Candidates> found(cells.size());
  std::vector<std::size_t> open(cells.size());
  std::iota(open.begin(), open.end(), 0);
  std::vector<double> values(cohort_.paths().size()), arguments, judged;
  bool any = false;
  while (!open.empty()) {
    // Few cells left: several candidates of each at once. Those behind the first that beats were drawn in vain and do
    // not count, so how many there are at once changes nothing.
    const std::size_t at_once = (in_flight + open.size() - 1) / open.size();
    judged.clear();
    std::vector<std::size_t> verdicts(open.size() * at_once, impossible), sound;
    for (std::size_t k = 0; k < verdicts.size(); ++k) {
      const std::size_t i = open[k / at_once];
      cohort_.values(cells[i], values, static_cast<std::uint64_t>(found[i].drawn()) + k % at_once);
      if (!cohort_.arguments_without_drugs(values, arguments).empty()) continue;
      sound.push_back(k);
      judged.insert(judged.end(), arguments.begin(), arguments.end());
    }
    if (batched_) {
      const auto left = leave_alone(model_, *batched_, judged, sound.size(), {}, {.tolerance = 0.3}, cancelled);
      for (std::size_t s = 0; s < sound.size(); ++s) verdicts[sound[s]] = verdict_of(left[s].label);
    } else {
      for (std::size_t s = 0; s < sound.size(); ++s) {
        if (cancelled && cancelled()) throw Cancelled();
        verdicts[sound[s]] = verdict_of(
            leave_alone(model_, "", std::span(judged).subspan(s * arguments.size(), arguments.size())).label);
      }
    }

    std::vector<std::size_t> still_open;
    for (std::size_t k = 0; k < open.size(); ++k) {
      Candidates& cell = found[open[k]];
      for (std::size_t a = 0; a < at_once && !cell.kept && cell.drawn() < most_drawn; ++a) {
        const std::size_t verdict = verdicts[k * at_once + a];
        if (verdict == Candidates::verdicts.size())
          cell.kept = static_cast<std::uint64_t>(cell.drawn());
        else
          ++cell.rejected[verdict];
      }
      any = any || cell.kept;
      if (!cell.kept && cell.drawn() < most_drawn) still_open.push_back(open[k]);
    }
    open = std::move(still_open);

    std::vector<double> rejected(Candidates::verdicts.size());
    for (const Candidates& cell : found)
      for (std::size_t v = 0; v < rejected.size(); ++v) rejected[v] += cell.rejected[v];
    const double candidates = std::accumulate(rejected.begin(), rejected.end(), 0.0);
    if (!any && candidates >= refuse_after)
      throw ScenarioError(
          "keep", fmt::format("none of {} candidates beats by itself when left alone ({}), so that no cell is there to "
                              "keep. A model that needs a stimulus has none: take keep = \"all\". Otherwise bring what "
                              "varies nearer to a cell that beats",
                              candidates, verdicts_in_words(rejected)));
  }
  cpu_ms = thread_cpu_ms() - begun;
  return found;
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
