#pragma once
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "../../one_component.hpp"
#include "tawara/random.hpp"
#include "tawara/recordings.hpp"

/// Recordings of cells that a formula makes: varied parameters uniform within 40 % of 2, -5 and 0.1; signals of 40
/// samples.
struct ToyRecordings : tawara::Recordings, tawara::Prepared {
  std::size_t count;
  std::vector<Quantity> what = {{"cell.g", "mS/uF", 2}, {"cell.shift", "mV", -5}, {"cell.tau", "1", 0.1}};
  Signal sig{"I_ion", "uA/uF"};
  std::vector<double> t;
  std::vector<Step> steps = {{-80, 10}, {20, 30}};
  std::vector<Quantity> same = {{"temperature", "K", 310}};
  std::map<std::size_t, std::string> status;  ///< of cells that are not ok
  /// Of factors and noise of the cell's own: the sample at a time.
  std::function<double(const std::vector<double>&, double, tawara::Random&)> formula =
      [](const std::vector<double>& f, double time, tawara::Random&) {
        return 100 * f[0] * std::exp(-time / (3 * f[2])) - 5 * f[1] * (1 - std::exp(-time / 20)) + f[0] * f[1];
      };

  explicit ToyRecordings(std::size_t cells) : count(cells) {
    for (int k = 0; k < 40; ++k) t.push_back(k);
  }
  std::size_t cells() const override { return count; }
  const Signal& signal() const override { return sig; }
  std::span<const double> times() const override { return t; }
  std::span<const Step> command() const override { return steps; }
  std::span<const Quantity> conditions() const override { return same; }
  std::span<const Quantity> varied() const override { return what; }
  std::vector<double> factors(std::size_t cell) const {
    tawara::Random random(7, "factors", cell);
    std::vector<double> f;
    for (std::size_t k = 0; k < what.size(); ++k) f.push_back(random.uniform(0.6, 1.4));
    return f;
  }
  tawara::Table known(std::size_t first, std::size_t n) const override {
    tawara::Table table;
    for (std::size_t k = 0; k < what.size(); ++k) {
      std::vector<double> values;
      for (std::size_t cell = first; cell < first + n; ++cell) values.push_back(factors(cell)[k] * what[k].value);
      table.add(what[k].name, what[k].unit, values);
    }
    std::vector<std::string> texts;
    for (std::size_t cell = first; cell < first + n; ++cell)
      texts.push_back(status.contains(cell) ? status.at(cell) : "ok");
    return table.add_text("status", texts);
  }
  void read(std::size_t first, std::size_t n, std::span<float> out) const override {
    for (std::size_t cell = first; cell < first + n; ++cell) {
      tawara::Random random(8, "signal", cell);
      const auto f = factors(cell);
      for (std::size_t k = 0; k < t.size(); ++k)
        out[(cell - first) * t.size() + k] = status.contains(cell) ? NAN : static_cast<float>(formula(f, t[k], random));
    }
  }
  const void* ability(std::string_view name) const override {
    return name == tawara::Recordings::ability_name ? static_cast<const tawara::Recordings*>(this) : nullptr;
  }
};

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// What fills the slot `recordings`.
inline TestInput recorded(std::shared_ptr<const ToyRecordings> recordings) {
  TestInput input("cohort");
  input.ready = std::move(recordings);
  return input;
}
