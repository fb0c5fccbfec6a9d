#pragma once
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "cells.hpp"
#include "kernik/inputs.hpp"
#include "kernik/kernik.hpp"

inline Cell kernik_cell(const tawara::kernik::Options& options = {}) {
  return {prepare_kernik(options), default_arguments(tawara::kernik::Kernik::describe())};
}

inline std::size_t observable(const tawara::IonicModel& model, const std::string& name) {
  const auto observables = model.observables();
  for (std::size_t o = 0; o < observables.size(); ++o)
    if (observables[o].name == name) return o;
  throw std::runtime_error("no observable " + name);
}

/// Classical fourth-order steps of the whole cell; with V_m held where `held`.
inline void runge_kutta(const Cell& cell, std::vector<double>& y, double dt, int steps, bool held = false) {
  const auto slope = [&](const std::vector<double>& at) {
    auto k = cell.rates(at);
    if (held) k[0] = 0;
    return k;
  };
  const auto moved = [&](const std::vector<double>& k, double by) {
    auto at = y;
    for (std::size_t s = 0; s < y.size(); ++s) at[s] += by * k[s];
    return at;
  };
  for (int i = 0; i < steps; ++i) {
    const auto k1 = slope(y), k2 = slope(moved(k1, dt / 2)), k3 = slope(moved(k2, dt / 2)), k4 = slope(moved(k3, dt));
    for (std::size_t s = 0; s < y.size(); ++s) y[s] += dt / 6 * (k1[s] + 2 * k2[s] + 2 * k3[s] + k4[s]);
  }
}
