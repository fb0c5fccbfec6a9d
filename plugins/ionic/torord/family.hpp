#pragma once
#include <string>
#include <vector>

#include "tawara/descriptor.hpp"
#include "tawara/ionic.hpp"
#include "tawara/settings.hpp"
#include "torord/constants.hpp"

/// What the components of the ToR-ORd family declare and read alike: parameters, states, observables.
namespace tawara::torord {

[[nodiscard]] Sex sex_of(const std::string& name);
[[nodiscard]] Layer layer_of(const std::string& name);

/// `layer`, and the concentrations outside.
void declare_layer(Descriptor&);
void declare_surroundings(Descriptor&);
void read_surroundings(const Settings&, Constants&);
/// One `scale_...` per current and flux, in the order of Scale.
void declare_scales(Descriptor&);

/// The 43 electrical states, from the first 43 numbers of `initial`.
[[nodiscard]] std::vector<IonicModel::State> electrical_states(const double* initial);
/// V_m, Ca_i, currents, fluxes and concentrations, in the order in which Equations::observe writes them.
[[nodiscard]] std::vector<IonicModel::Observable> electrical_observables();

inline constexpr IonicModel::Stimulus family_stimulus = {.amplitude = -53, .duration = 1};

}  // namespace tawara::torord
