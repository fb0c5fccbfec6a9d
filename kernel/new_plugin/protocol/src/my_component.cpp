#include "my_component.hpp"

#include <cmath>

namespace my_component {

// ---- The waveform ---------------------------------------------------------------------------------------------------

PairedDrive::PairedDrive(double period, double coupling, tawara::IonicModel::Stimulus stimulus)
    : period_(period), coupling_(coupling), stimulus_(stimulus) {
  if (!(stimulus_.duration < coupling_ && coupling_ + stimulus_.duration < period_))
    throw tawara::ScenarioError("coupling",
                                "the two stimuli of a beat overlap; `coupling` has to be longer than a "
                                "stimulus, and shorter than `period` by at least one");
}

double PairedDrive::I_stim(double t) const {
  if (t < 0) return 0;
  const double in_beat = t - std::floor(t / period_) * period_;
  const bool on = in_beat < stimulus_.duration || (in_beat >= coupling_ && in_beat < coupling_ + stimulus_.duration);
  return on ? stimulus_.amplitude : 0;
}

// Integrators stop at every edge and start anew, so no pulse is stepped over. Edges are computed from the beat's
// number, never by adding up, so that the edge found is exactly the time at which I_stim changes.
double PairedDrive::next_edge(double t) const {
  if (t < 0) return 0;
  const double beat = std::floor(t / period_);
  for (const double edge : {stimulus_.duration, coupling_, coupling_ + stimulus_.duration})
    if (beat * period_ + edge > t) return beat * period_ + edge;
  return (beat + 1) * period_;
}

// ---- The component --------------------------------------------------------------------------------------------------

namespace {

// What the experiment holds: it asks for the ability "protocol" and, once it knows the cell, for the drive.
class PreparedPairs final : public tawara::Prepared, public tawara::Protocol {
 public:
  PreparedPairs(double period, double coupling) : period_(period), coupling_(coupling) {}
  [[nodiscard]] const void* ability(std::string_view name) const override {
    return name == Protocol::ability_name ? static_cast<const Protocol*>(this) : nullptr;
  }
  [[nodiscard]] std::unique_ptr<Drive> drive(const tawara::IonicModel::Stimulus& model_default) const override {
    return std::make_unique<PairedDrive>(period_, coupling_, model_default);
  }

 private:
  double period_, coupling_;
};

}  // namespace

tawara::Descriptor MyComponent::describe() {
  tawara::Descriptor d("protocol.my_component", "Two stimuli per beat");
  d.doc =
      "Stimuli of the cell model's own amplitude and duration at n `period` and n `period` + `coupling`. A beat is a "
      "period, so its second response counts among what happens during it.";
  // may_vary(): may be swept, although it acts when the component is prepared.
  d.number("period", "ms", 1000).above(0).usual(500, 2000).may_vary().says("From beat to beat.");
  d.number("coupling", "ms", 400).above(0).usual(200, 600).may_vary().says("From the first stimulus to the second.");
  return d;
}

MyComponent::MyComponent(const tawara::Settings& settings)
    : period_(settings.number("period")), coupling_(settings.number("coupling")) {}

std::unique_ptr<const tawara::Prepared> MyComponent::prepare(tawara::PrepareContext&) const {
  return std::make_unique<PreparedPairs>(period_, coupling_);
}

}  // namespace my_component
