#pragma once
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

/// A small CSV read whole: header names and rows of texts.
struct ReferenceCsv {
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> rows;

  explicit ReferenceCsv(const std::filesystem::path& file) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error("cannot open " + file.string());
    std::string line;
    while (std::getline(in, line)) {
      std::vector<std::string> cells;
      std::stringstream stream(line);
      for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
      if (names.empty()) {
        names = cells;
      } else {
        rows.push_back(cells);
      }
    }
  }

  [[nodiscard]] std::size_t column(const std::string& name) const {
    for (std::size_t c = 0; c < names.size(); ++c)
      if (names[c] == name) return c;
    throw std::runtime_error("no column " + name);
  }
  [[nodiscard]] double number(std::size_t row, const std::string& name) const {
    return std::stod(rows[row][column(name)]);
  }
};

/// `derivatives.csv`: states and right-hand sides of each vector.
struct ReferenceVector {
  std::vector<double> state, derivative;
  std::map<std::string, double> currents;
};

inline std::vector<ReferenceVector> reference_vectors(const std::filesystem::path& folder) {
  std::vector<ReferenceVector> vectors;
  const ReferenceCsv derivatives(folder / "derivatives.csv");
  for (std::size_t r = 0; r < derivatives.rows.size(); ++r) {
    const auto v = static_cast<std::size_t>(derivatives.number(r, "vector"));
    if (v > vectors.size()) vectors.resize(v);
    vectors[v - 1].state.push_back(derivatives.number(r, "value"));
    vectors[v - 1].derivative.push_back(derivatives.number(r, "derivative"));
  }
  const ReferenceCsv currents(folder / "derivative_currents.csv");
  for (std::size_t r = 0; r < currents.rows.size(); ++r)
    vectors.at(static_cast<std::size_t>(currents.number(r, "vector")) - 1)
        .currents[currents.rows[r][currents.column("name")]] = currents.number(r, "value");
  return vectors;
}
