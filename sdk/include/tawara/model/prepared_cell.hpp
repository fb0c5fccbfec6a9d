#pragma once
#include <utility>
#include <vector>

#include "tawara/component.hpp"
#include "tawara/ionic.hpp"
#include "tawara/model/cell_model.hpp"

namespace tawara::model {

/// A prepared cell model made from its equations (see cell_model.hpp): what the `prepare` of an ionic component
/// returns.
template <class Equations>
class PreparedCell final : public Prepared, public IonicModel {
 public:
  /// @param observables  without I_ion, which is added
  PreparedCell(Equations equations, std::vector<State> states, std::vector<Observable> observables, Stimulus stimulus,
               Membrane membrane = {})
      : equations_(std::move(equations)),
        states_(std::move(states)),
        observables_(std::move(observables)),
        stimulus_(stimulus),
        membrane_(membrane) {
    if (states_.size() != Equations::n_states || observables_.size() != Equations::n_observables)
      throw Error("a cell model names " + std::to_string(states_.size()) + " states and " +
                  std::to_string(observables_.size()) + " observables, its equations have " +
                  std::to_string(Equations::n_states) + " and " + std::to_string(Equations::n_observables));
    observables_.push_back({"I_ion", "uA/uF"});
  }

  [[nodiscard]] const void* ability(std::string_view name) const override {
    return name == IonicModel::ability_name ? static_cast<const IonicModel*>(this) : nullptr;
  }

  [[nodiscard]] std::span<const State> states() const override { return states_; }
  [[nodiscard]] std::span<const Observable> observables() const override { return observables_; }
  [[nodiscard]] Membrane membrane() const override { return membrane_; }
  [[nodiscard]] Stimulus default_stimulus() const override { return stimulus_; }
  void rates(const CellBlock& block, double* dydt) const override { model::rates(equations_, block, dydt); }
  void observe(const CellBlock& block, double* out) const override { model::observe(equations_, block, out); }

 private:
  Equations equations_;
  std::vector<State> states_;
  std::vector<Observable> observables_;
  Stimulus stimulus_;
  Membrane membrane_;
};

}  // namespace tawara::model
