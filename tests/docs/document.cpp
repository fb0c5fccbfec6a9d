#include "document.hpp"

#include <md4c.h>

#include <set>
#include <sstream>

namespace tawara::documents {
namespace {

const char* const blanks = " \t\r";

/// Length of the run of backticks or tildes that opens or closes a block, 0 when the line is no fence.
std::size_t fence_length(const std::string& line, char& sign) {
  const std::size_t begin = line.find_first_not_of(blanks);
  if (begin == line.npos || (line[begin] != '`' && line[begin] != '~')) return 0;
  sign = line[begin];
  const std::size_t end = line.find_first_not_of(sign, begin);
  const std::size_t length = (end == line.npos ? line.size() : end) - begin;
  // Backticks with another one behind them are code within a line.
  if (sign == '`' && end != line.npos && line.find('`', end) != line.npos) return 0;
  return length < 3 ? 0 : length;
}

/// @returns what is wrong with the info string, "" when it can be read
std::string read_info(const std::string& info, Block& block) {
  std::size_t at = 0;
  const auto skip_blanks = [&] {
    while (at < info.size() && std::string(blanks).find(info[at]) != std::string::npos) ++at;
  };
  const auto word = [&](const std::string& ends) {
    const std::size_t begin = at;
    while (at < info.size() && ends.find(info[at]) == ends.npos) ++at;
    return info.substr(begin, at - begin);
  };
  skip_blanks();
  block.language = word(blanks);
  for (skip_blanks(); at < info.size(); skip_blanks()) {
    const std::string key = word(std::string(blanks) + '=');
    std::string value;
    if (at < info.size() && info[at] == '=') {
      if (++at < info.size() && info[at] == '"') {
        for (++at; at < info.size() && info[at] != '"'; ++at) {
          if (info[at] == '\\' && at + 1 < info.size()) ++at;
          value += info[at];
        }
        if (at == info.size()) return "the quotation mark after '" + key + "=' is not closed";
        ++at;
      } else {
        value = word(blanks);
      }
      if (value.empty()) return "'" + key + "=' has no value";
    }
    if (!block.tags.emplace(key, value).second) return "'" + key + "' stands twice";
  }
  return "";
}

struct Rule {
  std::set<std::string> tags;
  std::string expected;
};

/// What may stand behind each language.
const Rule* rule_for(const std::string& language) {
  static const std::string written = "expected 'file=PATH', 'in=PATH', or 'replaces=PATH from=\"line\" to=\"line\"'";
  static const std::map<std::string, Rule> rules = {
      {"sh", {{"fails", "skip"}, "expected nothing, 'fails' or 'skip=\"reason\"'"}},
      {"text", {{}, "expected nothing: it is the output of the sh block before it"}},
      {"plain", {{}, "expected nothing: it is not checked"}},
      {"toml",
       {{"file", "in", "replaces", "from", "to", "piece", "with"}, written + ", 'piece', 'with=SCENARIO' or nothing"}},
      {"cpp", {{"file", "in", "replaces", "from", "to"}, written}},
      {"cmake", {{"file", "in", "replaces", "from", "to"}, written}},
      {"csv", {{"file", "in", "replaces", "from", "to"}, written}}};
  const auto found = rules.find(language);
  return found == rules.end() ? nullptr : &found->second;
}

std::string misuse(const Block& block, const Block* before) {
  if (block.language.empty())
    return "a block without a language; use sh, text, toml, cpp, cmake, csv, or plain for what cannot be checked";
  const Rule* rule = rule_for(block.language);
  if (!rule) return "unknown language '" + block.language + "'; expected sh, text, toml, cpp, cmake, csv or plain";
  for (const auto& [key, value] : block.tags) {
    if (!rule->tags.contains(key)) return "unknown tag '" + key + "' of " + block.language + "; " + rule->expected;
    const bool flag = key == "fails" || key == "piece";
    if (flag != value.empty())
      return "'" + key + (flag ? "' takes no value" : "' needs a value") + "; " + rule->expected;
  }
  const int ways = block.has("file") + block.has("in") + block.has("replaces") + block.has("piece") + block.has("with");
  if (ways > 1 || (block.has("fails") && block.has("skip"))) return "tags that exclude each other; " + rule->expected;
  if (ways == 0 && rule->tags.contains("file") && block.language != "toml")
    return block.language + " without a tag would not be checked; " + rule->expected;
  if (block.has("from") != block.has("replaces") || (block.has("to") && !block.has("from")))
    return "'replaces', 'from' and 'to' go together; " + rule->expected;
  if (block.language == "text" && (!before || before->language != "sh"))
    return "'text' is the output of a sh block just before it, and there is none; use 'plain' for other text";
  return "";
}

/// Blocks as Markdown itself sees them, to compare with ours.
struct Seen {
  std::size_t fenced = 0;
  bool in_indented = false;
  std::vector<std::string> indented;  ///< text of each block of code by indentation
};

Seen seen_by_markdown(const std::string& markdown) {
  MD_PARSER parser{};
  parser.flags = MD_FLAG_TABLES;
  parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* user) {
    auto& seen = *static_cast<Seen*>(user);
    if (type != MD_BLOCK_CODE) return 0;
    seen.in_indented = static_cast<MD_BLOCK_CODE_DETAIL*>(detail)->fence_char == 0;
    if (seen.in_indented)
      seen.indented.emplace_back();
    else
      ++seen.fenced;
    return 0;
  };
  parser.leave_block = [](MD_BLOCKTYPE, void*, void* user) {
    static_cast<Seen*>(user)->in_indented = false;
    return 0;
  };
  parser.enter_span = parser.leave_span = [](MD_SPANTYPE, void*, void*) { return 0; };
  parser.text = [](MD_TEXTTYPE, const MD_CHAR* text, MD_SIZE size, void* user) {
    auto& seen = *static_cast<Seen*>(user);
    if (seen.in_indented) seen.indented.back().append(text, size);
    return 0;
  };
  Seen seen;
  md_parse(markdown.data(), static_cast<MD_SIZE>(markdown.size()), &parser, &seen);
  return seen;
}

}  // namespace

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string trimmed(const std::string& line) {
  const std::size_t begin = line.find_first_not_of(blanks);
  return begin == line.npos ? "" : line.substr(begin, line.find_last_not_of(blanks) - begin + 1);
}

