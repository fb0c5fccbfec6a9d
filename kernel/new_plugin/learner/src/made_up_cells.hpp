#pragma once
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "tawara/component.hpp"
#include "tawara/recordings.hpp"

namespace my_component {

/// Currents that decay: I_ion = amplitude exp(-t/tau) + noise, with two numbers that differ from cell to cell.
class Decays final : public tawara::Prepared, public tawara::Recordings {
 public:
  /// @param noise  a number of standard deviation 1 for every sample of every cell, cells x 50
  Decays(std::size_t cells, double sd_of_noise, std::span<const double> noise);
  [[nodiscard]] const void* ability(std::string_view name) const override {
    return name == ability_name ? static_cast<const Recordings*>(this) : nullptr;
  }
  [[nodiscard]] std::size_t cells() const override { return amplitude_.size(); }
  [[nodiscard]] const Signal& signal() const override { return signal_; }
  [[nodiscard]] std::span<const double> times() const override { return times_; }
  [[nodiscard]] std::span<const Step> command() const override { return command_; }
  [[nodiscard]] std::span<const Quantity> conditions() const override { return conditions_; }
  [[nodiscard]] std::span<const Quantity> varied() const override { return varied_; }
  [[nodiscard]] tawara::Table known(std::size_t first, std::size_t n) const override;
  void read(std::size_t first, std::size_t n, std::span<float> out) const override;
  static constexpr std::size_t samples = 50;

 private:
  Signal signal_ = {"I_ion", "uA/uF"};
  std::vector<Step> command_ = {{-20, 100}};
  std::vector<Quantity> conditions_ = {{"temperature", "K", 310}};
  std::vector<Quantity> varied_ = {{"cell.amplitude", "uA/uF", 10}, {"cell.tau", "ms", 20}};
  std::vector<double> times_, amplitude_, tau_;
  std::vector<float> I_;  // cells x samples
};

/// `dataset.my_component_cells`: cells to try a learner on, before there are any of your own.
class MadeUpCells final : public tawara::Component {
 public:
  static tawara::Descriptor describe();
  explicit MadeUpCells(const tawara::Settings& settings);
  [[nodiscard]] std::unique_ptr<const tawara::Prepared> prepare(tawara::PrepareContext& context) const override;

 private:
  std::size_t cells_;
  double noise_;  // uA/uF
};

}  // namespace my_component
