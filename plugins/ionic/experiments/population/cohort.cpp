#include "experiments/population/cohort.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/random/sobol.hpp>
#include <cmath>

#include "experiments/names.hpp"

namespace tawara::experiments {
namespace {

const Parameter* find_parameter(const Descriptor& d, const std::string& name) {
  const int index = d.parameter_index(name);
  return index < 0 ? nullptr : &d.parameters[static_cast<std::size_t>(index)];
}

/// " ms"; nothing for a plain number.
std::string unit_behind(const std::string& unit) { return unit.empty() || unit == "1" ? "" : " " + unit; }

std::string column_names(const Table& table) {
  std::vector<std::string> names;
  for (const Table::Column& column : table.columns) names.push_back(column.name);
  return joined(names);
}

}  // namespace

std::string problem_with(const Parameter& p, double value) {
  if (!std::isfinite(value)) return "is not a finite number";
  if (p.minimum && (value < *p.minimum || (p.exclusive_minimum && value == *p.minimum)))
    return fmt::format("is not {} {:g}{}", p.exclusive_minimum ? "above" : "at least", *p.minimum, unit_behind(p.unit));
  if (p.maximum && (value > *p.maximum || (p.exclusive_maximum && value == *p.maximum)))
    return fmt::format("is not {} {:g}{}", p.exclusive_maximum ? "below" : "at most", *p.maximum, unit_behind(p.unit));
  return {};
}

Cohort::Cohort(const PrepareContext& context) : host_(context.host()) {
  owners_.push_back(owner_of(context.input("cell")));
  for (std::size_t k = 0; k < context.count("drugs"); ++k) owners_.push_back(owner_of(context.input("drugs", k)));
  add_priors(context);
  add_design(context);
  for (std::size_t o = 1; o < owners_.size(); ++o) drugs_vary_ |= owners_[o].varies;
  if (!drugs_vary_) factors_ = drugs_at(owners_);
}

Cohort::Owner Cohort::owner_of(const Input& input) const {
  Owner owner{&input, {}, {input.arguments().begin(), input.arguments().end()}};
  for (const Parameter& p : input.descriptor().parameters)
    if (p.acts_at == ActsAt::evaluate) owner.evaluate.push_back(&p);
  return owner;
}

std::optional<std::size_t> Cohort::design_rows() const { return design_ ? std::optional(rows_.size()) : std::nullopt; }

void Cohort::add(std::size_t owner, std::size_t argument, int prior, const Table::Column* column) {
  const Parameter& parameter = *owners_[owner].evaluate.at(argument);
  const std::string name = owners_[owner].input->instance() + "." + parameter.name;
  for (const Path& path : paths_)
    if (path.name == name)
      throw ScenarioError("parameters",
                          fmt::format("{} is varied twice: by `parameters` and by a column of the design, or "
                                      "by two columns; keep one of them",
                                      name));
  owners_[owner].varies = true;
  varied_.push_back({owner, argument, prior, column});
  paths_.push_back({name, parameter.unit, owners_[owner].arguments[argument]});
}

void Cohort::add_priors(const PrepareContext& context) {
  const Settings& settings = context.settings();
  if (!settings.has("parameters")) return;
  const std::vector<PathInfo> infos = context.spread_paths("parameters");
  priors_ = read_priors(settings.list("parameters"), infos);
  for (std::size_t k = 0; k < priors_.size(); ++k) {
    if (priors_[k].kind == Prior::Kind::subset)
      throw ScenarioError("parameters", priors_[k].path + " is a subset, which a cell's parameter cannot be");
    const auto dot = priors_[k].path.find('.');
    const std::string instance = priors_[k].path.substr(0, dot), name = priors_[k].path.substr(dot + 1);
    for (std::size_t o = 0; o < owners_.size(); ++o)
      if (owners_[o].input->instance() == instance)
        for (std::size_t a = 0; a < owners_[o].evaluate.size(); ++a)
          if (owners_[o].evaluate[a]->name == name) add(o, a, static_cast<int>(k), nullptr);
  }
  if (paths_.size() != priors_.size()) throw Error("a prior of a population is of no parameter that spreads");
  sobol_ = settings.text("method") == "sobol";
  Random random = host_.random("sobol shift");
  if (sobol_)
    for (std::size_t k = 0; k < priors_.size(); ++k) sobol_shift_.push_back(random.uniform());
}

void Cohort::add_design(const PrepareContext& context) {
  const bool given = context.count("design") > 0;
  const std::string name = given ? context.input("design").instance() : "";
  if (given) {
    design_ = &context.input("design").table("population");
    const Table::Column* status = design_->find("status");
    for (std::size_t row = 0; row < design_->rows(); ++row)
      if (!status || status->texts.empty() || status->texts[row] == "ok") rows_.push_back(row);
    rows_not_ok_ = design_->rows() - rows_.size();
    if (rows_.empty())
      throw ScenarioError("design", fmt::format("the population of '{}' has no row{}: there is no cell to run", name,
                                                rows_not_ok_ > 0 ? " with status ok" : ""));
  }
  add_columns(design_, name);
  if (given && std::none_of(varied_.begin(), varied_.end(), [](const Varied& v) { return v.column != nullptr; }))
    throw ScenarioError("design", fmt::format("no column of '{}' is used: name them after parameters ({}.{}), or give "
                                              "parameters {{ column = \"...\" }}; it has: {}",
                                              name, owners_[0].input->instance(),
                                              owners_[0].evaluate.empty() ? "..." : owners_[0].evaluate[0]->name,
                                              column_names(*design_)));
}

void Cohort::add_columns(const Table* design, const std::string& design_name) {
  for (std::size_t o = 0; o < owners_.size(); ++o)
    for (const Input::ColumnArgument& wanted : owners_[o].input->columns()) {
      const std::string path = owners_[o].input->instance() + "." + owners_[o].evaluate.at(wanted.argument)->name;
      if (!design)
        throw ScenarioError("design", fmt::format("{} takes the column '{}', but there is no `design` to take it from; "
                                                  "give one (dataset.population, sampler.design)",
                                                  path, wanted.column));
      const Table::Column* column = design->find(wanted.column);
      if (!column)
        throw DataError(fmt::format("{} takes the column '{}', which '{}' does not have; it has: {}", path,
                                    wanted.column, design_name, column_names(*design)));
      add(o, wanted.argument, -1, column);
      check_column(varied_.back(), paths_.back(), design_name);
    }
  if (!design) return;
  for (const Table::Column& column : design->columns)
    for (std::size_t o = 0; o < owners_.size(); ++o) {
      const std::string prefix = owners_[o].input->instance() + ".";
      if (!column.name.starts_with(prefix)) continue;
      const Parameter* parameter = find_parameter(owners_[o].input->descriptor(), column.name.substr(prefix.size()));
      if (!parameter) continue;  // a result of that instance, say
      if (parameter->acts_at != ActsAt::evaluate)
        throw ScenarioError("design",
                            fmt::format("column {} of '{}': that parameter acts when the cell is prepared and "
                                        "cannot differ between the cells of one population; sweep it instead",
                                        column.name, design_name));
      const auto& all = owners_[o].evaluate;
      add(o, static_cast<std::size_t>(std::find(all.begin(), all.end(), parameter) - all.begin()), -1, &column);
      check_column(varied_.back(), paths_.back(), design_name);
    }
}

void Cohort::check_column(const Varied& varied, const Path& path, const std::string& design_name) const {
  const Table::Column& column = *varied.column;
  if (!column.texts.empty())
    throw DataError(fmt::format("column {} of '{}' holds texts; {} must be numbers{}", column.name, design_name,
                                path.name, path.unit == "1" ? "" : " in " + path.unit));
  if (column.unit != path.unit)
    throw DataError(
        fmt::format("column {} of '{}' {}; {} must {}. {} `{}{}`", column.name, design_name,
                    column.unit == "1" ? "has no unit" : "is in " + column.unit, path.name,
                    path.unit == "1" ? "be without unit" : "be in " + path.unit,
                    column.unit == "1" ? "Write its header as" : "Convert its numbers and write its header as",
                    column.name, path.unit == "1" ? "" : " [" + path.unit + "]"));
  const Parameter& parameter = *owners_[varied.owner].evaluate[varied.argument];
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const std::string problem = problem_with(parameter, column.numbers[rows_[i]]);
    if (!problem.empty())
      throw DataError(fmt::format("column {} of '{}', cell {} (row {}): {:g} {}", column.name, design_name, i,
                                  rows_[i] + 1, column.numbers[rows_[i]], problem));
  }
}

