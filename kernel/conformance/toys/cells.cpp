#include <array>
#include <cmath>
#include <limits>

#include "tawara/drug.hpp"
#include "tawara/protocol.hpp"
#include "toy_components.hpp"

namespace tawara::toys {
namespace {

// Rogers and McCulloch's two-variable cell, IEEE Trans Biomed Eng 1994: a stable rest, an action potential of about
// 300 ms after a stimulus. v = (V_m + 85)/125.
class PreparedCell final : public Prepared, public IonicModel {
 public:
  [[nodiscard]] const void* ability(std::string_view name) const override {
    return name == ability_name ? static_cast<const IonicModel*>(this) : nullptr;
  }
  [[nodiscard]] std::span<const State> states() const override {
    static const std::vector<State> states = {{"V_m", "mV", -85, 100}, {"w", "1", 0, 1}};
    return states;
  }
  [[nodiscard]] std::span<const Observable> observables() const override {
    static const std::vector<Observable> observables = {
        {"V_m", "mV"}, {"I_in", "uA/uF"}, {"I_out", "uA/uF"}, {"I_ion", "uA/uF"}};
    return observables;
  }
  [[nodiscard]] Stimulus default_stimulus() const override { return {-40, 2}; }
  void rates(const CellBlock& block, double* dydt) const override {
    for (std::size_t c = 0; c < block.cells; ++c) {
      const double v = (block.state[c] + 85) / 125, w = block.state[block.stride + c];
      dydt[c] = -(I_in(block, c) + I_out(block, c) + block.I_stim[c]);
      dydt[block.stride + c] = 0.013 * (v - w);
    }
  }
  void observe(const CellBlock& block, double* out) const override {
    for (std::size_t c = 0; c < block.cells; ++c) {
      out[c] = block.state[c];
      out[block.stride + c] = I_in(block, c);
      out[2 * block.stride + c] = I_out(block, c);
      out[3 * block.stride + c] = I_in(block, c) + I_out(block, c);
    }
  }

 private:
  static double I_in(const CellBlock& block, std::size_t c) {
    const double v = (block.state[c] + 85) / 125;
    return -125 * 0.26 * block.parameter(0, c) * v * (v - 0.13) * (1 - v);
  }
  static double I_out(const CellBlock& block, std::size_t c) {
    const double v = (block.state[c] + 85) / 125;
    return 125 * 0.1 * block.parameter(1, c) * v * block.state[block.stride + c];
  }
};

class PreparedPulse final : public Prepared, public Protocol {
 public:
  explicit PreparedPulse(double period) : period_(period) {}
  [[nodiscard]] const void* ability(std::string_view name) const override {
    return name == ability_name ? static_cast<const Protocol*>(this) : nullptr;
  }
  [[nodiscard]] std::unique_ptr<Drive> drive(const IonicModel::Stimulus& model_default) const override {
    return std::make_unique<Pulses>(period_, model_default);
  }

