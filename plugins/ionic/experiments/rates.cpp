#include "experiments/rates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>

#include "experiments/biomarkers.hpp"

namespace tawara::experiments {
namespace {

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells(1);
  for (char c : line) {
    if (c == ',') {
      cells.emplace_back();
    } else if (c != '\r') {
      cells.back() += c;
    }
  }
  return cells;
}

class Lines {
 public:
  explicit Lines(const std::filesystem::path& file) : file_(file.string()), in_(file) {
    if (!in_) fail("the file cannot be opened");
    std::string line;
    std::getline(in_, line);
    ++number_;
    const auto header = split(line);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const auto found = std::find(header.begin(), header.end(), columns[c]);
      if (found == header.end())
        fail(fmt::format("the column '{}' is missing; the header must name vector, index, name and value, it is '{}'",
                         columns[c], line));
      position_[c] = static_cast<std::size_t>(found - header.begin());
    }
  }
  /// Next row that is not blank: vector, index, name, value.
  bool next(std::array<std::string, 4>& row) {
    for (std::string line; std::getline(in_, line);) {
      ++number_;
      const auto cells = split(line);
      if (cells.size() == 1 && cells[0].empty()) continue;
      for (std::size_t c = 0; c < row.size(); ++c) {
        if (position_[c] >= cells.size()) fail(fmt::format("only {} cells, '{}' is missing", cells.size(), columns[c]));
        row[c] = cells[position_[c]];
      }
      return true;
    }
    return false;
  }
  double number(const std::string& text, const char* what) const {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
      fail(fmt::format("{} must be a number, found '{}'", what, text));
    return value;
  }
  [[noreturn]] void fail(const std::string& what) const {
    throw DataError(number_ ? fmt::format("{}:{}: {}", file_, number_, what) : fmt::format("{}: {}", file_, what));
  }

 private:
  static constexpr std::array<const char*, 4> columns = {"vector", "index", "name", "value"};
  std::string file_;
  std::ifstream in_;
  long number_ = 0;
  std::array<std::size_t, 4> position_{};
};

CellBlock block(const StateVectors::Vector& vector, std::span<const double> parameters, const double* I_stim) {
  return {.cells = 1,
          .stride = 1,
          .state = vector.values.data(),
          .parameters = parameters.data(),
          .parameter_stride = 0,
          .I_stim = I_stim,
          .t = 0};
}

class PreparedRates final : public Prepared {
 public:
  explicit PreparedRates(StateVectors states) : states_(std::move(states)) {}
  void evaluate(int, Row& row) const override {
    const auto& model = row.source("cell").as<IonicModel>();
    const auto parameters = row.arguments_of("cell");
    row.output_table("rates") = rates_table(model, parameters, states_);
    row.output_table("observables") = observables_table(model, parameters, states_);
  }

 private:
  StateVectors states_;
};

}  // namespace

StateVectors read_states(const std::filesystem::path& file, std::size_t n_states) {
  StateVectors states;
  Lines lines(file);
  for (std::array<std::string, 4> row; lines.next(row);) {
    const auto& [label, index, name, value] = row;
    auto vector = std::find_if(states.vectors.begin(), states.vectors.end(), [&](auto& v) { return v.label == label; });
    if (vector == states.vectors.end())
      vector = states.vectors.insert(vector,
                                     {label, std::vector<std::string>(n_states), std::vector<double>(n_states, nan)});
    const double i = lines.number(index, "index");
    if (!(i >= 1 && i <= static_cast<double>(n_states)) || i != std::floor(i))
      lines.fail(fmt::format("index {} is not one of the model's states, 1 to {}", index, n_states));
    const auto s = static_cast<std::size_t>(i) - 1;
    vector->names[s] = name;
    vector->values[s] = lines.number(value, "value");
  }
  if (states.vectors.empty()) throw DataError(fmt::format("{}: no states, only a header", file.string()));
  for (const auto& vector : states.vectors)
    for (std::size_t s = 0; s < n_states; ++s)
      if (std::isnan(vector.values[s]))
        throw DataError(fmt::format("{}: vector {} has no value for index {}; the model has {} states", file.string(),
                                    vector.label, s + 1, n_states));
  return states;
}

Table rates_table(const IonicModel& model, std::span<const double> parameters, const StateVectors& states) {
  std::vector<std::string> label, name;
  std::vector<double> index, value, derivative;
  std::vector<double> dydt(model.states().size());
  const double none = 0;
  for (const auto& vector : states.vectors) {
    model.rates(block(vector, parameters, &none), dydt.data());
    for (std::size_t s = 0; s < dydt.size(); ++s) {
      label.push_back(vector.label);
      index.push_back(static_cast<double>(s + 1));
      name.push_back(vector.names[s]);
      value.push_back(vector.values[s]);
      derivative.push_back(dydt[s]);
    }
  }
  Table table;
  table.add_text("vector", std::move(label));
  table.add("index", "1", std::move(index));
  table.add_text("name", std::move(name));
  table.add("value", "1", std::move(value));
  table.add("derivative", "1", std::move(derivative));
  return table;
}

Table observables_table(const IonicModel& model, std::span<const double> parameters, const StateVectors& states) {
  std::vector<std::string> label, name, unit;
  std::vector<double> value;
  std::vector<double> observed(model.observables().size());
  const double none = 0;
  for (const auto& vector : states.vectors) {
    model.observe(block(vector, parameters, &none), observed.data());
    for (std::size_t o = 0; o < observed.size(); ++o) {
      label.push_back(vector.label);
      name.push_back(model.observables()[o].name);
      unit.push_back(model.observables()[o].unit);
      value.push_back(observed[o]);
    }
  }
  Table table;
  table.add_text("vector", std::move(label));
  table.add_text("name", std::move(name));
  table.add_text("unit", std::move(unit));
  table.add("value", "1", std::move(value));
  return table;
}

Descriptor Rates::describe() {
  Descriptor d("experiment.rates", "Right-hand side and currents of a cell model at given states");
  d.doc =
      "Reads states from a CSV with columns vector, index, name, value and writes the same rows with `derivative`, "
      "stimulus off. States are matched by index from 1 in the model's order; names are only echoed. Values are in the "
      "states' units, "
      "derivatives in those per ms.";
  d.maturity = Maturity::stable;
  d.path("states").says("CSV with a header; further columns are ignored.");
  d.slot("cell", "ionic").offers("ionic").says("The cell model.");
  d.output_table("rates").shown_as(Hint::table).says("vector, index, name, value, derivative.");
  d.output_table("observables").shown_as(Hint::table).says("vector, name, unit, value of every observable.");
  return d;
}

std::unique_ptr<const Prepared> Rates::prepare(PrepareContext& context) const {
  const auto& model = context.input("cell").as<IonicModel>();
  return std::make_unique<PreparedRates>(read_states(file_, model.states().size()));
}

}  // namespace tawara::experiments
