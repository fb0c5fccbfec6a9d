#include "made_up_cells.hpp"

#include <cmath>
#include <string>

namespace my_component {
namespace {

/// From 0.6 to 1.4, evenly spread over any number of cells.
double factor(std::size_t cell, double step) {
  const double u = step * static_cast<double>(cell + 1);
  return 0.6 + 0.8 * (u - std::floor(u));
}

}  // namespace

Decays::Decays(std::size_t cells, double sd_of_noise, std::span<const double> noise) {
  for (std::size_t k = 0; k < samples; ++k) times_.push_back(2.0 * static_cast<double>(k));
  for (std::size_t i = 0; i < cells; ++i) {
    amplitude_.push_back(varied_[0].value * factor(i, 0.7548776662466927));
    tau_.push_back(varied_[1].value * factor(i, 0.5698402909980532));
    for (std::size_t k = 0; k < samples; ++k)
      I_.push_back(
          static_cast<float>(amplitude_[i] * std::exp(-times_[k] / tau_[i]) + sd_of_noise * noise[i * samples + k]));
  }
}

// `status` is "ok", or what is wrong with a cell; its signal is then NaN.
tawara::Table Decays::known(std::size_t first, std::size_t n) const {
  const auto rows = [&](const std::vector<double>& values) {
    return std::vector<double>(values.begin() + static_cast<std::ptrdiff_t>(first),
                               values.begin() + static_cast<std::ptrdiff_t>(first + n));
  };
  tawara::Table table;
  table.add(varied_[0].name, varied_[0].unit, rows(amplitude_));
  table.add(varied_[1].name, varied_[1].unit, rows(tau_));
  table.add_text("status", std::vector<std::string>(n, "ok"));
  return table;
}

void Decays::read(std::size_t first, std::size_t n, std::span<float> out) const {
  for (std::size_t j = 0; j < n * samples; ++j) out[j] = I_[first * samples + j];
}

tawara::Descriptor MadeUpCells::describe() {
  tawara::Descriptor d("dataset.my_component_cells", "Made-up currents that decay");
  d.doc =
      "I_ion = amplitude exp(-t/tau) and noise, every 2 ms for 100 ms; amplitude is about 10 uA/uF and tau about 20 "
      "ms, "
      "each within 40 %. For trying a learner.";
  d.integer("cells", 100).allowed(1, 100000).says("How many.");
  d.number("noise", "uA/uF", 0.1).at_least(0).usual(0, 1).says("Standard deviation of the noise.");
  return d;
}

MadeUpCells::MadeUpCells(const tawara::Settings& settings)
    : cells_(static_cast<std::size_t>(settings.integer("cells"))), noise_(settings.number("noise")) {}

std::unique_ptr<const tawara::Prepared> MadeUpCells::prepare(tawara::PrepareContext& context) const {
  std::vector<double> noise;
  for (std::size_t i = 0; i < cells_; ++i) {
    tawara::Random random = context.host().random("noise", i);  // of each cell its own: more cells change none of them
    for (std::size_t k = 0; k < Decays::samples; ++k) noise.push_back(random.normal());
  }
  return std::make_unique<Decays>(cells_, noise_, noise);
}

}  // namespace my_component
