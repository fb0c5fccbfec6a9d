#include "experiments/drug_trial/parents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "experiments/names.hpp"
#include "experiments/population/cohort.hpp"

namespace tawara::experiments {
namespace {

constexpr const char* slot = "parents";

/// What a row is called.
class RowNames {
 public:
  explicit RowNames(const Table& table) : names_(table.find("name")), index_(table.find("index")) {}
  [[nodiscard]] std::string of(std::size_t row) const {
    if (names_ && !names_->texts.empty() && !names_->texts[row].empty()) return names_->texts[row];
    return index_ && index_->texts.empty() ? fmt::format("{:.0f}", index_->numbers[row]) : fmt::format("{}", row);
  }

 private:
  const Table::Column *names_, *index_;
};

/// A column and the argument it gives.
struct Given {
  const Table::Column* column;
  const Parameter* parameter;
  std::size_t argument;
};

void check_unit(const Table::Column& column, const Parameter& parameter, const std::string& table) {
  if (!column.texts.empty())
    throw DataError(fmt::format("column {} of '{}' holds texts; it must be numbers{}", column.name, table,
                                parameter.unit == "1" ? "" : " in " + parameter.unit));
  if (column.unit != parameter.unit)
    throw DataError(
        fmt::format("column {} of '{}' {}; it must {}. {} `{}{}`", column.name, table,
                    column.unit == "1" ? "has no unit" : "is in " + column.unit,
                    parameter.unit == "1" ? "be without unit" : "be in " + parameter.unit,
                    column.unit == "1" ? "Write its header as" : "Convert its numbers and write its header as",
                    column.name, parameter.unit == "1" ? "" : " [" + parameter.unit + "]"));
}

std::vector<Given> columns_given(const Input& cell, const Table& table, const std::string& name) {
  const Descriptor& d = cell.descriptor();
  std::vector<Given> given;
  std::vector<std::string> names;
  for (const Table::Column& column : table.columns) {
    names.push_back(column.name);
    const std::string prefix = cell.instance() + ".";
    const int p = column.name.starts_with(prefix) ? d.parameter_index(column.name.substr(prefix.size())) : -1;
    if (p < 0) continue;  // a result, say
    const Parameter& parameter = d.parameters[static_cast<std::size_t>(p)];
    const int argument = d.argument_index(parameter.name);
    if (argument < 0)
      throw ScenarioError(slot, fmt::format("column {} of '{}': that parameter acts when the cell is prepared and "
                                            "cannot differ between the parents of one trial; sweep it instead",
                                            column.name, name));
    check_unit(column, parameter, name);
    given.push_back({&column, &parameter, static_cast<std::size_t>(argument)});
  }
  if (given.empty()) {
    const auto first =
        std::find_if(d.parameters.begin(), d.parameters.end(), [](const Parameter& p) { return is_argument(p); });
    throw ScenarioError(slot, fmt::format("no column of '{}' is a parameter of '{}'; name them as {}.{}; it has: {}",
                                          name, cell.instance(), cell.instance(),
                                          first == d.parameters.end() ? "..." : first->name, joined(names)));
  }
  return given;
}

/// Those of the table that are to be parents. @param ok  which may be
std::vector<std::size_t> rows_of(const Settings& settings, const std::vector<bool>& ok, const Table::Column* status,
                                 const std::string& name) {
  std::vector<std::size_t> rows;
  if (!settings.has("parent_rows")) {
    for (std::size_t row = 0; row < ok.size(); ++row)
      if (ok[row]) rows.push_back(row);
    if (rows.empty())
      throw ScenarioError(
          slot, fmt::format("'{}' has no row{}: there is no parent", name, ok.empty() ? "" : " with status ok"));
    return rows;
  }
  for (const double wanted : settings.numbers("parent_rows")) {
    if (!(wanted < static_cast<double>(ok.size())))
      throw ScenarioError("parent_rows", fmt::format("there is no row {:g}; '{}' has {} rows, numbered from 0", wanted,
                                                     name, ok.size()));
    const auto row = static_cast<std::size_t>(wanted);
    if (!ok[row])
      throw ScenarioError("parent_rows", fmt::format("row {} of '{}' is not ok (\"{}\"); choose others", row, name,
                                                     status->texts[row]));
    if (std::find(rows.begin(), rows.end(), row) != rows.end())
      throw ScenarioError("parent_rows", fmt::format("row {} is listed twice; list it once", row));
    rows.push_back(row);
  }
  if (rows.empty()) throw ScenarioError("parent_rows", "no row is listed: there is no parent");
  return rows;
}

}  // namespace

Parents parents_of(const PrepareContext& context) {
  const Input& cell = context.input("cell");
  const Settings& settings = context.settings();
  const std::vector<double> own(cell.arguments().begin(), cell.arguments().end());
  if (context.count(slot) == 0) {
    if (settings.has("parent_rows"))
      throw ScenarioError("parent_rows",
                          "rows are listed, but there are no `parents` they could be of; name an "
                          "instance with a table, as dataset.population");
    return {{{cell.instance(), own}}, {}, 0};
  }
  const Input& input = context.input(slot);
  const Table& table = input.table("population");
  const std::vector<Given> given = columns_given(cell, table, input.instance());

  const Table::Column* status = table.find("status");
  const RowNames names(table);
  if (status && status->texts.empty()) status = nullptr;
  std::vector<bool> ok(table.rows(), true);
  for (std::size_t row = 0; status && row < ok.size(); ++row) ok[row] = status->texts[row] == "ok";

  Parents parents;
  parents.rows_not_ok = static_cast<std::size_t>(std::count(ok.begin(), ok.end(), false));
  for (const Given& column : given) parents.given.push_back(column.parameter->name);
  std::set<std::string> taken;
  for (const std::size_t row : rows_of(settings, ok, status, input.instance())) {
    Parent parent{names.of(row), own};
    if (!taken.insert(parent.name).second)
      throw DataError(fmt::format("two rows of '{}' have the name '{}'; a parent needs one of its own",
                                  input.instance(), parent.name));
    for (const Given& column : given) {
      const double value = column.column->numbers[row];
      const std::string problem = problem_with(*column.parameter, value);
      if (!problem.empty())
        throw DataError(fmt::format("column {} of '{}', row {} (from 0): {:g} {}", column.column->name,
                                    input.instance(), row, value, problem));
      parent.arguments[column.argument] = value;
    }
    parents.all.push_back(std::move(parent));
  }
  return parents;
}

}  // namespace tawara::experiments
