#include "experiments/names.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace tawara::experiments {
namespace {

std::string folded(std::string_view word) {
  std::string plain;
  for (const char c : word)
    if (c != '_' && c != '-') plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return plain;
}

/// Insertions, deletions, replacements and swaps of neighbours from one word to the other.
std::size_t mistakes(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i)
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

}  // namespace

std::string did_you_mean(std::string_view word, std::span<const std::string> names) {
  const std::string wrong = folded(word);
  const std::size_t forgiven = std::max<std::size_t>(1, wrong.size() / 3);
  std::vector<std::pair<std::size_t, std::string>> close;
  for (const std::string& name : names)
    if (const std::size_t n = mistakes(wrong, folded(name)); n <= forgiven) close.emplace_back(n, name);
  std::stable_sort(close.begin(), close.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  if (!close.empty() && close.front().first == 0)
    std::erase_if(close, [](const auto& candidate) { return candidate.first > 0; });
  if (close.size() > 3) close.resize(3);
  std::string text;
  for (std::size_t i = 0; i < close.size(); ++i)
    text += (i == 0 ? "; did you mean " : i + 1 == close.size() ? " or " : ", ") + close[i].second;
  return text.empty() ? text : text + "?";
}

}  // namespace tawara::experiments
