#include "my_component.hpp"

#include <cmath>
#include <limits>

namespace my_component {

// ---- The computation, of any cell model -----------------------------------------------------------------------------

std::vector<double> instantaneous_current(const tawara::IonicModel& model, std::span<const double> arguments,
                                          std::span<const double> V_m) {
  std::vector<double> state, dydt(model.states().size()), I;
  for (const auto& s : model.states()) state.push_back(s.initial);
  const double no_stimulus = 0;
  const tawara::CellBlock cell{.cells = 1,
                               .stride = 1,
                               .state = state.data(),
                               .parameters = arguments.data(),
                               .parameter_stride = 0,
                               .I_stim = &no_stimulus,
                               .t = 0};
  const auto membrane = model.membrane();
  for (const double V : V_m) {
    state[0] = membrane.state(V);
    model.rates(cell, dydt.data());
    I.push_back(-membrane.per_unit * dydt[0]);  // dV_m/dt = -I
  }
  return I;
}

double reversal(std::span<const double> V_m, std::span<const double> I) {
  for (std::size_t i = 1; i < V_m.size(); ++i)
    if (I[i - 1] <= 0 && I[i] > 0) return V_m[i - 1] - I[i - 1] * (V_m[i] - V_m[i - 1]) / (I[i] - I[i - 1]);
  return std::numeric_limits<double>::quiet_NaN();
}

// ---- The component --------------------------------------------------------------------------------------------------

namespace {

class PreparedCurve final : public tawara::Prepared {
 public:
  explicit PreparedCurve(std::vector<double> V_m) : V_m_(std::move(V_m)) {}

  // Called for every row of a sweep, sampler or population, from several threads: const, and all that differs from row
  // to row comes from `row`.
  void evaluate(int, tawara::Row& row) const override {
    const auto& model = row.source("cell").as<tawara::IonicModel>();
    const std::vector<double> I = instantaneous_current(model, row.arguments_of("cell"), V_m_);
    for (const double value : I)
      if (!std::isfinite(value)) return row.fail("nan", "the cell model gives a current that is no number");
    tawara::Table table;
    table.add("V_m", "mV", V_m_).add("I", "uA/uF", I);
    row.output_table("curve") = std::move(table);
    row.set("reversal", reversal(V_m_, I));
  }

 private:
  std::vector<double> V_m_;
};

}  // namespace

tawara::Descriptor MyComponent::describe() {
  tawara::Descriptor d("experiment.my_component", "Instantaneous current against voltage");
  d.doc =
      "Total membrane current of a cell at V_m from `from` to `to`, every other state at the model's initial value: "
      "what flows at once when a resting cell is clamped.";
  d.number("from", "mV", -100).usual(-120, -80).says("First voltage.");
  d.number("to", "mV", 40).usual(20, 60).says("Last voltage.");
  d.number("step", "mV", 1).above(0).usual(0.5, 10).says("Between two.");
  // A slot takes any instance of that kind that offers that interface; scenarios fill it by `cell = "instance"`.
  d.slot("cell", "ionic").offers("ionic").says("The cell model.");
  // The hint says how a result is shown and kept: a table becomes a CSV, a scalar goes to summary.json.
  d.output_table("curve").shown_as(tawara::Hint::table).says("V_m and I (uA/uF, outward positive).");
  d.output("reversal", "mV").summary_as("reversal").says("Where I first turns outward: the resting potential.");
  return d;
}

MyComponent::MyComponent(const tawara::Settings& settings)
    : from_(settings.number("from")), to_(settings.number("to")), step_(settings.number("step")) {
  if (!(to_ >= from_ + step_))
    throw tawara::ScenarioError("to", "there is no second voltage; `to` has to be at least `from` + `step` (mV)");
}

// Once for all rows: check what can be checked, allocate what can be allocated.
std::unique_ptr<const tawara::Prepared> MyComponent::prepare(tawara::PrepareContext&) const {
  std::vector<double> V_m;
  const auto last = static_cast<int>(std::floor((to_ - from_) / step_ + 1e-9));
  for (int i = 0; i <= last; ++i) V_m.push_back(from_ + i * step_);
  return std::make_unique<PreparedCurve>(std::move(V_m));
}

}  // namespace my_component
