#include "experiments/drug_trial/response.hpp"

#include <algorithm>

#include "experiments/beating.hpp"
#include "experiments/detectors_spontaneous.hpp"
#include "tawara/error.hpp"

namespace tawara::experiments {
namespace {

Outcome outcome_in(const Beat& watched, const RhythmReport& rhythm, const BeatCriteria& criteria) {
  switch (rhythm.rhythm) {
    case Rhythm::not_finite:
      return Outcome::failed;
    case Rhythm::quiescent:
      return rhythm.V_highest < criteria.crossing ? Outcome::at_rest : Outcome::depolarised;
    case Rhythm::repolarisation_failure:
      return Outcome::repolarisation_failure;
    case Rhythm::no_beat:
      return Outcome::subthreshold;
    case Rhythm::beating:
      break;
  }
  if (rhythm.EADs_with_unfinished() > 0) return Outcome::EAD;
  const double duration = watched.t.back();
  const Beating label =
      beating_of(watched.t, watched.V_m, {.beat = criteria, .duration = duration, .judged = duration});
  return label == Beating::beating ? Outcome::normal : Outcome::irregular;
}

}  // namespace

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::normal:
      return "normal";
    case Outcome::EAD:
      return "EAD";
    case Outcome::repolarisation_failure:
      return "repolarisation_failure";
    case Outcome::irregular:
      return "irregular";
    case Outcome::at_rest:
      return "at_rest";
    case Outcome::depolarised:
      return "depolarised";
    case Outcome::subthreshold:
      return "subthreshold";
    case Outcome::failed:
      break;
  }
  return "failed";
}

Outcome outcome_of(std::string_view name) {
  const auto found =
      std::find_if(outcomes.begin(), outcomes.end(), [&](Outcome outcome) { return name_of(outcome) == name; });
  if (found == outcomes.end()) throw Error("'" + std::string(name) + "' is no outcome of a trial");
  return *found;
}

Response response_of(const BatchedCell& cell, const BeatCriteria& criteria) {
  Response response;
  if (!cell.failure.cause.empty()) {
    response.problem = cell.failure.cause + ": " + cell.failure.text;
    return response;
  }
  const Beat& watched = cell.beats.back();
  const RhythmReport rhythm = rhythm_of(watched.t, watched.V_m, criteria);
  response.outcome = outcome_in(watched, rhythm, criteria);
  if (response.outcome == Outcome::failed) response.problem = "nan: V_m is no longer a number";
  if (rhythm.rhythm != Rhythm::beating) return response;
  response.EADs = rhythm.EADs_with_unfinished();
  const std::vector<SpontaneousBeat> beats =
      spontaneous_beats({.t = watched.t, .V_m = watched.V_m, .Ca_i = {}, .dVdt = {}}, criteria);
  response.cycle_length = mean_and_SD(beats, &SpontaneousBeat::cycle_length).mean;
  response.APD90 = mean_and_SD(beats, &SpontaneousBeat::APD90).mean;
  return response;
}

}  // namespace tawara::experiments
