#include "mutate.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

using tawara::Random;

namespace {

struct Range {
  std::size_t begin, size;
};

template <class T>
const T& one_of(const std::vector<T>& items, Random& random) {
  return items[random.below(items.size())];
}

bool word_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-'; }

/// Words, and single characters between them.
std::vector<Range> tokens_of(const std::string& text) {
  std::vector<Range> tokens;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    if (word_character(text[at]))
      while (end < text.size() && word_character(text[end])) ++end;
    if (text[at] != ' ') tokens.push_back({at, end - at});
    at = end;
  }
  return tokens;
}

std::vector<Range> numbers_of(const std::string& text) {
  std::vector<Range> numbers = tokens_of(text);
  std::erase_if(numbers, [&](const Range& r) { return !std::isdigit(static_cast<unsigned char>(text[r.begin])); });
  return numbers;
}

/// Line ends included.
std::vector<Range> lines_of(const std::string& text) {
  std::vector<Range> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    lines.push_back({at, end - at});
    at = end;
  }
  return lines;
}

const std::vector<std::string> extremes = {"nan",
                                           "inf",
                                           "-inf",
                                           "1e308",
                                           "-1e308",
                                           "1e-320",
                                           "-1",
                                           "0",
                                           "-0.0",
                                           "1e999",
                                           "2147483648",
                                           "9223372036854775807",
                                           "-9223372036854775808",
                                           "9223372036854775808",
                                           "0x7fffffff",
                                           "1_000_000",
                                           "1979-05-27T07:32:00Z",
                                           "0.0000001",
                                           "1000000000"};
const std::vector<std::string> other_types = {
    "true", "\"text\"", "[]", "{}", "[[[1]]]", "{ a = { b = [1] } }", "\"1 furlong\"", "\"\"", "[1, \"a\", {}]", "''"};
const std::vector<std::string> pieces = {"\"",
                                         "'",
                                         "\"\"\"",
                                         "[",
                                         "]",
                                         "{",
                                         "}",
                                         "=",
                                         ",",
                                         ".",
                                         "\n",
                                         "#",
                                         "${",
                                         "${a}",
                                         "\xff",
                                         "\xc2",
                                         "[[",
                                         "]]",
                                         "\t",
                                         "\r",
                                         "\\u0000",
                                         "\xed\xa0\x80",
                                         "\xef\xbb\xbf",
                                         std::string(1, '\0')};

void replace(std::string& text, const Range& range, const std::string& by) {
  text.replace(range.begin, range.size, by);
}

void change_value(std::string& text, const std::vector<std::string>& values, Random& random) {
  std::vector<Range> lines = lines_of(text);
  std::erase_if(lines, [&](const Range& r) { return text.substr(r.begin, r.size).find('=') == std::string::npos; });
  if (lines.empty()) return;
  const Range line = one_of(lines, random);
  const std::size_t equals = text.find('=', line.begin);
  replace(text, {equals + 1, line.begin + line.size - equals - 1}, " " + one_of(values, random) + "\n");
}

void swap(std::string& text, Range a, Range b) {
  if (a.begin > b.begin) std::swap(a, b);
  if (a.begin + a.size > b.begin) return;
  const std::string first = text.substr(a.begin, a.size), second = text.substr(b.begin, b.size);
  replace(text, b, first);
  replace(text, a, second);
}

