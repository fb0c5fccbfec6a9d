#include "interface.hpp"

#include <cxxabi.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>

#include "dwarf.hpp"

namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

/// Standard types as one writes them, so that a record can be read.
std::string plain(std::string text) {
  replace_all(text, "std::__cxx11::", "std::");
  replace_all(text, "__cxx11::", "");
  replace_all(text, "> >", ">>");
  replace_all(text, "> >", ">>");
  replace_all(text, "std::basic_string<char, std::char_traits<char>, std::allocator<char>>", "std::string");
  replace_all(text, "std::basic_string_view<char, std::char_traits<char>>", "std::string_view");
  replace_all(text, ", 18446744073709551615ul>", ">");
  replace_all(text, ", 18446744073709551615>", ">");
  replace_all(text, "[abi:cxx11]", "");
  if (text.find("std::allocator<") == std::string::npos) return text;
  // Innermost first, as allocators of what has an allocator stand one in another.
  static const std::regex allocator(R"(, std::allocator<[^<>]*(<[^<>]*>)?[^<>]*>)");
  for (std::string next; (next = std::regex_replace(text, allocator, "")) != text;) text = next;
  return text;
}

std::string demangled(const std::string& symbol) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status),
                                                    std::free);
  return plain(status == 0 ? name.get() : symbol);
}

/// Ours, and not what is compiled whole into a plugin or into the kernel.
bool crosses(std::string_view name) {
  return name.starts_with("tawara::") && !name.starts_with("tawara::model::") &&
         !name.starts_with("tawara::detail::") && name.find("<lambda") == std::string_view::npos &&
         name.find("tawara::sdk_m") == std::string_view::npos && name != "tawara::project_version";
}

/// Writes down what debug information says.
class Reader {
 public:
  explicit Reader(const Dwarf& dwarf) : dwarf_(dwarf) {
    for (std::size_t i = 1; i < dwarf.entries.size(); ++i) {
      const Entry& e = dwarf.entries[i];
      if (e.tag == "subprogram" && e.get("linkage_name").find("6tawara") != std::string::npos)
        results_.emplace(demangled(e.get("linkage_name")), type(dwarf_.referred(i)));
      if (e.tag == "variable" && dwarf.entries[e.parent].get("name") == "exported_functions")
        free_functions_.emplace("tawara::" + e.get("name"), function_pointed_to(i));
    }
  }

  void write(Interface& interface) const {
    for (std::size_t i = 1; i < dwarf_.entries.size(); ++i) {
      const Entry& e = dwarf_.entries[i];
      if (!ours(i) || !e.has("name") || (e.has("declaration") && !e.has("const_value")) || !crosses(name(i))) continue;
      if (e.tag == "class_type" || e.tag == "structure_type" || e.tag == "union_type")
        interface["class " + name(i)] = class_lines(i);
      else if (e.tag == "enumeration_type")
        interface["enum " + name(i)] = enum_lines(i);
      else if (e.tag == "variable" && e.has("const_value"))
        interface["constant " + name(i)] = {type(dwarf_.referred(i)) + " = " + e.get("const_value")};
    }
  }

  /// "-> double", what an exported function gives back.
  [[nodiscard]] std::string result(const std::string& function) const {
    if (const auto member = results_.find(function); member != results_.end()) return "-> " + member->second;
    const auto free = free_functions_.find(function.substr(0, function.find('(')));
    if (free == free_functions_.end())
      throw std::runtime_error(function + " is exported, but what it returns is not known; add\n  auto* const " +
                               function.substr(8, function.find('(') - 8) + " = &" +
                               function.substr(0, function.find('(')) +
                               ";\nto the namespace exported_functions of tests/compatibility/sdk_headers.cpp.in");
    return "-> " + free->second;
  }

 private:
  /// Inside a namespace called tawara: cheaper to ask than the whole name.
  [[nodiscard]] bool ours(std::size_t i) const {
    for (i = dwarf_.entries[i].parent; i != 0; i = dwarf_.entries[i].parent)
      if (dwarf_.entries[i].tag == "namespace" && dwarf_.entries[i].get("name") == "tawara") return true;
    return false;
  }

  [[nodiscard]] std::string name(std::size_t i) const {
    if (i == 0) return {};
    const Entry& e = dwarf_.entries[i];
    if (e.has("specification")) return name(dwarf_.referred(i, "specification"));
    if (e.tag == "compile_unit") return {};
    const std::string outside = name(e.parent), own = e.has("name") ? plain(e.get("name")) : "(unnamed)";
    return plain(outside.empty() ? own : outside + "::" + own);
  }

