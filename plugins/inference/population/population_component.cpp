#include "population_component.hpp"

#include <algorithm>
#include <limits>

#include "tawara/table_files.hpp"

namespace tawara::population {

Table rows_of(const Table& table, std::size_t first, std::size_t count) {
  const std::size_t n = table.rows(), begin = std::min(first, n), end = begin + std::min(count, n - begin);
  const auto part = [&](const auto& values) {
    return std::decay_t<decltype(values)>(values.begin() + static_cast<std::ptrdiff_t>(begin),
                                          values.begin() + static_cast<std::ptrdiff_t>(end));
  };
  Table out;
  for (const Table::Column& c : table.columns)
    if (c.texts.empty())
      out.add(c.name, c.unit, part(c.numbers));
    else
      out.add_text(c.name, part(c.texts));
  return out;
}

Descriptor PopulationFile::describe() {
  Descriptor d("dataset.population", "A population that a run left, for the next one");
  d.doc =
      "Columns are parameter paths (numbers with their unit, choices by name, subsets as ids with blanks between "
      "them), "
      "observables, `weight` and `status`, as samplers, designs and populations write them. Use it as `population` of "
      "`sampler.replay` or as `design` of `experiment.population`: posterior to trial, one stage to the next.";
  d.path("file").absent_by_default().says(
      "A CSV with units in its header (OUT/inference.population.csv), one shard, or all shards of a population by "
      "what their names begin with (OUT/cohort.cells).");
  d.slot("population", "")
      .optional()
      .needs("population", "")
      .says("Another instance's population, in place of a file.");
  d.integer("first", 0).at_least(0).says("Rows to leave out before the first one taken.");
  d.add(make_parameter("rows", Type::integer)).absent_by_default().at_least(1).says("Rows to take; all when absent.");
  d.constant_table("population").shown_as(Hint::population).says("The rows taken, as they were found.");
  d.constant("rows", "1", "").summary_as("rows").says("How many.");
  return d;
}

std::unique_ptr<const Prepared> PopulationFile::prepare(PrepareContext& context) const {
  const Settings& settings = context.settings();
  const bool from_file = settings.has("file"), from_slot = context.count("population") > 0;
  if (from_file == from_slot)
    throw ScenarioError(from_file ? "file" : "",
                        from_file ? "there is a file and an instance in 'population'; give one of them"
                                  : "there is nothing to read; give a 'file', or an instance in 'population'");
  Table table;
  if (from_file) {
    auto* files = context.host().find<TableFiles>();
    if (!files) throw Error("this kernel reads no tables; it is older than the plugin");
    table = files->read(settings.path("file"));
  } else {
    table = context.input("population").table("population");
  }
  const auto first = static_cast<std::size_t>(settings.integer("first"));
  if (first >= table.rows())
    throw ScenarioError("first", "all " + std::to_string(table.rows()) + " rows are left out; it must be less");
  std::size_t count = std::numeric_limits<std::size_t>::max();
  if (settings.has("rows")) {
    count = static_cast<std::size_t>(settings.integer("rows"));
    if (count > table.rows() - first)
      context.host().warn(std::to_string(count) + " rows are asked for, there are " +
                          std::to_string(table.rows() - first));
  }
  Table part = rows_of(table, first, count);
  context.put("rows", static_cast<double>(part.rows()));
  context.put("population", std::move(part));
  return nullptr;
}

}  // namespace tawara::population
