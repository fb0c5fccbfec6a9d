#include "protocols/s1s2.hpp"

#include <algorithm>
#include <limits>

namespace tawara::protocols {
namespace {

class PreparedS1S2 final : public Prepared, public Protocol {
 public:
  PreparedS1S2(const S1S2Drive::Train& train, StimulusSettings stimulus) : train_(train), stimulus_(stimulus) {}
  [[nodiscard]] const void* ability(std::string_view name) const override {
    return name == Protocol::ability_name ? static_cast<const Protocol*>(this) : nullptr;
  }
  [[nodiscard]] std::unique_ptr<Drive> drive(const IonicModel::Stimulus& model_default) const override {
    return std::make_unique<S1S2Drive>(train_, stimulus_.or_else(model_default));
  }

 private:
  S1S2Drive::Train train_;
  StimulusSettings stimulus_;
};

}  // namespace

S1S2Drive::S1S2Drive(const Train& train, const IonicModel::Stimulus& stimulus)
    : S1_{train.start, train.period}, S1_beats_(train.S1_beats), S2_interval_(train.S2_interval), stimulus_(stimulus) {
  require_shorter(stimulus.duration, "period", train.period);
  require_shorter(stimulus.duration, "S2_interval", train.S2_interval);
}

double S1S2Drive::beat_start(int n) const {
  if (n < S1_beats_) return S1_.begin(n);
  const double S2 = S1_.begin(S1_beats_ - 1) + S2_interval_;
  if (n == S1_beats_) return S2;
  return n == S1_beats_ + 1 ? S2 + S1_.length : std::numeric_limits<double>::infinity();
}

/// The last pulse begun at or before t; -1 before the first.
int S1S2Drive::last_pulse(double t) const {
  return t >= beat_start(S1_beats_) ? S1_beats_ : std::min(S1_.at(t), S1_beats_ - 1);
}

double S1S2Drive::I_stim(double t) const {
  const int n = last_pulse(t);
  return n >= 0 && t < pulse_end(n) ? stimulus_.amplitude : 0.0;
}

double S1S2Drive::next_edge(double t) const {
  const int n = last_pulse(t);
  if (n >= 0 && t < pulse_end(n)) return pulse_end(n);
  return n < S1_beats_ ? beat_start(n + 1) : std::numeric_limits<double>::infinity();
}

Descriptor S1S2::describe() {
  Descriptor d("protocol.s1s2", "A train of stimuli at a fixed period, then a single one at an interval of its own");
  d.doc =
      "The usual measurement of restitution: `S1_beats` stimuli `period` apart condition the cell, then S2 follows the "
      "last of them after `S2_interval`. Beats are numbered from 1, so S2 is beat S1_beats + 1: let an experiment run "
      "that many and its results are those of S2; with `record_last = 2` the last S1 stands beside it, and the "
      "diastolic interval is S2_interval less t_repol90 of that beat. The S2 beat is followed for one `period`. Sweep "
      "`S2_interval` for a restitution curve. An S2 too early to capture gives NaN durations and a warning.";
  d.maturity = Maturity::stable;
  d.integer("S1_beats", 10).allowed(1, 1e6).usual(5, 100).says("Stimuli of the conditioning train.");
  d.number("period", "ms", 1000)
      .above(0)
      .usual(300, 2000)
      .may_vary()
      .says("From one S1 onset to the next, and how long the S2 beat is followed.");
  d.number("S2_interval", "ms", 400)
      .above(0)
      .usual(250, 2000)
      .may_vary()
      .says("From the onset of the last S1 to that of S2.");
  StimulusSettings::describe(d);
  d.number("start", "ms", 0).at_least(0).says("Onset of the first S1.");
  return d;
}

S1S2::S1S2(const Settings& settings)
    : train_{.S1_beats = static_cast<int>(settings.integer("S1_beats")),
             .period = settings.number("period"),
             .S2_interval = settings.number("S2_interval"),
             .start = settings.number("start")},
      stimulus_(StimulusSettings::of(settings)) {
  // Refuse what does not fit before anything is prepared.
  if (stimulus_.duration) S1S2Drive(train_, {0, *stimulus_.duration});
}

std::unique_ptr<const Prepared> S1S2::prepare(PrepareContext&) const {
  return std::make_unique<PreparedS1S2>(train_, stimulus_);
}

}  // namespace tawara::protocols