  [[nodiscard]] std::string type(std::size_t i) const {
    if (i == 0) return "void";
    const Entry& e = dwarf_.entries[i];
    const auto inner = [&] { return type(dwarf_.referred(i)); };
    if (e.tag == "const_type") return inner() + " const";
    if (e.tag == "pointer_type" && dwarf_.entries[dwarf_.referred(i)].tag == "subroutine_type")
      return "pointer to " + inner();
    if (e.tag == "pointer_type") return inner() + "*";
    if (e.tag == "reference_type") return inner() + "&";
    if (e.tag == "rvalue_reference_type") return inner() + "&&";
    if (e.tag == "array_type") {
      std::string extents;
      for (const std::size_t child : e.children)
        if (dwarf_.entries[child].tag == "subrange_type")
          extents += "[" + std::to_string(std::stoul("0" + dwarf_.entries[child].get("upper_bound")) + 1) + "]";
      return inner() + extents;
    }
    if (e.tag == "subroutine_type") {
      std::string parameters;
      for (const std::size_t child : e.children)
        parameters += (parameters.empty() ? "" : ", ") + type(dwarf_.referred(child));
      return "(" + parameters + ") -> " + inner();
    }
    // Our own short names stand for what may change behind them; those of the standard library do not change.
    if (e.tag == "typedef" && name(i).starts_with("tawara::")) return inner();
    return name(i);
  }

  [[nodiscard]] std::string function_pointed_to(std::size_t variable) const {
    std::size_t i = dwarf_.referred(variable);
    while (i != 0 && dwarf_.entries[i].tag != "subroutine_type") i = dwarf_.referred(i);
    return type(dwarf_.referred(i));
  }

  [[nodiscard]] std::vector<std::string> class_lines(std::size_t i) const {
    const Entry& e = dwarf_.entries[i];
    std::vector<std::string> lines = {e.get("byte_size") + " bytes"};
    if (e.has("alignment")) lines.back() += ", aligned to " + e.get("alignment");
    for (const std::size_t child : e.children) {
      const Entry& part = dwarf_.entries[child];
      const std::string at = "at " + (part.has("data_member_location") ? part.get("data_member_location") : "0") + ": ";
      if (part.tag == "inheritance")
        lines.push_back(at + "base " + type(dwarf_.referred(child)));
      else if (part.tag == "member" && part.get("name").starts_with("_vptr"))
        lines.push_back(at + "table of virtual functions");
      else if (part.tag == "member" && !part.has("external"))
        lines.push_back((part.has("data_bit_offset") ? "at bit " + part.get("data_bit_offset") + ": " : at) +
                        part.get("name") + ", " + type(dwarf_.referred(child)));
      else if (part.tag == "subprogram" && part.has("virtuality")) {
        const std::string function = demangled(part.get("linkage_name"));
        if (part.has("vtable_elem_location"))
          lines.push_back("virtual " + part.get("vtable_elem_location") + ": " + function + " -> " +
                          type(dwarf_.referred(child)));
        else
          lines.push_back("virtual: " + function);  // destructors, two entries
      }
    }
    return lines;
  }

  [[nodiscard]] std::vector<std::string> enum_lines(std::size_t i) const {
    std::vector<std::string> lines = {type(dwarf_.referred(i))};
    for (const std::size_t child : dwarf_.entries[i].children)
      if (dwarf_.entries[child].tag == "enumerator")
        lines.push_back(dwarf_.entries[child].get("name") + " = " + dwarf_.entries[child].get("const_value"));
    return lines;
  }

  const Dwarf& dwarf_;
  std::map<std::string, std::string> results_;         // of member functions, by signature
  std::map<std::string, std::string> free_functions_;  // by name
};

constexpr std::string_view heading =
    "# What plugins compiled against the SDK take for granted. Written by the target record_sdk_interface, never by "
    "hand;\n# sdk/COMPATIBILITY.md says when.\n";

bool is_enum(const std::string& name) { return name.starts_with("enum "); }

}  // namespace

