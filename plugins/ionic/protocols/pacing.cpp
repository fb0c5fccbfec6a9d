#include "protocols/pacing.hpp"

namespace tawara::protocols {
namespace {

class PreparedPacing final : public Prepared, public Protocol {
 public:
  PreparedPacing(double period, double start, StimulusSettings stimulus)
      : period_(period), start_(start), stimulus_(stimulus) {}
  [[nodiscard]] const void* ability(std::string_view name) const override {
    return name == Protocol::ability_name ? static_cast<const Protocol*>(this) : nullptr;
  }
  [[nodiscard]] std::unique_ptr<Drive> drive(const IonicModel::Stimulus& model_default) const override {
    const auto stimulus = stimulus_.or_else(model_default);
    return std::make_unique<PacingDrive>(period_, stimulus.duration, stimulus.amplitude, start_);
  }

 private:
  double period_, start_;
  StimulusSettings stimulus_;
};

}  // namespace

PacingDrive::PacingDrive(double period, double duration, double amplitude, double start)
    : beats_{start, period}, duration_(duration), amplitude_(amplitude) {
  require_shorter(duration, "period", period);
}

double PacingDrive::I_stim(double t) const {
  const int n = beats_.at(t);
  return n >= 0 && t < pulse_end(n) ? amplitude_ : 0.0;
}

double PacingDrive::next_edge(double t) const {
  const int n = beats_.at(t);
  if (n >= 0 && t < pulse_end(n)) return pulse_end(n);
  return beat_start(n + 1);
}

Descriptor Pacing::describe() {
  Descriptor d("protocol.pacing", "Rectangular stimuli at a fixed period");
  d.doc =
      "Pulses of `amplitude` during [start + n period, start + n period + duration). Amplitude and duration left out "
      "are the cell model's own default stimulus, so one scenario paces every model. A heart rate r in 1/min is the "
      "period 60000/r ms.";
  d.maturity = Maturity::stable;
  d.number("period", "ms", 1000).above(0).usual(300, 2000).may_vary().says("From one stimulus onset to the next.");
  StimulusSettings::describe(d);
  d.number("start", "ms", 0).at_least(0).says("Onset of the first stimulus.");
  return d;
}

Pacing::Pacing(const Settings& settings)
    : period_(settings.number("period")), start_(settings.number("start")), stimulus_(StimulusSettings::of(settings)) {
  // Refuse what does not fit before anything is prepared.
  if (stimulus_.duration) require_shorter(*stimulus_.duration, "period", period_);
}

std::unique_ptr<const Prepared> Pacing::prepare(PrepareContext&) const {
  return std::make_unique<PreparedPacing>(period_, start_, stimulus_);
}

}  // namespace tawara::protocols
