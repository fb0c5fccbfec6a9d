#pragma once
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace tawara::experiments {

/// The rows of a small CSV by column name. Columns may stand in any order, with a unit in brackets behind the name;
/// those nobody asks for are ignored, as are blank lines.
class CsvRows {
 public:
  /// @param required  @throws DataError(file:1) naming the one that is missing  @param optional  may be absent
  CsvRows(const std::filesystem::path& file, const std::vector<std::string>& required,
          const std::vector<std::string>& optional = {});
  /// Go to the next row. @throws DataError(file:line) when it is too short
  bool next();
  /// False for an optional column that is not there.
  [[nodiscard]] bool has(std::string_view column) const;
  [[nodiscard]] const std::string& text(std::string_view column) const;
  /// @throws DataError(file:line) unless it is a finite number
  [[nodiscard]] double number(std::string_view column) const;
  [[nodiscard]] long line() const { return line_; }
  /// @throws DataError with file and line ahead of the text
  [[noreturn]] void fail(const std::string& what) const;

 private:
  struct Column {
    std::string name;
    int position;  // -1: absent
  };
  [[nodiscard]] const Column& column(std::string_view name) const;
  std::string file_;
  std::ifstream in_;
  long line_ = 0;
  std::vector<Column> columns_;
  std::vector<std::string> cells_;
};

}  // namespace tawara::experiments