void Cohort::values(std::uint64_t index, std::span<double> values, std::uint64_t candidate) const {
  std::vector<double> drawn(priors_.size());
  if (sobol_ && !priors_.empty()) {
    boost::random::sobol sequence(priors_.size());
    sequence.seed(index);
    for (std::size_t k = 0; k < priors_.size(); ++k) {
      const double x = static_cast<double>(sequence()) * 0x1.0p-64 + sobol_shift_[k];
      // A quantile needs a point inside; only a shift of exactly 0 could give the edge.
      drawn[k] = priors_[k].quantile(std::clamp(x - std::floor(x), 0x1.0p-60, 1 - 0x1.0p-53));
    }
  } else if (!priors_.empty()) {
    Random random = host_.random("cell", index, candidate);
    for (std::size_t k = 0; k < priors_.size(); ++k) drawn[k] = priors_[k].draw(random)[0];
  }
  for (std::size_t v = 0; v < varied_.size(); ++v)
    values[v] = varied_[v].column ? varied_[v].column->numbers[rows_[index]]
                                  : drawn[static_cast<std::size_t>(varied_[v].prior)];
}

std::string Cohort::arguments_without_drugs(std::span<const double> values, std::vector<double>& cell) const {
  cell = owners_[0].arguments;
  for (std::size_t v = 0; v < varied_.size(); ++v) {
    const std::string problem = problem_with(*owners_[varied_[v].owner].evaluate[varied_[v].argument], values[v]);
    if (!problem.empty()) return fmt::format("{} = {:g} {}", paths_[v].name, values[v], problem);
    if (varied_[v].owner == 0) cell[varied_[v].argument] = values[v];
  }
  return {};
}

std::string Cohort::arguments(std::span<const double> values, std::vector<double>& cell) const {
  std::string problem = arguments_without_drugs(values, cell);
  if (!problem.empty()) return problem;
  if (!drugs_vary_) {
    factors_.apply(cell);
    return {};
  }
  std::vector<Owner> drugs = owners_;  // as they are for this cell
  for (std::size_t v = 0; v < varied_.size(); ++v) drugs[varied_[v].owner].arguments[varied_[v].argument] = values[v];
  drugs_at(drugs).apply(cell);
  return {};
}

DrugFactors Cohort::drugs_at(std::span<const Owner> owners) const {
  std::vector<AppliedDrug> applied;
  for (std::size_t o = 1; o < owners.size(); ++o)
    applied.push_back({owners[o].input->instance(), &owners[o].input->as<Drug>(), owners[o].arguments});
  return drug_factors(owners[0].input->descriptor(), applied);
}

}  // namespace tawara::experiments
