#pragma once
#include <cctype>
#include <limits>
#include <string>

#include "cells.hpp"
#include "reference_csv.hpp"
#include "torord_land/torord_land.hpp"

inline Cell dyncl_cell(tawara::torord::Layer layer = tawara::torord::Layer::endo) {
  auto constants = tawara::torord::constants_for(tawara::torord::Sex::baseline, layer);
  constants.tau_jca = tawara::torord::tau_jca_dyncl;
  return {prepare_torord(constants, layer, tawara::torord::Variant::dyncl),
          default_arguments(tawara::torord::Torord::describe())};
}

inline Cell land_cell(tawara::torord::Sex sex, tawara::torord::Layer layer = tawara::torord::Layer::endo) {
  return {prepare_torord_land(tawara::torord_land::land_constants_for(sex, layer), layer),
          default_arguments(tawara::torord_land::TorordLand::describe())};
}

inline std::size_t state_index(const Cell& cell, const std::string& name) {
  for (std::size_t s = 0; s < cell.model().states().size(); ++s)
    if (cell.model().states()[s].name == name) return s;
  throw std::runtime_error("no state " + name);
}

/// The value of an observable by name.
inline double observed(const Cell& cell, std::span<const double> y, const std::string& name) {
  const auto observables = cell.model().observables();
  const auto values = cell.observe(y);
  for (std::size_t o = 0; o < observables.size(); ++o)
    if (observables[o].name == name) return values[o];
  throw std::runtime_error("no observable " + name);
}

/// Names as the reference writes them for ours; NaN where it has none.
inline double reference_current(const ReferenceVector& vector, const std::string& ours) {
  std::string name = ours == "Ta" ? "ta_kPa" : ours;
  if (name != "ta_kPa")
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto found = vector.currents.find(name);
  return found == vector.currents.end() ? std::numeric_limits<double>::quiet_NaN() : found->second;
}
