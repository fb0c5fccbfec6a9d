#include "kernel/docs/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <string_view>
#include <vector>

#include "kernel/results/text.hpp"

namespace tawara::docs {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Where the DOI that begins at `at` ends, or `at` when none does: "10.", four to nine digits, '/', and what follows.
std::size_t end_of_doi(std::string_view text, std::size_t at) {
  if (text.substr(at, 3) != "10." || (at > 0 && (digit(text[at - 1]) || text[at - 1] == '.'))) return at;
  std::size_t end = at + 3;
  while (end < text.size() && digit(text[end])) ++end;
  if (end - at < 7 || end - at > 12 || end >= text.size() || text[end] != '/') return at;
  const std::size_t slash = end++;
  while (end < text.size() && !blank(text[end])) ++end;
  return end > slash + 1 ? end : at;
}

std::size_t end_of_address(std::string_view text, std::size_t at) {
  if (text.substr(at, 8) != "https://" && text.substr(at, 7) != "http://") return at;
  std::size_t end = at;
  while (end < text.size() && !blank(text[end]) && text[end] != '<' && text[end] != '>' && text[end] != '"') ++end;
  return end;
}

/// Without the full stop, comma or closing bracket of the sentence around it.
std::size_t trimmed(std::string_view text, std::size_t begin, std::size_t end) {
  while (end > begin) {
    const char last = text[end - 1];
    const std::string_view link = text.substr(begin, end - begin);
    const bool unopened = last == ')' && link.find('(') == link.npos;
    if (!unopened && last != '.' && last != ',' && last != ';' && last != ':' && last != ']') break;
    --end;
  }
  return end;
}

/// @param kept  what else may stand as it is
std::string percent_encoded(std::string_view text, std::string_view kept) {
  std::string out;
  for (const char c : text)
    if (letter(c) || digit(c) || kept.find(c) != kept.npos)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return out;
}

/// The cells between the bars of a table's line; "\\|" is a bar in a cell.
std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '|')
      cells.back() += line[++i];
    else if (line[i] == '|')
      cells.emplace_back();
    else
      cells.back() += line[i];
  }
  if (cells.size() > 1 && cells.back().find_first_not_of(" \t\r") == std::string::npos) cells.pop_back();
  return cells;
}

bool is_rule(const std::string& line) {
  return line.find('-') != std::string::npos && line.find_first_not_of("|-: \t\r") == std::string::npos;
}

/// Lines that begin with '|'; the first is the head when a rule follows it.
std::string table_html(const std::string& lines) {
  std::istringstream in(lines);
  std::vector<std::string> rows;
  for (std::string line; std::getline(in, line);) rows.push_back(line);
  const bool headed = rows.size() > 1 && is_rule(rows[1]);
  std::string out = "<div class=\"wide\"><table>";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (headed && i == 1) continue;
    const std::string tag = headed && i == 0 ? "th" : "td";
    out += "<tr>";
    for (const std::string& cell : cells_of(rows[i])) out += '<' + tag + '>' + html_line(cell) + "</" + tag + '>';
    out += "</tr>\n";
  }
  return out + "</table></div>\n";
}

}  // namespace

std::string html_text(const std::string& text) {
  std::string out;
  for (const char c : escaped(text)) out += c == '"' ? "&quot;" : c == '\'' ? "&#39;" : std::string(1, c);
  return out;
}

std::string html_code(const std::string& text) { return "<code>" + html_text(text) + "</code>"; }

std::string html_link(const std::string& href, const std::string& inner_html) {
  return "<a href=\"" + href + "\">" + inner_html + "</a>";
}

std::string html_cited(const std::string& text) {
  std::string out;
  std::size_t plain = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t doi = end_of_doi(text, at), address = end_of_address(text, at);
    const std::size_t end = trimmed(text, at, std::max(doi, address));
    if (end <= at) {
      ++at;
      continue;
    }
    const std::string link = text.substr(at, end - at);
    out += html_text(text.substr(plain, at - plain)) +
           html_link(doi > at ? "https://doi.org/" + percent_encoded(link, "-._~/():;")
                              : percent_encoded(link, "-._~/():;?=#%+@!$,"),
                     html_text(link));
    plain = at = end;
  }
  return out + html_text(text.substr(plain));
}

std::string html_line(const std::string& text) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t tick = text.find('`', at), stars = text.find("**", at);
    const std::size_t mark = std::min(tick, stars);
    if (mark == text.npos) break;
    const std::string sign = mark == tick ? "`" : "**";
    const std::size_t begin = mark + sign.size(), end = text.find(sign, begin);
    if (end == text.npos || end == begin) {
      out += html_cited(text.substr(at, begin - at));
      at = begin;
      continue;
    }
    const std::string inner = text.substr(begin, end - begin);
    out += html_cited(text.substr(at, mark - at));
    out += sign == "`" ? html_code(inner) : "<strong>" + html_cited(inner) + "</strong>";
    at = end + sign.size();
  }
  return out + html_cited(text.substr(at));
}

std::string html_doc(const std::string& markdown) {
  enum class In { nothing, paragraph, list, table, code };
  std::string out, open;
  In in = In::nothing;
  const auto close = [&] {
    if (in == In::paragraph) out += "<p>" + html_line(open) + "</p>\n";
    if (in == In::list) out += "<li>" + html_line(open) + "</li></ul>\n";
    if (in == In::table) out += table_html(open);
    if (in == In::code) out += "<pre>" + html_text(open) + "</pre>\n";
    open.clear();
    in = In::nothing;
  };
  std::istringstream lines(markdown);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) {
      const bool ends = in == In::code;
      close();
      if (!ends) in = In::code;
    } else if (in == In::code) {
      open += line + '\n';
    } else if (line.find_first_not_of(" \t\r") == line.npos) {
      close();
    } else if (line.starts_with("|") && in != In::paragraph) {
      if (in != In::table) close();
      in = In::table;
      open += line + '\n';
    } else if (line.starts_with("- ") || line.starts_with("* ")) {
      if (in == In::list)
        out += "<li>" + html_line(open) + "</li>\n";
      else
        close(), out += "<ul>\n";
      in = In::list;
      open = line.substr(2);
    } else {
      if (in == In::table) close();
      if (in == In::nothing) in = In::paragraph;
      open += (open.empty() ? "" : "\n") + line;
    }
  }
  close();
  return out;
}

std::string safe_name(const std::string& text) {
  std::string out;
  for (const char c : text)
    if (letter(c) || digit(c) || c == '_' || (c == '.' && !out.empty() && out.back() != '.'))
      out += c;
    else
      out += fmt::format("-{:02x}", static_cast<unsigned char>(c));
  return out;
}

}  // namespace tawara::docs
