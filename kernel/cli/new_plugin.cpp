#include "kernel/cli/new_plugin.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <ostream>
#include <system_error>

#include "kernel/cli/run.hpp"
#include "kernel/scenario/suggest.hpp"

namespace tawara {
namespace {

namespace fs = std::filesystem;

// A component's name is also a C++ namespace and a CMake target.
constexpr std::string_view reserved[] = {
    "alignas",      "alignof",   "and",        "and_eq",    "asm",      "auto",         "bitand",
    "bitor",        "bool",      "break",      "case",      "catch",    "char",         "char8_t",
    "char16_t",     "char32_t",  "class",      "compl",     "concept",  "const",        "consteval",
    "constexpr",    "constinit", "const_cast", "continue",  "co_await", "co_return",    "co_yield",
    "decltype",     "default",   "delete",     "do",        "double",   "dynamic_cast", "else",
    "enum",         "explicit",  "export",     "extern",    "false",    "float",        "for",
    "friend",       "goto",      "if",         "inline",    "int",      "long",         "mutable",
    "namespace",    "new",       "noexcept",   "not",       "not_eq",   "nullptr",      "operator",
    "or",           "or_eq",     "private",    "protected", "public",   "register",     "reinterpret_cast",
    "requires",     "return",    "short",      "signed",    "sizeof",   "static",       "static_assert",
    "static_cast",  "struct",    "switch",     "template",  "this",     "thread_local", "throw",
    "true",         "try",       "typedef",    "typeid",    "typename", "union",        "unsigned",
    "using",        "virtual",   "void",       "volatile",  "wchar_t",  "while",        "xor",
    "xor_eq",       "main",      "std",        "tawara",    "all",      "clean",        "help",
    "install",      "test",      "package",    "plugin",    "unix",     "linux",        "edit_cache",
    "rebuild_cache"};

bool is_name(const std::string& name) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name[0] >= 'a' && name[0] <= 'z' && std::all_of(name.begin(), name.end(), allowed);
}

std::string name_for(const NewPluginRequest& request, const fs::path& folder) {
  const bool given = !request.name.empty();
  std::string name = given ? request.name : folder.filename().string();
  if (!given)
    for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const std::string remedy = given ? "" : "; give another one by --name";
  if (!is_name(name))
    throw CommandLineError("'" + name + "' cannot name a component: expected a lower-case letter, then lower-case " +
                           "letters, digits and '_', such as my_cell" + remedy);
  if (std::find(std::begin(reserved), std::end(reserved), name) != std::end(reserved))
    throw CommandLineError("'" + name + "' cannot name a component: the word means something to C++ or CMake; " +
                           "try my_" + name + (given ? "" : ", by --name"));
  return name;
}

fs::path usable_folder(const fs::path& given) {
  fs::path folder = fs::absolute(given).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();  // DIR/
  std::error_code unknown;
  if (!fs::exists(folder, unknown)) {
    if (!fs::is_directory(folder.parent_path(), unknown))
      throw CommandLineError("cannot make '" + given.string() + "': there is no folder " +
                             folder.parent_path().string() + "; make it first");
    return folder;
  }
  if (!fs::is_directory(folder, unknown))
    throw CommandLineError("'" + given.string() + "' is a file; name a folder that does not exist yet");
  if (!fs::is_empty(folder, unknown))
    throw CommandLineError("the folder '" + given.string() +
                           "' is not empty, and nothing in it is overwritten; name a new one");
  return folder;
}

/// "my_cell" -> "MyCell"
std::string in_capitals(const std::string& name) {
  std::string result;
  bool start = true;
  for (const char c : name) {
    if (c != '_') result += start ? static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c) : c;
    start = c == '_';
  }
  return result;
}

std::string with_hyphens(std::string name) {
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

void replace_all(std::string& text, std::string_view from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

std::string filled_in(std::string_view text, const std::string& kind, const std::string& name) {
  std::string result(text);
  replace_all(result, "MyComponent", in_capitals(name));
  replace_all(result, "my-component", with_hyphens(name));
  replace_all(result, "my_kind", kind);
  replace_all(result, "my_component", name);
  return result;
}

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw DataError("cannot write " + file.string() + "; is the disk full, or the folder read-only?");
}

}  // namespace

std::vector<std::string> new_plugin_kinds() {
  std::vector<std::string> kinds;
  for (const PluginTemplate& t : plugin_templates())
    if (t.kind != "common" && (kinds.empty() || kinds.back() != t.kind)) kinds.emplace_back(t.kind);
  std::sort(kinds.begin(), kinds.end());
  return kinds;
}

int run_new_plugin(const NewPluginRequest& request, std::ostream& out) {
  const std::vector<std::string> kinds = new_plugin_kinds();
  if (std::find(kinds.begin(), kinds.end(), request.kind) == kinds.end()) {
    std::string list;
    for (const std::string& kind : kinds) list += (list.empty() ? "" : ", ") + kind;
    const std::string meant = did_you_mean(suggest(request.kind, kinds));
    throw CommandLineError((request.kind.empty() ? "'new-plugin' needs a --kind"
                                                 : "there is no template for the kind '" + request.kind + "'") +
                           (meant.empty() ? "" : "; " + meant) + "\n  kinds: " + list);
  }
  const fs::path folder = usable_folder(request.folder);
  const std::string name = name_for(request, folder);

  const auto templates = plugin_templates();
  for (const PluginTemplate& t : templates) {
    const bool replaced = t.kind == "common" && std::any_of(templates.begin(), templates.end(), [&](const auto& other) {
                            return other.kind == request.kind && other.path == t.path;
                          });
    if (replaced || (t.kind != "common" && t.kind != request.kind)) continue;
    const std::string path = t.path == "gitignore" ? ".gitignore" : filled_in(t.path, request.kind, name);
    write(folder / path, filled_in(t.text, request.kind, name));
  }

  out << "A plugin with the component " << request.kind << '.' << name << " in " << request.folder.string()
      << "\n\n  cd " << request.folder.string()
      << "\n  cmake -S . -B build -DCMAKE_BUILD_TYPE=Release && cmake --build build\n"
         "  ctest --test-dir build --output-on-failure\n"
         "  tawara run scenarios/demo.toml --plugin build/plugins\n\n"
         "Its README.md says what to change first.\n";
  return 0;
}

}  // namespace tawara
