#include "kernel/scenario/problems.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/scenario/suggest.hpp"

namespace tawara::scenario {

void Problems::error(Location where, std::string message, std::vector<std::string> hints) {
  errors_.push_back({Problem::Severity::error, std::move(where), std::move(message), std::move(hints)});
}

void Problems::warning(Location where, std::string message, std::vector<std::string> hints) {
  warnings_.push_back({Problem::Severity::warning, std::move(where), std::move(message), std::move(hints)});
}

void Problems::stop_if_any() const {
  if (any()) throw ScenarioProblems(errors_);
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 80;
  std::string result = "'";
  for (char c : text.substr(0, longest)) result += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  if (text.size() > longest) {
    // Do not leave half a UTF-8 character.
    while (!result.empty() && (result.back() & 0xc0) == 0x80) result.pop_back();
    if (!result.empty() && (result.back() & 0x80)) result.pop_back();
    result += "...";
  }
  return result + "'";
}

std::string shown(double number) { return fmt::format("{}", number); }

std::string listed(const std::vector<std::string>& words, std::size_t limit) {
  std::string text;
  const std::size_t n = std::min(words.size(), limit);
  for (std::size_t i = 0; i < n; ++i) {
    if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  if (words.size() > n) text += fmt::format(" and {} more", words.size() - n);
  return text;
}

std::vector<std::string> hint(const std::vector<std::string>& suggestions, const std::string& tail) {
  const std::string question = did_you_mean(suggestions);
  if (question.empty() && tail.empty()) return {};
  if (question.empty()) return {tail};
  return {tail.empty() ? question : question + "   " + tail};
}

}  // namespace tawara::scenario
