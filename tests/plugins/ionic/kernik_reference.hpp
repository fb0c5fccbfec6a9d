#pragma once
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

/// A CSV as the Kernik reference writes it: notes behind '#', quoted texts, line ends of any system.
struct KernikTable {
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> rows;

  explicit KernikTable(const std::filesystem::path& file) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error("cannot open " + file.string());
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with('#')) continue;
      std::vector<std::string> cells(1);
      bool quoted = false;
      for (const char c : line) {
        if (c == '"')
          quoted = !quoted;
        else if (c == ',' && !quoted)
          cells.emplace_back();
        else if (c != '\r')
          cells.back() += c;
      }
      if (names.empty())
        names = cells;
      else
        rows.push_back(cells);
    }
  }
  [[nodiscard]] std::size_t column(const std::string& name) const {
    for (std::size_t c = 0; c < names.size(); ++c)
      if (names[c] == name) return c;
    throw std::runtime_error("no column " + name);
  }
  [[nodiscard]] double number(std::size_t row, const std::string& name) const {
    return std::stod(rows.at(row).at(column(name)));
  }
  [[nodiscard]] std::vector<double> numbers(const std::string& name) const {
    const std::size_t c = column(name);
    std::vector<double> values;
    for (const auto& row : rows) values.push_back(std::stod(row.at(c)));
    return values;
  }
};
