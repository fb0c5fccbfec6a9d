#include "kernel/scenario/input_files.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace tawara {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view ending = ".h5";
constexpr std::size_t fewest_digits = 5;

/// Splits "cohort.cells.00012.h5" into "cohort.cells" and 12.
bool split(const std::string& name, std::string& series, std::size_t& number) {
  if (!name.ends_with(ending)) return false;
  const std::string stem = name.substr(0, name.size() - ending.size());
  const std::size_t dot = stem.rfind('.');
  if (dot == std::string::npos || dot == 0 || stem.size() - dot - 1 < fewest_digits) return false;
  const char *first = stem.data() + dot + 1, *last = stem.data() + stem.size();
  const auto [end, error] = std::from_chars(first, last, number);
  if (error != std::errc{} || end != last) return false;
  series = stem.substr(0, dot);
  return true;
}

}  // namespace

std::size_t shard_number(const fs::path& file) {
  std::string series;
  std::size_t number = 0;
  (void)split(file.filename().string(), series, number);
  return number;
}

ShardSeries shard_series_in(const fs::path& folder) {
  ShardSeries all;
  std::error_code failed;
  for (fs::directory_iterator entry(folder.empty() ? "." : folder, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    std::string series;
    std::size_t number = 0;
    if (split(entry->path().filename().string(), series, number)) all[series].push_back(entry->path());
  }
  for (auto& [series, files] : all)
    std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) {
      return std::pair(shard_number(a), a) < std::pair(shard_number(b), b);
    });
  return all;
}

std::vector<fs::path> input_files(const fs::path& path) {
  std::error_code failed;
  if (fs::is_directory(path, failed)) {
    const ShardSeries series = shard_series_in(path);
    return series.size() == 1 ? series.begin()->second : std::vector{path};
  }
  if (fs::exists(path, failed)) return {path};
  const ShardSeries series = shard_series_in(path.parent_path());
  const auto found = series.find(path.filename().string());
  return found == series.end() ? std::vector<fs::path>{} : found->second;
}

std::vector<std::string> files_in(const Parameter& parameter, const Value& value) {
  std::vector<std::string> files;
  if (parameter.type == Type::path && value.is<std::string>()) files.push_back(value.text());
  if (parameter.type == Type::list && value.is<List>() && !parameter.members.empty())
    for (const Value& item : value.list())
      for (std::string& file : files_in(parameter.members.front(), item)) files.push_back(std::move(file));
  return files;
}

}  // namespace tawara
