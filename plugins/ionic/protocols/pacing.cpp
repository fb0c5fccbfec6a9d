#include "protocols/pacing.hpp"

#include <cmath>
#include <string>

namespace tawara::protocols {
namespace {

class PreparedPacing final : public Prepared, public Protocol {
 public:
  PreparedPacing(double period, double start, std::optional<double> duration, std::optional<double> amplitude)
      : period_(period), start_(start), duration_(duration), amplitude_(amplitude) {}
  [[nodiscard]] const void* ability(std::string_view name) const override {
    return name == Protocol::ability_name ? static_cast<const Protocol*>(this) : nullptr;
  }
  [[nodiscard]] std::unique_ptr<Drive> drive(const IonicModel::Stimulus& model_default) const override {
    return std::make_unique<PacingDrive>(period_, duration_.value_or(model_default.duration),
                                         amplitude_.value_or(model_default.amplitude), start_);
  }

 private:
  double period_, start_;
  std::optional<double> duration_, amplitude_;
};

std::optional<double> optional_number(const Settings& settings, const char* name) {
  return settings.has(name) ? std::optional(settings.number(name)) : std::nullopt;
}

}  // namespace

PacingDrive::PacingDrive(double period, double duration, double amplitude, double start)
    : period_(period), duration_(duration), amplitude_(amplitude), start_(start) {
  if (!(duration < period))
    throw ScenarioError("duration", "the stimulus lasts " + std::to_string(duration) +
                                        " ms, which is not less than the period of " + std::to_string(period) +
                                        " ms; shorten duration or lengthen period");
}

/// The last beat begun at or before t; -1 before the first. Corrected for the rounding of the division, so that edges
/// are exactly the numbers beat_start() gives.
int PacingDrive::last_beat(double t) const {
  if (t < start_) return -1;
  int n = static_cast<int>(std::floor((t - start_) / period_));
  while (beat_start(n + 1) <= t) ++n;
  while (n >= 0 && beat_start(n) > t) --n;
  return n;
}

double PacingDrive::I_stim(double t) const {
  const int n = last_beat(t);
  return n >= 0 && t < pulse_end(n) ? amplitude_ : 0.0;
}

double PacingDrive::next_edge(double t) const {
  const int n = last_beat(t);
  if (n >= 0 && t < pulse_end(n)) return pulse_end(n);
  return beat_start(n + 1);
}

Descriptor Pacing::describe() {
  Descriptor d("protocol.pacing", "Rectangular stimuli at a fixed period");
  d.doc =
      "Pulses of `amplitude` during [start + n period, start + n period + duration). Amplitude and duration left out "
      "are "
      "the cell model's own default stimulus, so one scenario paces every model. A heart rate r in 1/min is the period "
      "60000/r ms.";
  d.maturity = Maturity::stable;
  d.number("period", "ms", 1000).above(0).usual(300, 2000).may_vary().says("From one stimulus onset to the next.");
  d.number("duration", "ms")
      .absent_by_default()
      .above(0)
      .usual(0.5, 5)
      .may_vary()
      .says("Length of a pulse; absent: the model's default.");
  d.number("amplitude", "uA/uF")
      .absent_by_default()
      .usual(-100, 0)
      .may_vary()
      .says("Stimulus current, negative depolarises; absent: the model's default.");
  d.number("start", "ms", 0).at_least(0).says("Onset of the first stimulus.");
  return d;
}

Pacing::Pacing(const Settings& settings)
    : period_(settings.number("period")),
      start_(settings.number("start")),
      duration_(optional_number(settings, "duration")),
      amplitude_(optional_number(settings, "amplitude")) {
  if (duration_) PacingDrive(period_, *duration_, 0, start_);  // refuse what does not fit before anything is prepared
}

std::unique_ptr<const Prepared> Pacing::prepare(PrepareContext&) const {
  return std::make_unique<PreparedPacing>(period_, start_, duration_, amplitude_);
}

}  // namespace tawara::protocols
