#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "kernel/scenario/problems.hpp"
#include "kernel/scenario/scenario.hpp"

namespace tawara {
namespace {

constexpr std::size_t most_problems = 20;

bool continues(char c) { return (c & 0xc0) == 0x80; }  // inside a UTF-8 character

/// A source line as characters (code points), control characters made visible.
std::vector<std::string> characters_of_line(const std::string& file, int number) {
  std::ifstream in(file, std::ios::binary);
  std::string line;
  for (int i = 0; i < number; ++i)
    if (!std::getline(in, line)) return {};
  if (!line.empty() && line.back() == '\r') line.pop_back();
  if (number == 1 && line.starts_with("\xef\xbb\xbf")) line.erase(0, 3);
  std::vector<std::string> characters;
  for (char c : line) {
    if (continues(c) && !characters.empty())
      characters.back() += c;
    else if (c == '\t')
      characters.emplace_back(" ");  // so that the caret stays under its place
    else
      characters.push_back(static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? "?" : std::string(1, c));
  }
  return characters;
}

/// Where the token that begins at `begin` ends: a quoted string, a bracketed value up to its end of line, or a word.
std::size_t end_of_token(const std::vector<std::string>& line, std::size_t begin) {
  if (begin >= line.size()) return begin + 1;
  const std::string& first = line[begin];
  std::size_t end = begin + 1;
  if (first == "\"" || first == "'") {
    while (end < line.size() && line[end] != first) end += line[end] == "\\" && first == "\"" ? 2 : 1;
    return std::min(end + 1, line.size());
  }
  const std::string stop = first == "[" ? "]" : first == "{" ? "}" : "";
  if (!stop.empty()) {
    int depth = 1;
    for (; end < line.size() && depth > 0; ++end) depth += line[end] == first ? 1 : line[end] == stop ? -1 : 0;
    return end;
  }
  while (end < line.size() && std::string(" =,]}#").find(line[end]) == std::string::npos) ++end;
  return end;
}

std::string source_excerpt(const Location& where) {
  if (where.line <= 0 || where.column <= 0) return {};
  std::vector<std::string> line = characters_of_line(where.source, where.line);
  if (line.empty()) return {};
  std::size_t begin = std::min(static_cast<std::size_t>(where.column - 1), line.size());
  std::size_t end = end_of_token(line, begin);
  // A window of a long line that keeps the place in sight.
  constexpr std::size_t widest = 120;
  std::size_t from = 0;
  if (line.size() > widest && begin > widest / 2) from = begin - widest / 2;
  const std::size_t to = std::min(line.size(), from + widest);
  end = std::max(begin + 1, std::min(end, std::max(to, begin + 1)));
  const std::string number = std::to_string(where.line);
  const std::string margin(std::max<std::size_t>(5, number.size()), ' ');
  std::string text = margin.substr(number.size()) + number + " | ";
  for (std::size_t i = from; i < to; ++i) text += line[i];
  text += "\n" + margin + " | " + std::string(begin - from, ' ') + "^" + std::string(end - begin - 1, '~') + "\n";
  return text;
}

std::string all_of(const std::vector<Problem>& problems) {
  std::string text;
  for (std::size_t i = 0; i < std::min(problems.size(), most_problems); ++i) text += render(problems[i]);
  if (problems.size() > most_problems)
    text += "... and " + std::to_string(problems.size() - most_problems) + " more problems\n";
  if (!text.empty()) text.pop_back();
  return text;
}

}  // namespace

std::string Location::text() const {
  if (line <= 0) return source;
  return column > 0 ? fmt::format("{}:{}:{}", source, line, column) : fmt::format("{}:{}", source, line);
}

std::string render(const Problem& problem) {
  const char* severity = problem.severity == Problem::Severity::error ? "error" : "warning";
  std::string text = problem.where.text();
  if (!text.empty()) text += ": ";
  text += std::string(severity) + ": " + problem.message + "\n" + source_excerpt(problem.where);
  for (const std::string& hint : problem.hints) text += "      " + hint + "\n";
  return text;
}

ScenarioProblems::ScenarioProblems(std::vector<Problem> problems)
    : Error(all_of(problems)), problems_(std::move(problems)) {}

}  // namespace tawara
