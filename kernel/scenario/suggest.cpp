#include "kernel/scenario/suggest.hpp"

#include <algorithm>
#include <cctype>

namespace tawara {
namespace {

std::string folded(std::string_view text) {
  std::string result;
  for (char c : text)
    if (c != '_' && c != '-') result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

/// Edits between two words, a swap of neighbours counting as one (optimal string alignment).
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> two_above, above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], two_above[j - 2] + 1);
    }
    two_above = above;
    above = row;
  }
  return above[b.size()];
}

}  // namespace

std::vector<std::string> suggest(std::string_view wrong, const std::vector<std::string>& candidates) {
  const std::string word = folded(wrong);
  if (word.empty() || word.size() > 200) return {};
  const std::size_t forgiven = std::max<std::size_t>(1, word.size() / 3);
  std::vector<std::pair<std::size_t, const std::string*>> near;
  for (const std::string& candidate : candidates) {
    const std::string other = folded(candidate);
    if (other.size() > word.size() + forgiven || word.size() > other.size() + forgiven) continue;
    // A single letter is within one mistake of every other: ask for the letter itself.
    const std::size_t found = distance(word, other);
    if (found <= forgiven && found < std::max(word.size(), other.size())) near.emplace_back(found, &candidate);
  }
  std::stable_sort(near.begin(), near.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> result;
  for (const auto& [edits, candidate] : near) {
    // Nothing beside a word that differs in case and separators only.
    if (result.size() == 3 || (edits > 0 && near.front().first == 0)) break;
    if (std::find(result.begin(), result.end(), *candidate) == result.end()) result.push_back(*candidate);
  }
  return result;
}

std::string did_you_mean(const std::vector<std::string>& suggestions) {
  if (suggestions.empty()) return {};
  std::string text = "did you mean ";
  for (std::size_t i = 0; i < suggestions.size(); ++i) {
    if (i > 0) text += i + 1 == suggestions.size() ? " or " : ", ";
    text += "'" + suggestions[i] + "'";
  }
  return text + "?";
}

}  // namespace tawara
