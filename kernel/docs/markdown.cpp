#include "kernel/docs/markdown.hpp"

#include <md4c.h>

#include <map>

#include "kernel/docs/highlight.hpp"
#include "kernel/docs/html.hpp"

namespace tawara::docs {
namespace {

/// "A plugin's `CMakeLists.txt`" -> "a-plugins-cmakeliststxt"
std::string heading_id(const std::string& heading) {
  std::string id;
  for (const char c : heading) {
    const bool capital = c >= 'A' && c <= 'Z';
    if (capital || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-')
      id += capital ? static_cast<char>(c - 'A' + 'a') : c;
    else if (c == ' ')
      id += '-';
  }
  return id.empty() ? "section" : id;
}

/// The value of file= and its like in an info string.
std::string tag_in(const std::string& info, const std::string& name) {
  const std::size_t at = info.find(' ' + name + '=');
  if (at == info.npos) return "";
  const std::size_t begin = at + name.size() + 2;
  return info.substr(begin, info.find(' ', begin) - begin);
}

std::string caption_of(const std::string& info) {
  if (const std::string file = tag_in(info, "file"); !file.empty()) return file;
  if (const std::string file = tag_in(info, "in"); !file.empty()) return "in " + file;
  if (const std::string file = tag_in(info, "replaces"); !file.empty()) return "change in " + file;
  if (info.starts_with("sh fails")) return "fails";
  if (info.starts_with("text")) return "prints";
  return "";
}

std::string text_of(const MD_ATTRIBUTE& attribute) { return {attribute.text, attribute.size}; }

/// What a block begins and ends with.
struct Tags {
  const char *open, *close;
};

/// Of blocks that are nothing but their tags.
Tags tags_of(MD_BLOCKTYPE type) {
  switch (type) {
    case MD_BLOCK_QUOTE:
      return {"<blockquote>\n", "</blockquote>\n"};
    case MD_BLOCK_UL:
      return {"<ul>\n", "</ul>\n"};
    case MD_BLOCK_LI:
      return {"<li>", "</li>\n"};
    case MD_BLOCK_HR:
      return {"<hr>\n", ""};
    case MD_BLOCK_P:
      return {"<p>", "</p>\n"};
    case MD_BLOCK_TABLE:
      return {"<div class=\"wide\"><table>", "</table></div>\n"};
    case MD_BLOCK_THEAD:
      return {"<thead>", "</thead>"};
    case MD_BLOCK_TBODY:
      return {"<tbody>\n", "</tbody>"};
    case MD_BLOCK_TR:
      return {"<tr>", "</tr>\n"};
    case MD_BLOCK_TH:
      return {"<th scope=\"col\">", "</th>"};
    case MD_BLOCK_TD:
      return {"<td>", "</td>"};
    default:
      return {"", ""};
  }
}

struct Renderer {
  explicit Renderer(const std::function<std::string(const std::string&, bool)>& r) : resolve(r) {}

  const std::function<std::string(const std::string&, bool)>& resolve;
  RenderedMarkdown result{{}, {{0, "", "", ""}}};
  std::map<std::string, int> ids;
  std::string* out = &result.html;
  // While they are open:
  std::string heading, heading_text, code, info;
  bool in_heading = false, in_code_block = false, in_code = false, in_cited = false;
  int links = 0;
  std::vector<bool> link_leads;

  static Renderer& of(void* user) { return *static_cast<Renderer*>(user); }

  void plain(const std::string& text) {
    if (in_heading)
      heading_text += text;
    else
      result.sections.back().text += text;
  }

  void enter(MD_BLOCKTYPE type, void* detail) {
    switch (type) {
      case MD_BLOCK_OL: {
        const unsigned start = static_cast<MD_BLOCK_OL_DETAIL*>(detail)->start;
        *out += start == 1 ? "<ol>\n" : "<ol start=\"" + std::to_string(start) + "\">\n";
        break;
      }
      case MD_BLOCK_H:
        in_heading = true;
        heading.clear();
        heading_text.clear();
        out = &heading;
        break;
      case MD_BLOCK_CODE:
        in_code_block = true;
        info = text_of(static_cast<MD_BLOCK_CODE_DETAIL*>(detail)->info);
        code.clear();
        break;
      default:
        *out += tags_of(type).open;
        break;
    }
  }

  void leave(MD_BLOCKTYPE type, void* detail) {
    switch (type) {
      case MD_BLOCK_OL:
        *out += "</ol>\n";
        break;
      case MD_BLOCK_H:
        close_heading(static_cast<int>(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level));
        break;
      case MD_BLOCK_CODE: {
        in_code_block = false;
        const std::string language = info.substr(0, info.find(' '));
        *out += code_block(code, language, caption_of(info));
        result.sections.back().text += ' ' + code;
        break;
      }
      default:
        *out += tags_of(type).close;
        break;
    }
    plain(" ");
  }

  void close_heading(int level) {
    in_heading = false;
    out = &result.html;
    while (heading_text.ends_with(' ')) heading_text.pop_back();
    std::string id = heading_id(heading_text);
    if (const int before = ids[id]++; before > 0) id += '-' + std::to_string(before);
    const std::string tag = "h" + std::to_string(level);
    // The title leads to nowhere new.
    *out += '<' + tag + " id=\"" + id + "\">" +
            (level == 1 || links > 0
                 ? heading
                 : heading + " <a class=\"anchor\" href=\"#" + id + "\" aria-label=\"Link to here\">#</a>") +
            "</" + tag + ">\n";
    result.sections.push_back({level, heading_text, id, ""});
  }

  void enter(MD_SPANTYPE type, void* detail) {
    if (type == MD_SPAN_EM) *out += "<em>";
    if (type == MD_SPAN_STRONG) *out += "<strong>";
    if (type == MD_SPAN_CODE) in_code = true, code.clear();
    if (type == MD_SPAN_A) {
      const std::string target = resolve(text_of(static_cast<MD_SPAN_A_DETAIL*>(detail)->href), false);
      link_leads.push_back(!target.empty());
      if (link_leads.back()) *out += "<a href=\"" + target + "\">", ++links;
    }
  }

  void leave(MD_SPANTYPE type) {
    if (type == MD_SPAN_EM) *out += "</em>";
    if (type == MD_SPAN_STRONG) *out += "</strong>";
    if (type == MD_SPAN_CODE) {
      in_code = false;
      const std::string target = links > 0 || in_heading ? "" : resolve(code, true);
      *out += target.empty() ? html_code(code) : html_link(target, html_code(code));
      plain(code);
    }
    if (type == MD_SPAN_A) {
      if (link_leads.back()) *out += "</a>", --links;
      link_leads.pop_back();
    }
  }

  void text(MD_TEXTTYPE type, const std::string& words) {
    if (in_code_block || in_code) {
      code += words;
      return;
    }
    if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR) {
      *out += type == MD_TEXT_BR ? "<br>\n" : "\n";
      plain(" ");
    } else if (type == MD_TEXT_ENTITY) {
      *out += words;  // &amp; and the like, as recognised by the parser
      plain(words);
    } else if (type != MD_TEXT_NULLCHAR) {
      *out += links > 0 || in_heading ? html_text(words) : html_cited(words);
      plain(words);
    }
  }
};

}  // namespace

RenderedMarkdown render_markdown(std::string_view markdown,
                                 const std::function<std::string(const std::string&, bool)>& resolve) {
  MD_PARSER parser{};
  parser.flags = MD_FLAG_TABLES | MD_FLAG_NOHTML | MD_FLAG_PERMISSIVEURLAUTOLINKS;
  parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* user) {
    return Renderer::of(user).enter(type, detail), 0;
  };
  parser.leave_block = [](MD_BLOCKTYPE type, void* detail, void* user) {
    return Renderer::of(user).leave(type, detail), 0;
  };
  parser.enter_span = [](MD_SPANTYPE type, void* detail, void* user) {
    return Renderer::of(user).enter(type, detail), 0;
  };
  parser.leave_span = [](MD_SPANTYPE type, void*, void* user) { return Renderer::of(user).leave(type), 0; };
  parser.text = [](MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* user) {
    return Renderer::of(user).text(type, std::string(text, size)), 0;
  };
  Renderer renderer(resolve);
  md_parse(markdown.data(), static_cast<MD_SIZE>(markdown.size()), &parser, &renderer);
  return renderer.result;
}

}  // namespace tawara::docs
