#pragma once
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "tawara/array.hpp"
#include "tawara/descriptor.hpp"

namespace tawara {

/// report.html of a run: one self-contained page, the answer first, then a figure for everything that can be drawn,
/// then where it came from. Components say by hints how their outputs look; nothing here knows what they mean.
class Report {
 public:
  explicit Report(std::string title) : title_(std::move(title)) {}
  void scalar(const std::string& instance, const Output& output, double value);
  void text(const std::string& instance, const Output& output, const std::string& value);
  void table(const std::string& instance, const Output& output, const Table& table);
  void leads(const std::string& instance, const Output& output, const Table& leads);
  /// Results too large to show: "cohort.cells.*.h5", and how many of what size.
  void files(const std::string& names, const std::string& what);
  /// @returns the page
  [[nodiscard]] std::string html(const nlohmann::ordered_json& provenance) const;

 private:
  struct Section {
    std::string instance, output, doc, body;
  };
  std::string& row_of(const std::string& instance);
  std::string title_;
  std::vector<std::pair<std::string, std::string>> scalars_;  // instance, its rows of the table
  std::vector<Section> sections_;
  std::string files_;  // rows of a table
};

/// report.html of a sweep: every number against the swept one, a curve for each setting of the others, and the runs.
/// @param runs   a row per run; the first `swept` columns are the settings, the others the results
[[nodiscard]] std::string sweep_page(const std::string& title, const Table& runs, std::size_t swept);

}  // namespace tawara
