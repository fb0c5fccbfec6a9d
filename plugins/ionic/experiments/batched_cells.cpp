#include "experiments/batched_cells.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

#include "tawara/error.hpp"

namespace tawara::experiments {
namespace {

template <class List>
int index_of(const List& list, std::string_view name) {
  for (std::size_t i = 0; i < list.size(); ++i)
    if (list[i].name == name) return static_cast<int>(i);
  return -1;
}

/// One lane's cell under way.
struct Track {
  std::size_t cell = 0;
  const Protocol::Drive* drive = nullptr;
  int beat = 0;  // recorded next, or being recorded
  bool recording = false;
  double start = 0, end = 0;  // of that beat
  double first_start = 0;     // of the first recorded one
  long sample = 0;            // next within that beat
  double slope_to_beat = 0;   // by what might be its steepest
  BatchedCell result;
};

class Runner {
 public:
  Runner(const IonicModel& model, const BatchedModel& batched, const BatchedPlan& plan)
      : model_(model),
        plan_(plan),
        run_(model, batched, plan.control),
        Ca_state_(index_of(model.states(), "Ca_i")),
        Ca_observable_(index_of(model.observables(), "Ca_i")),
        observed_(model.observables().size()),
        observed_all_(Ca_state_ < 0 && Ca_observable_ >= 0 ? observed_.size() * lane_count : 0) {
    for (Track& track : tracks_) track.result.state.resize(model.states().size());
  }

  void run(std::size_t n, const std::function<CellToRun(std::size_t)>& cell,
           const std::function<void(std::size_t, const BatchedCell&)>& done, const std::function<bool()>& cancelled) {
    std::size_t next = 0;
    std::uint32_t busy = 0;
    const auto fill = [&](std::size_t l) {
      while (next < n) {
        const std::size_t index = next++;
        load(l, index, cell(index));
        if (proceed(l)) {
          busy |= 1u << l;
          return;
        }
        done(tracks_[l].cell, result(l));
      }
    };
    std::size_t waited = 0, stepped = 0;  // lanes, all lanes' steps, since they were last filled
    for (std::size_t since_asked = 0; busy != 0 || next < n; ++since_asked) {
      if (since_asked % steps_between_questions == 0 && cancelled && cancelled()) throw Cancelled();
      if (busy == 0 || static_cast<double>(waited) > most_waiting * static_cast<double>(stepped)) {
        for (std::size_t l = 0; l < lane_count; ++l)
          if ((busy >> l & 1) == 0) fill(l);
        waited = stepped = 0;
      }
      waited += lane_count - static_cast<std::size_t>(std::popcount(busy));
      stepped += lane_count;
      run_.step();
      const std::uint32_t news = run_.moved() & recording_;
      if (news != 0) record(news);
      for (std::uint32_t idle = busy & ~run_.running(); idle != 0; idle &= idle - 1) {
        const auto l = static_cast<std::size_t>(std::countr_zero(idle));
        if (proceed(l)) continue;
        busy &= ~(1u << l);
        done(tracks_[l].cell, result(l));
      }
    }
  }

 private:
  static constexpr std::size_t steps_between_questions = 4096, expected_steps = 2048;
  /// Free lanes wait until all are free: cells that begin together stay nearly in phase and read the same rows of the
  /// voltage tables, which is worth more than a lane that waits a little. When waiting has cost this part of all lanes'
  /// steps they are filled nevertheless: one cell that takes for ever does not hold up the others.
  static constexpr double most_waiting = 0.25;

  void load(std::size_t l, std::size_t index, const CellToRun& cell) {
    Track& track = tracks_[l];
    track.cell = index;
    track.drive = cell.drive;
    track.beat = plan_.beats - plan_.record_last;
    track.recording = false;
    track.first_start = cell.drive->beat_start(track.beat);
    track.result.beats.clear();
    track.result.sample_t.clear();
    track.result.samples.clear();
    recording_ &= ~(1u << l);
    run_.load(l, cell.parameters, cell.state, *cell.drive);
    run_.run_to(l, track.first_start);
  }

  /// A lane has come to its stop: the next thing it has to do. False: it is done, well or not.
  bool proceed(std::size_t l) {
    while ((run_.running() >> l & 1) == 0) {
      Track& track = tracks_[l];
      if (!run_.failure(l).cause.empty()) return false;
      if (track.recording) {
        finish_beat(l);
        if (++track.beat >= plan_.beats) return false;
      }
      begin_beat(l);
    }
    return true;
  }

  void begin_beat(std::size_t l) {
    Track& track = tracks_[l];
    track.recording = true;
    recording_ |= 1u << l;
    track.start = track.drive->beat_start(track.beat);
    track.end = std::min(track.drive->beat_start(track.beat + 1), plan_.end);
    if (!std::isfinite(track.end)) throw Error("a beat that never ends cannot be run");
    track.sample = 0;
    Beat& beat = track.result.beats.emplace_back();
    for (std::vector<double>* column : {&beat.t, &beat.V_m, &beat.Ca_i}) column->reserve(expected_steps);
    beat.t.push_back(0);
    beat.V_m.push_back(run_.V_m(l));
    if (has_calcium()) {
      if (Ca_state_ < 0) run_.observe_all(observed_all_);
      beat.Ca_i.push_back(Ca_i(l));
    }
    beat.dVdt_max = beat.dVdt_max_ionic = track.slope_to_beat = -std::numeric_limits<double>::infinity();
    run_.run_to(l, track.end);
  }

