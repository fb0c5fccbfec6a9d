#include <cmath>
#include <numeric>

#include "tawara/recordings.hpp"
#include "toy_components.hpp"

namespace tawara::toys {
namespace {

constexpr double amplitude = 10, tau = 20;  // what they vary about: uA/uF, ms

/// A value from 0.6 to 1.4 of cell i: evenly spread, and any first few of them as well.
double factor(std::size_t i, double step) {
  const double u = step * static_cast<double>(i + 1);
  return 0.6 + 0.8 * (u - std::floor(u));
}

class PreparedCells final : public Prepared, public Recordings {
 public:
  explicit PreparedCells(std::size_t n) : n_(n), times_(100) { std::iota(times_.begin(), times_.end(), 0.0); }
  [[nodiscard]] const void* ability(std::string_view name) const override {
    return name == ability_name ? static_cast<const Recordings*>(this) : nullptr;
  }
  [[nodiscard]] std::size_t cells() const override { return n_; }
  [[nodiscard]] const Signal& signal() const override { return signal_; }
  [[nodiscard]] std::span<const double> times() const override { return times_; }
  [[nodiscard]] std::span<const Step> command() const override { return command_; }
  [[nodiscard]] std::span<const Quantity> conditions() const override { return conditions_; }
  [[nodiscard]] std::span<const Quantity> varied() const override { return varied_; }
  [[nodiscard]] Table known(std::size_t first, std::size_t n) const override {
    std::vector<double> amplitudes, taus;
    std::vector<std::string> status;
    for (std::size_t i = first; i < first + n; ++i) {
      amplitudes.push_back(amplitude_of(i));
      taus.push_back(tau_of(i));
      status.push_back(is_lost(i) ? "lost: the seal" : "ok");
    }
    Table table;
    table.add(varied_[0].name, varied_[0].unit, std::move(amplitudes));
    table.add(varied_[1].name, varied_[1].unit, std::move(taus));
    table.add_text("status", std::move(status));
    return table;
  }
  void read(std::size_t first, std::size_t n, std::span<float> out) const override {
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t k = 0; k < times_.size(); ++k)
        out[i * times_.size() + k] =
            is_lost(first + i) ? std::numeric_limits<float>::quiet_NaN()
                               : static_cast<float>(amplitude_of(first + i) * std::exp(-times_[k] / tau_of(first + i)));
  }

 private:
  [[nodiscard]] bool is_lost(std::size_t i) const { return i == n_ / 2; }
  [[nodiscard]] static double amplitude_of(std::size_t i) { return amplitude * factor(i, 0.7548776662466927); }
  [[nodiscard]] static double tau_of(std::size_t i) { return tau * factor(i, 0.5698402909980532); }
  std::size_t n_;
  std::vector<double> times_;
  Signal signal_ = {"I_ion", "uA/uF"};
  std::vector<Step> command_ = {{0, 100}};
  std::vector<Quantity> conditions_ = {
      {"temperature", "K", 310}, {"amplitude", "uA/uF", amplitude}, {"tau", "ms", tau}};
  std::vector<Quantity> varied_ = {{"toy_cell.amplitude", "uA/uF", amplitude}, {"toy_cell.tau", "ms", tau}};
};

}  // namespace

Descriptor Cells::describe() {
  Descriptor d("recordings.toy_cells", "Currents of cells that decay exponentially");
  d.maturity = Maturity::stable;
  d.doc =
      "I_ion = amplitude exp(-t/tau), amplitude about 10 uA/uF and tau about 20 ms, each within 40 %. The cell in the "
      "middle has no recording.";
  d.integer("cells", 11).allowed(3, 100000).says("How many, the one without a recording among them.");
  return d;
}

std::unique_ptr<const Prepared> Cells::prepare(PrepareContext& context) const {
  return std::make_unique<PreparedCells>(static_cast<std::size_t>(context.settings().integer("cells")));
}

}  // namespace tawara::toys
