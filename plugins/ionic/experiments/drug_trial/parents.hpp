#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "tawara/component.hpp"

namespace tawara::experiments {

/// A cell around which others vary.
struct Parent {
  std::string name;  ///< of its row: column `name`, or `index`, or the row's number from 0; of no row, the instance's
  std::vector<double> arguments;  ///< evaluate parameters in descriptor order, no drug applied
};

/// The parents of a trial and where they come from.
struct Parents {
  std::vector<Parent> all;
  std::vector<std::string> given;  ///< parameters that the table gives: "g_Kr"
  std::size_t rows_not_ok = 0;     ///< left out
};

/// A row each of the table in the slot `parents`, whose columns are named after parameters of the cell
/// ("myocyte.g_Kr"); what it does not give is as the scenario sets it. Without a table, the scenario's own cell alone.
/// Rows with a status other than "ok" are left out.
///
/// Reads slots `cell` and `parents` (a table `population`) and the setting `parent_rows`.
/// @throws ScenarioError("parents")      no column is a parameter, or one acts when the cell is prepared
/// @throws ScenarioError("parent_rows")  a row that is not there, is listed twice or is not ok; rows without a table
/// @throws DataError  another unit, texts, a value the parameter cannot have (with column and row); a name twice
[[nodiscard]] Parents parents_of(const PrepareContext& context);

}  // namespace tawara::experiments