Interface interface_of(std::string_view debug_information, std::string_view symbols) {
  const Dwarf dwarf = read_dwarf(debug_information);
  const Reader reader(dwarf);
  Interface interface;
  reader.write(interface);

  // "0000000000009d30 T _ZNK6tawara5Array2atEm"
  std::istringstream lines{std::string(symbols)};
  for (std::string address, kind, symbol; lines >> address >> kind >> symbol;) {
    const std::string name = demangled(symbol);
    if (name.starts_with("vtable for tawara::") || name.starts_with("typeinfo for tawara::"))
      interface["exported " + name];
    else if (crosses(name) && name.find('~') != std::string::npos)
      interface["exported " + name];
    else if (crosses(name))
      interface["exported " + name] = {reader.result(name)};
  }
  return interface;
}

void add_agreed_names(Interface& interface, std::string_view header) {
  const std::string text(header);
  static const std::regex named(
      R"((?:class|struct) TAWARA_EXPORT (\w+)|(\w+_name) = \"(\w+)\"|void (tawara_plugin_\w+)\()");
  std::string owner;
  for (auto found = std::sregex_iterator(text.begin(), text.end(), named); found != std::sregex_iterator(); ++found) {
    const std::smatch& words = *found;
    if (words[1].matched) owner = words[1];
    if (words[2].matched) interface["name tawara::" + owner + "::" + words[2].str()] = {words[3]};
    if (words[4].matched) interface["entry of a plugin"] = {words[4]};
  }
}

std::string to_text(const Record& record) {
  std::string text(heading);
  text += "sdk " + record.version() + "\ncompiler " + record.compiler + "\n";
  for (const auto& [name, lines] : record.interface) {
    text += '\n' + name + '\n';
    for (const std::string& line : lines) text += "  " + line + '\n';
  }
  return text;
}

Record record_from(std::string_view text) {
  Record record;
  std::istringstream in{std::string(text)};
  std::string name;
  bool versioned = false;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with("  "))
      record.interface[name].push_back(line.substr(2));
    else if (line.starts_with("sdk "))
      versioned = std::sscanf(line.c_str(), "sdk %d.%d", &record.major, &record.minor) == 2;
    else if (line.starts_with("compiler "))
      record.compiler = line.substr(9);
    else
      record.interface[name = line];
  }
  if (!versioned || record.compiler.empty())
    throw std::runtime_error(
        "no record of an interface: its first lines should be 'sdk MAJOR.MINOR' and 'compiler NAME'");
  return record;
}

Difference difference(const Interface& before, const Interface& after) {
  Difference result;
  std::set<std::string> names;
  for (const auto& [name, lines] : before) names.insert(name);
  for (const auto& [name, lines] : after) names.insert(name);
  for (const std::string& name : names) {
    const auto old = before.find(name), now = after.find(name);
    if (old == before.end()) {
      result.text += "  added    " + name + '\n';
    } else if (now == after.end()) {
      result.text += "  removed  " + name + '\n';
      result.only_added = false;
    } else if (old->second != now->second) {
      result.text += "  changed  " + name + '\n';
      const auto missing_in = [](const std::vector<std::string>& lines, const std::string& line) {
        return std::find(lines.begin(), lines.end(), line) == lines.end();
      };
      for (const std::string& line : old->second)
        if (missing_in(now->second, line)) result.text += "    - " + line + '\n';
      for (const std::string& line : now->second)
        if (missing_in(old->second, line)) result.text += "    + " + line + '\n';
      // An enumerator behind the others leaves them as they are.
      const bool grown = is_enum(name) && now->second.size() > old->second.size() &&
                         std::equal(old->second.begin(), old->second.end(), now->second.begin());
      result.only_added = result.only_added && grown;
    }
  }
  return result;
}

std::string refusal(const Record& before, const Record& now) {
  const Difference found = difference(before.interface, now.interface);
  const std::pair was{before.major, before.minor}, is{now.major, now.minor};
  if (is < was) return "the SDK is recorded as " + before.version() + ", which is newer than " + now.version() + ".\n";
  if (found.text.empty()) return {};
  if (is == was)
    return "the SDK's interface changed, but it still calls itself " + now.version() +
           ", so a plugin compiled before would be opened\nand misread memory, call another function or miss one:\n\n" +
           found.text;
  if (before.major > 0 && now.major == before.major && !found.only_added)
    return "more changed than was added, and that needs another major number than " + std::to_string(now.major) +
           ": a plugin compiled for " + before.version() + " would be opened by a kernel of " + now.version() +
           ".\n\n" + found.text;
  return {};
}