 private:
  struct Pulses final : Drive {
    Pulses(double period_ms, const IonicModel::Stimulus& pulse) : period(period_ms), stimulus(pulse) {}
    [[nodiscard]] double beat(double t) const { return std::max(0.0, std::floor(t / period)); }
    [[nodiscard]] double end(double n) const { return n * period + stimulus.duration; }
    [[nodiscard]] double I_stim(double t) const override {
      return t >= beat(t) * period && t < end(beat(t)) ? stimulus.amplitude : 0;
    }
    [[nodiscard]] bool piecewise_constant() const override { return true; }
    [[nodiscard]] double next_edge(double t) const override {
      if (t < 0) return 0;
      return t < end(beat(t)) ? end(beat(t)) : (beat(t) + 1) * period;
    }
    [[nodiscard]] double beat_start(int n) const override { return n * period; }
    double period;
    IonicModel::Stimulus stimulus;
  };
  double period_;
};

class PreparedNothing final : public Prepared, public Drug {
 public:
  [[nodiscard]] const void* ability(std::string_view name) const override {
    return name == ability_name ? static_cast<const Drug*>(this) : nullptr;
  }
  [[nodiscard]] std::vector<Target> targets(std::span<const double>) const override { return {}; }
};

/// An upstroke at 10 ms from -85 to 35 mV, then straight down.
double action_potential(double t, double APD) {
  if (t < 9.5) return -85;
  if (t < 10.5) return -85 + 120 * (t - 9.5);
  return std::max(-85.0, 35 - 120 * (t - 10.5) / (APD / 0.9));
}

class PreparedBeat final : public Prepared {
 public:
  void evaluate(int, Row& row) const override {
    const double APD = 250 * (1 + row.number("difference"));
    std::vector<double> t, V_m;
    for (int j = 0; j < 1200; ++j) {
      t.push_back(0.5 * j);
      V_m.push_back(action_potential(t.back(), APD));
    }
    Table& trace = row.output_table("trace");
    trace.columns.clear();
    trace.add("t", "ms", std::move(t)).add("V_m", "mV", std::move(V_m));
    row.set("APD90", APD);
  }
};

}  // namespace

Descriptor Cell::describe() {
  Descriptor d("ionic.toy_cell", "Two-variable cell of Rogers and McCulloch");
  d.maturity = Maturity::stable;
  d.citations = {"10.1109/10.310090"};
  d.number("scale_I_in", "1", 1).evaluate().at_least(0).usual(0.8, 1.2).says("Multiplier of the inward current.");
  d.number("scale_I_out", "1", 1).evaluate().at_least(0).usual(0.8, 1.2).says("Multiplier of the outward current.");
  return d;
}
std::unique_ptr<const Prepared> Cell::prepare(PrepareContext&) const { return std::make_unique<PreparedCell>(); }

Descriptor Pulse::describe() {
  Descriptor d("protocol.toy_pulse", "The model's default stimulus at a fixed period");
  d.maturity = Maturity::stable;
  d.number("period", "ms", 600).above(50).usual(400, 1000).says("From one stimulus onset to the next.");
  return d;
}
std::unique_ptr<const Prepared> Pulse::prepare(PrepareContext& context) const {
  return std::make_unique<PreparedPulse>(context.settings().number("period"));
}

Descriptor Nothing::describe() {
  Descriptor d("drug.toy_nothing", "A drug without effect");
  d.maturity = Maturity::stable;
  d.number("concentration", "nmol/L", 0).evaluate().at_least(0).usual(0, 100).says("Of no consequence.");
  return d;
}
std::unique_ptr<const Prepared> Nothing::prepare(PrepareContext&) const { return std::make_unique<PreparedNothing>(); }

Descriptor Beat::describe() {
  Descriptor d("experiment.toy_beat", "An action potential drawn by formula");
  d.maturity = Maturity::stable;
  d.doc = "APD90 = 250 ms (1 + difference).";
  d.number("difference", "1", 0).evaluate().at_least(0).usual(0, 1).says("Of two beats, as a fraction of APD90.");
  d.output_table("trace").shown_as(Hint::trace).says("t and V_m.");
  d.output("APD90", "ms").summary_as("APD90").says("Of the beat.");
  return d;
}
std::unique_ptr<const Prepared> Beat::prepare(PrepareContext&) const { return std::make_unique<PreparedBeat>(); }

Descriptor Dictionary::describe() {
  Descriptor d("experiment.toy_dictionary", "Action potentials drawn by formula, from 150 to 400 ms");
  d.maturity = Maturity::stable;
  d.constant("AP", "mV", "K x T").says("f32, row k sample j at j ms.");
  d.constant("APD90", "ms", "K").shown_as(Hint::none).says("Of each row, ascending.");
  d.constant("AP_upstroke", "ms", "").says("Time within a row at which the upstroke crosses half its height.");
  return d;
}
std::unique_ptr<const Prepared> Dictionary::prepare(PrepareContext& context) const {
  constexpr std::size_t rows = 51, samples = 500;
  std::vector<float> AP;
  std::vector<double> APD90;
  for (std::size_t k = 0; k < rows; ++k) {
    APD90.push_back(150 + 5.0 * static_cast<double>(k));
    for (std::size_t j = 0; j < samples; ++j)
      AP.push_back(static_cast<float>(action_potential(static_cast<double>(j), APD90.back())));
  }
  context.put("AP", Array::of(AP, {rows, samples}));
  context.put("APD90", Array::of(APD90));
  context.put("AP_upstroke", 10.0);
  return nullptr;
}

}  // namespace tawara::toys
