#pragma once
#include <memory>
#include <span>
#include <vector>

#include "mitchell_schaeffer/mitchell_schaeffer.hpp"
#include "tawara/ionic.hpp"
#include "torord/torord.hpp"

/// A prepared cell with all evaluate parameters at their defaults.
struct Cell {
  std::unique_ptr<const tawara::Prepared> prepared;
  std::vector<double> parameters;
  [[nodiscard]] const tawara::IonicModel& model() const {
    return *static_cast<const tawara::IonicModel*>(prepared->ability("ionic"));
  }
  [[nodiscard]] std::vector<double> initial_state() const {
    std::vector<double> y;
    for (const auto& state : model().states()) y.push_back(state.initial);
    return y;
  }
  [[nodiscard]] std::vector<double> rates(std::span<const double> state, double I_stim = 0) const {
    std::vector<double> dydt(state.size());
    model().rates({.cells = 1,
                   .stride = 1,
                   .state = state.data(),
                   .parameters = parameters.data(),
                   .parameter_stride = 0,
                   .I_stim = &I_stim,
                   .t = 0},
                  dydt.data());
    return dydt;
  }
  [[nodiscard]] std::vector<double> observe(std::span<const double> state) const {
    const double none = 0;
    std::vector<double> out(model().observables().size());
    model().observe({.cells = 1,
                     .stride = 1,
                     .state = state.data(),
                     .parameters = parameters.data(),
                     .parameter_stride = 0,
                     .I_stim = &none,
                     .t = 0},
                    out.data());
    return out;
  }
};

inline std::vector<double> default_arguments(const tawara::Descriptor& descriptor) {
  std::vector<double> values;
  for (const auto& p : descriptor.parameters)
    if (p.acts_at == tawara::ActsAt::evaluate) values.push_back(p.default_value.number());
  return values;
}

inline Cell torord_cell(tawara::torord::Sex sex = tawara::torord::Sex::baseline,
                        tawara::torord::Layer layer = tawara::torord::Layer::endo) {
  return {prepare_torord(tawara::torord::constants_for(sex, layer), layer),
          default_arguments(tawara::torord::Torord::describe())};
}

inline Cell mitchell_schaeffer_cell(double V_rest = -80, double V_amp = 100) {
  return {tawara::mitchell_schaeffer::prepare_mitchell_schaeffer(V_rest, V_amp),
          default_arguments(tawara::mitchell_schaeffer::MitchellSchaeffer::describe())};
}
