#include "kernel/results/csv.hpp"

#include <fmt/format.h>

#include <iterator>

#include "kernel/results/text.hpp"

namespace tawara {

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string to_csv(const Table& table) {
  std::string csv;
  for (const Table::Column& c : table.columns) {
    if (!csv.empty()) csv += ',';
    csv += csv_cell(with_unit(c.name, c.unit));
  }
  csv += '\n';
  for (std::size_t r = 0; r < table.rows(); ++r) {
    for (std::size_t k = 0; k < table.columns.size(); ++k) {
      const Table::Column& c = table.columns[k];
      if (k) csv += ',';
      if (r >= c.size()) continue;
      if (c.texts.empty())
        fmt::format_to(std::back_inserter(csv), "{}", c.numbers[r]);
      else
        csv += csv_cell(c.texts[r]);
    }
    csv += '\n';
  }
  return csv;
}

}  // namespace tawara
