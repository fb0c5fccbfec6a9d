#pragma once
#include <mutex>
#include <utility>
#include <vector>

#include "tawara/component.hpp"
#include "tawara/ionic.hpp"
#include "tawara/model/cell_model.hpp"
#include "tawara/model/lane_maker.hpp"

namespace tawara::model {

/// A prepared cell model made from its equations (see cell_model.hpp): what the `prepare` of an ionic component
/// returns. Offers "ionic", and "batched" where the model has a lanes file (lane_maker.hpp).
template <class Equations>
class PreparedCell final : public Prepared, public IonicModel, public BatchedModel {
 public:
  /// @param observables  without I_ion, which is added
  PreparedCell(Equations equations, std::vector<State> states, std::vector<Observable> observables, Stimulus stimulus,
               Membrane membrane = {})
      : equations_(std::move(equations)),
        states_(std::move(states)),
        observables_(std::move(observables)),
        stimulus_(stimulus),
        membrane_(membrane),
        lanes_(lanes()) {
    if (states_.size() != Equations::n_states || observables_.size() != Equations::n_observables)
      throw Error("a cell model names " + std::to_string(states_.size()) + " states and " +
                  std::to_string(observables_.size()) + " observables, its equations have " +
                  std::to_string(Equations::n_states) + " and " + std::to_string(Equations::n_observables));
    observables_.push_back({"I_ion", "uA/uF"});
  }

  ~PreparedCell() override {
    if (steppers_.owner) lanes_.maker.destroy(steppers_.owner);
  }
  PreparedCell(const PreparedCell&) = delete;
  PreparedCell& operator=(const PreparedCell&) = delete;

  [[nodiscard]] const void* ability(std::string_view name) const override {
    if (name == IonicModel::ability_name) return static_cast<const IonicModel*>(this);
    if (name == BatchedModel::ability_name && lanes_.maker.make) return static_cast<const BatchedModel*>(this);
    return nullptr;
  }

  [[nodiscard]] std::span<const State> states() const override { return states_; }
  [[nodiscard]] std::span<const Observable> observables() const override { return observables_; }
  [[nodiscard]] Membrane membrane() const override { return membrane_; }
  [[nodiscard]] Stimulus default_stimulus() const override { return stimulus_; }
  void rates(const CellBlock& block, double* dydt) const override { model::rates(equations_, block, dydt); }
  void observe(const CellBlock& block, double* out) const override { model::observe(equations_, block, out); }

  [[nodiscard]] const LaneStepper<double>& double_lanes() const override { return *steppers().f64; }
  [[nodiscard]] const LaneStepper<float>& float_lanes() const override { return *steppers().f32; }
  [[nodiscard]] std::string_view isa() const override { return lanes_.isa; }

 private:
  static ChosenLanes lanes() {
    if constexpr (requires { lane_makers(LanesOf<Equations>()); })
      return choose_lanes(lane_makers(LanesOf<Equations>()));
    else
      return {};
  }

  /// Tables take some milliseconds and megabytes, so only a cell that is stepped in lanes has them made.
  const LaneSteppers& steppers() const {
    std::call_once(made_, [this] {
      std::vector<double> scale;
      for (const State& state : states_) scale.push_back(state.tolerance_scale);
      steppers_ =
          lanes_.maker.make({&equations_, sizeof(Equations), membrane_.at_zero, membrane_.per_unit, scale.data()});
    });
    return steppers_;
  }

  Equations equations_;
  std::vector<State> states_;
  std::vector<Observable> observables_;
  Stimulus stimulus_;
  Membrane membrane_;
  ChosenLanes lanes_;
  mutable std::once_flag made_;
  mutable LaneSteppers steppers_;
};

}  // namespace tawara::model