void damage_text_once(std::string& text, Random& random) {
  const std::vector<Range> tokens = tokens_of(text), lines = lines_of(text);
  if (tokens.empty() || lines.empty()) return;
  const Range token = one_of(tokens, random), line = one_of(lines, random);
  switch (random.below(16)) {
    case 0:
      return flip_bytes(text, 0, text.size(), random);
    case 1:
      return swap(text, token, one_of(tokens, random));
    case 2:
      return replace(text, token, "");
    case 3:
      return replace(text, token, text.substr(token.begin, token.size) + " " + text.substr(token.begin, token.size));
    case 4:
    case 5:
    case 6:
      if (const auto numbers = numbers_of(text); !numbers.empty())
        replace(text, one_of(numbers, random), one_of(extremes, random));
      return;
    case 7: {  // a word misspelled
      if (token.size < 2) return;
      const std::size_t at = token.begin + random.below(token.size - 1);
      std::swap(text[at], text[at + 1]);
      return;
    }
    case 8:
      return change_value(text, other_types, random);
    case 9:
      return change_value(text, extremes, random);
    case 10:  // lines repeated elsewhere, sections among them
      text.insert(one_of(lines, random).begin,
                  text.substr(line.begin, random.below(2) == 0 ? line.size : 200 + random.below(200)));
      return;
    case 11:
      return replace(text, line, "");
    case 12:
      text.insert(token.begin, one_of(pieces, random));
      return;
    case 13:  // nested, or very long
      if (random.below(8) == 0)
        return change_value(text, {std::string(1 + random.below(300), '[') + std::string(random.below(300), ']')},
                            random);
      if (random.below(8) == 0)
        return change_value(text, {'"' + std::string(1 + random.below(100'000), 'x') + '"'}, random);
      if (random.below(8) == 0) {
        text.insert(line.begin, std::string(1 + random.below(5'000), 'k') + "=1\n");
        return;
      }
      return swap(text, line, one_of(lines, random));
    case 14:
      text.resize(random.below(text.size() + 1));
      return;
    default: {  // a word from anywhere else in the file
      const Range other = one_of(tokens, random);
      return replace(text, token, text.substr(other.begin, other.size));
    }
  }
}

}  // namespace

void flip_bytes(std::string& bytes, std::size_t begin, std::size_t end, Random& random) {
  end = std::min(end, bytes.size());
  if (begin >= end) return;
  for (std::uint64_t n = 1 + random.below(8); n > 0; --n)
    bytes[begin + random.below(end - begin)] = static_cast<char>(random.below(256));
}

std::string damaged_text(std::string text, Random& random) {
  for (std::uint64_t n = 1 + random.below(6); n > 0; --n) damage_text_once(text, random);
  return text;
}

std::string damaged_manifest(std::string text, Random& random) {
  static const std::vector<std::string> values = {"null",
                                                  "true",
                                                  "-1",
                                                  "1e308",
                                                  "1e999",
                                                  "9223372036854775808",
                                                  "\"\"",
                                                  "\"\\u0000\"",
                                                  "[]",
                                                  "{}",
                                                  "[[]]",
                                                  "{\"\":\"nan\"}",
                                                  "\"number\"",
                                                  "\"evaluate\"",
                                                  "\"many\"",
                                                  "\"priors\"",
                                                  "\"" + std::string(3000, 'x') + "\""};
  for (std::uint64_t n = 1 + random.below(4); n > 0; --n) {
    std::vector<Range> tokens = tokens_of(text);
    if (tokens.empty()) break;
    const Range token = one_of(tokens, random);
    switch (random.below(6)) {
      case 0:
        flip_bytes(text, 0, text.size(), random);
        break;
      case 1:
        swap(text, token, one_of(tokens, random));
        break;
      case 2:
        replace(text, token, "");
        break;
      default: {  // the value of a member
        std::vector<std::size_t> colons;
        for (std::size_t at = text.find("\":"); at != std::string::npos; at = text.find("\":", at + 1))
          colons.push_back(at + 2);
        if (colons.empty()) break;
        const std::size_t begin = one_of(colons, random);
        std::size_t end = begin;
        if (text[begin] == '"')
          end = text.find('"', begin + 1) + 1;
        else
          end = text.find_first_of(",}]", begin);
        if (end == 0 || end == std::string::npos) break;
        replace(text, {begin, end - begin}, one_of(values, random));
      }
    }
  }
  return text;
}