Document read_document(const std::string& markdown) {
  Document document;
  const std::vector<std::string> lines = lines_of(markdown);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    char sign = 0;
    const std::size_t length = fence_length(lines[i], sign);
    if (length == 0) continue;
    Block block;
    block.line = static_cast<int>(i + 1);
    const std::size_t indentation = lines[i].find(sign);
    std::string wrong = read_info(lines[i].substr(indentation + length), block);
    bool closed = false;
    for (++i; i < lines.size() && !closed; ++i) {
      char other = 0;
      const std::size_t closing = fence_length(lines[i], other);
      closed = closing >= length && other == sign && trimmed(lines[i]).size() == closing;
      if (closed) break;
      const std::size_t begin = std::min(lines[i].find_first_not_of(" "), indentation);
      block.text += lines[i].substr(std::min(begin, lines[i].size())) + '\n';
    }
    if (wrong.empty() && !closed) wrong = "the block that begins here is not closed";
    if (wrong.empty()) wrong = misuse(block, document.blocks.empty() ? nullptr : &document.blocks.back());
    if (!wrong.empty()) document.problems.push_back({block.line, wrong});
    document.blocks.push_back(block);
  }
  const Seen seen = seen_by_markdown(markdown);
  for (const std::string& text : seen.indented) {
    const std::string first = trimmed(text.substr(0, text.find('\n')));
    int line = 1;
    for (std::size_t i = 0; i < lines.size(); ++i)
      if (trimmed(lines[i]) == first) line = static_cast<int>(i + 1);
    document.problems.push_back({line, "code by indentation is not checked; put it between ``` fences"});
  }
  if (seen.fenced != document.blocks.size())
    document.problems.push_back({1, "Markdown has " + std::to_string(seen.fenced) + " fenced blocks, found were " +
                                        std::to_string(document.blocks.size())});
  return document;
}

}  // namespace tawara::documents
