// What a descriptor must say goes beyond what the build asks (descriptor_check.hpp): words for a reader.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "kernel/conformance/checks/general.hpp"
#include "kernel/plugins/descriptor_check.hpp"
#include "kernel/scenario/units.hpp"

namespace tawara::conformance {
namespace {

/// Those in use for scientific code, of https://spdx.org/licenses.
constexpr std::array licences{"0BSD",
                              "AFL-3.0",
                              "AGPL-3.0-only",
                              "AGPL-3.0-or-later",
                              "Apache-2.0",
                              "Artistic-2.0",
                              "BSD-2-Clause",
                              "BSD-3-Clause",
                              "BSD-3-Clause-LBNL",
                              "BSL-1.0",
                              "CC-BY-4.0",
                              "CC-BY-SA-4.0",
                              "CC0-1.0",
                              "CECILL-2.1",
                              "CECILL-B",
                              "CECILL-C",
                              "ECL-2.0",
                              "EPL-2.0",
                              "EUPL-1.2",
                              "GPL-2.0-only",
                              "GPL-2.0-or-later",
                              "GPL-3.0-only",
                              "GPL-3.0-or-later",
                              "ISC",
                              "LGPL-2.1-only",
                              "LGPL-2.1-or-later",
                              "LGPL-3.0-only",
                              "LGPL-3.0-or-later",
                              "MIT",
                              "MIT-0",
                              "MPL-2.0",
                              "MulanPSL-2.0",
                              "NCSA",
                              "OSL-3.0",
                              "PostgreSQL",
                              "Unlicense",
                              "UPL-1.0",
                              "Zlib"};

/// An SPDX identifier, LicenseRef-name, or several of them with AND, OR, WITH and parentheses.
bool licence(std::string_view text) {
  bool expected = true;  // an identifier, not AND or OR
  std::size_t open = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ' ') {
      ++at;
      continue;
    }
    if (text[at] == '(' || text[at] == ')') {
      if ((text[at] == '(') != expected || (text[at] == ')' && open == 0)) return false;
      text[at] == '(' ? ++open : --open;
      ++at;
      continue;
    }
    const std::string_view word = text.substr(at, text.find_first_of(" ()", at) - at);
    at += word.size();
    if (expected) {
      if (!word.starts_with("LicenseRef-") && std::find(licences.begin(), licences.end(), word) == licences.end())
        return false;
      expected = false;
    } else if (word == "WITH") {  // an exception's name follows
      at = std::min(text.find_first_not_of(' ', at), text.size());
      const std::size_t end = std::min(text.find_first_of(" ()", at), text.size());
      if (end == at) return false;
      at = end;
    } else if (word == "AND" || word == "OR") {
      expected = true;
    } else {
      return false;
    }
  }
  return !expected && open == 0;
}

/// Written for one reader: no control characters but new lines, and something beside spaces.
bool readable(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c != ' ' && c != '\n'; }) &&
         std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'; });
}

class Reader {
 public:
  Reader(const Descriptor& d, Findings& findings) : d_(d), findings_(findings) {}

  void plugin(const Manifest& m) {
    if (!licence(m.licence))
      say("plugin", fmt::format("licence '{}' is not an SPDX identifier or an expression of them; write for example "
                                "Apache-2.0, GPL-3.0-or-later or LicenseRef-YOUR_OWN",
                                m.licence));
    words("plugin", "summary", m.summary);
    words("plugin", "list of authors", m.authors);
  }
  void component() {
    words(d_.name, "summary", d_.summary);
    words(d_.name, "doc", d_.doc);
    for (const std::string& citation : d_.citations) words(d_.name, "citation", citation);
    if (d_.maturity == Maturity::deprecated && d_.replaced_by.empty())
      say(d_.name, "is deprecated and does not say what replaces it; name it in replaced_by");
    for (const Parameter& p : d_.parameters) parameter(d_.name + ", parameter " + p.name, p, true);
    for (const Slot& s : d_.slots) {
      const std::string where = d_.name + ", slot " + s.name;
      words(where, "doc", s.doc);
      for (const auto& alternative : s.alternatives)
        for (const OutputNeed& need : alternative)
          if (!need.unit.empty()) unit(where + ", output " + need.name, need.unit);
    }
    for (const Output& o : d_.outputs) {
      const std::string where = d_.name + ", output " + o.name;
      words(where, "doc", o.doc);
      if (!o.table) unit(where, o.unit);
    }
  }

 private:
  void say(const std::string& where, const std::string& text) { findings_.fail(where + ": " + text); }
  void words(const std::string& where, const char* what, const std::string& text) {
    if (!readable(text))
      say(where, fmt::format("its {} {}", what,
                             text.empty() ? "is empty; write what a user should read there"
                                          : "is blank or has control characters in it"));
  }
  void unit(const std::string& where, const std::string& text) {
    if (!parse_unit(text))
      say(where,
          fmt::format("its unit '{}' is not one that values can be converted to; write it of SI symbols, such as "
                      "mV, 1/ms or uA/uF, or \"1\"",
                      text));
  }
  void parameter(const std::string& where, const Parameter& p, bool documented) {
    if (documented) words(where, "doc", p.doc);
    if (p.type == Type::number || p.type == Type::integer) unit(where, p.unit);
    for (const Choice& c : p.choices)
      if (!c.doc.empty()) words(where + ", choice " + c.name, "doc", c.doc);
    // The element of a list is described by the list.
    for (const Parameter& member : p.members) parameter(where + "." + member.name, member, p.type != Type::list);
  }

  const Descriptor& d_;
  Findings& findings_;
};

}  // namespace

void check_manifest(const Subject& subject, Findings& findings) {
  const Manifest& manifest = subject.component.plugin->manifest;
  const Descriptor& d = *subject.component.descriptor;
  const bool first = manifest.components.front().name == d.name;  // what is said of the plugin is said once
  for (const std::string& mistake : mistakes_in(manifest))
    if (mistake.starts_with(d.name + ":") || mistake.starts_with(d.name + ",") ||
        (first && mistake.starts_with("plugin:")))
      findings.fail(mistake);
  Reader reader(d, findings);
  if (first) reader.plugin(manifest);
  reader.component();
}

}  // namespace tawara::conformance
