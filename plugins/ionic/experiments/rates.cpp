#include "experiments/rates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "experiments/biomarkers.hpp"
#include "experiments/csv_rows.hpp"
#include "experiments/drugs.hpp"

namespace tawara::experiments {
namespace {

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
    const auto given = row.arguments_of("cell");
    std::vector<double> parameters(given.begin(), given.end());
    const DrugFactors drugs = drug_factors(row);
    drugs.apply(parameters);
    idle_drugs_.warn_once(row.host(), row.source("cell"), drugs);
    row.output_table("rates") = rates_table(model, parameters, states_);
    row.output_table("observables") = observables_table(model, parameters, states_);
  }

 private:
  StateVectors states_;
  IdleDrugs idle_drugs_;
};

}  // namespace

StateVectors read_states(const std::filesystem::path& file, std::size_t n_states) {
  StateVectors states;
  for (CsvRows rows(file, {"vector", "index", "name", "value"}); rows.next();) {
    const std::string& label = rows.text("vector");
    auto vector = std::find_if(states.vectors.begin(), states.vectors.end(), [&](auto& v) { return v.label == label; });
    if (vector == states.vectors.end())
      vector = states.vectors.insert(vector,
                                     {label, std::vector<std::string>(n_states), std::vector<double>(n_states, nan)});
    const double i = rows.number("index");
    if (!(i >= 1 && i <= static_cast<double>(n_states)) || i != std::floor(i))
      rows.fail(fmt::format("index {} is not one of the model's states, 1 to {}", rows.text("index"), n_states));
    const auto s = static_cast<std::size_t>(i) - 1;
    if (!std::isnan(vector->values[s])) rows.fail(fmt::format("vector {} has index {} twice", label, s + 1));
    vector->names[s] = rows.text("name");
    vector->values[s] = rows.number("value");
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
  add_drugs_slot(d);
  d.output_table("rates").shown_as(Hint::table).says("vector, index, name, value, derivative.");
  d.output_table("observables").shown_as(Hint::table).says("vector, name, unit, value of every observable.");
  return d;
}

std::unique_ptr<const Prepared> Rates::prepare(PrepareContext& context) const {
  const auto& model = context.input("cell").as<IonicModel>();
  return std::make_unique<PreparedRates>(read_states(file_, model.states().size()));
}

}  // namespace tawara::experiments