  void finish_beat(std::size_t l) {
    Track& track = tracks_[l];
    if (plan_.sample_step > 0) {
      keep_samples_before(l, std::numeric_limits<double>::infinity());
      // The last beat keeps its end, the others leave it to the next one's start.
      if (track.beat + 1 == plan_.beats) keep_sample(l, track.end - track.start);
    }
    track.recording = false;
    recording_ &= ~(1u << l);
  }

  void record(std::uint32_t lanes) {
    if (Ca_state_ < 0 && has_calcium()) run_.observe_all(observed_all_);
    run_.read_ends(lanes, static_cast<std::size_t>(std::max(Ca_state_, 0)), ends_);
    for (; lanes != 0; lanes &= lanes - 1) {
      const auto l = static_cast<std::size_t>(std::countr_zero(lanes));
      Track& track = tracks_[l];
      Beat& beat = track.result.beats.back();
      const double since = ends_.time[l] - track.start, V_m = ends_.V_m[l];
      const double rise = V_m - beat.V_m.back(), lasted = since - beat.t.back();
      // The stimulus only lifts the slope, so the steepest ionic one is among those that beat the steepest so far.
      if (rise > track.slope_to_beat * lasted) {
        const double slope = rise / lasted;
        beat.dVdt_max = std::max(beat.dVdt_max, slope);
        beat.dVdt_max_ionic = std::max(beat.dVdt_max_ionic, slope + track.drive->I_stim(ends_.time[l] - 0.5 * lasted));
        track.slope_to_beat = std::min(beat.dVdt_max, beat.dVdt_max_ionic);
      }
      beat.t.push_back(since);
      beat.V_m.push_back(V_m);
      if (has_calcium()) beat.Ca_i.push_back(Ca_state_ >= 0 ? ends_.state[l] : Ca_i(l));
      if (plan_.sample_step > 0) keep_samples_before(l, since);
    }
  }

  /// @param until  ms since the beat began. A sample on it (but for rounding) waits for the next step: where the
  /// voltage jumps it belongs to what begins.
  void keep_samples_before(std::size_t l, double until) {
    Track& track = tracks_[l];
    const double duration = track.end - track.start;
    for (double since; (since = sample_time(track.sample)) < duration; ++track.sample) {
      if (since >= until - 1e-9 * plan_.sample_step) return;
      keep_sample(l, since);
    }
  }

  [[nodiscard]] double sample_time(long sample) const {
    if (plan_.sample_at.empty()) return static_cast<double>(sample) * plan_.sample_step;
    const auto at = static_cast<std::size_t>(sample);
    return at < plan_.sample_at.size() ? plan_.sample_at[at] : std::numeric_limits<double>::infinity();
  }

  void keep_sample(std::size_t l, double since) {
    Track& track = tracks_[l];
    run_.observe(l, track.start + since, observed_);
    track.result.sample_t.push_back(track.start - track.first_start + since);
    for (const std::size_t o : plan_.recorded) track.result.samples.push_back(observed_[o]);
  }

  const BatchedCell& result(std::size_t l) {
    BatchedCell& result = tracks_[l].result;
    if (tracks_[l].recording) {  // a beat that was not finished is none
      result.beats.pop_back();
      recording_ &= ~(1u << l);
      tracks_[l].recording = false;
    }
    result.failure = run_.failure(l);
    result.steps = run_.steps(l);
    result.attempts = run_.attempts(l);
    run_.copy_state(l, result.state);
    return result;
  }

  [[nodiscard]] bool has_calcium() const { return Ca_observable_ >= 0; }
  [[nodiscard]] double Ca_i(std::size_t l) const {
    return Ca_state_ >= 0 ? run_.state(l, static_cast<std::size_t>(Ca_state_))
                          : observed_all_[static_cast<std::size_t>(Ca_observable_) * lane_count + l];
  }

  const IonicModel& model_;
  const BatchedPlan& plan_;
  lanes::LaneRun run_;
  int Ca_state_, Ca_observable_;
  std::vector<double> observed_, observed_all_;
  std::array<Track, lane_count> tracks_;
  lanes::LaneRun::Ends ends_{};
  std::uint32_t recording_ = 0;
};

}  // namespace

void run_batched(const IonicModel& model, const BatchedModel& batched, const BatchedPlan& plan, std::size_t n,
                 const std::function<CellToRun(std::size_t)>& cell,
                 const std::function<void(std::size_t, const BatchedCell&)>& done,
                 const std::function<bool()>& cancelled) {
  Runner(model, batched, plan).run(n, cell, done, cancelled);
}

BatchedCell run_batched(const IonicModel& model, const BatchedModel& batched, const BatchedPlan& plan,
                        const CellToRun& cell, const std::function<bool()>& cancelled) {
  BatchedCell result;
  run_batched(
      model, batched, plan, 1, [&](std::size_t) { return cell; },
      [&](std::size_t, const BatchedCell& finished) { result = finished; }, cancelled);
  return result;
}

}  // namespace tawara::experiments
