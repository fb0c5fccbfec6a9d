#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// What a compiled plugin takes for granted about the SDK: for each name what it is, in lines that carry positions.
/// "class tawara::Batch" -> {"8 bytes", "virtual 2: tawara::Batch::rows() const -> int", ...}
using Interface = std::map<std::string, std::vector<std::string>>;

/// @param debug_information  what `readelf --debug-dump=info` says of a unit that includes all headers
/// @param symbols            what `nm --dynamic --defined-only` says of the library
/// @throws std::runtime_error  a free function is exported whose type the unit does not tell
[[nodiscard]] Interface interface_of(std::string_view debug_information, std::string_view symbols);

/// The names that are agreed on as text: of abilities, host services, and the plugins' entry.
void add_agreed_names(Interface& interface, std::string_view header);

/// An interface with the version of the SDK it belongs to, as it is kept in a file.
struct Record {
  int major = 0, minor = 0;
  std::string compiler;  ///< "gcc 12": texts are comparable between equal ones only
  Interface interface;
  [[nodiscard]] std::string version() const { return std::to_string(major) + '.' + std::to_string(minor); }
};
[[nodiscard]] std::string to_text(const Record& record);
/// @throws std::runtime_error  the text is no record
[[nodiscard]] Record record_from(std::string_view text);

/// What became of an interface.
struct Difference {
  std::string text;        ///< name by name, with the lines that went (-) and came (+); empty when nothing changed
  bool only_added = true;  ///< nothing went, no class changed: plugins compiled before still fit
};
[[nodiscard]] Difference difference(const Interface& before, const Interface& after);

/// Why the present interface may not be recorded in the place of an older record; empty when it may.
[[nodiscard]] std::string refusal(const Record& before, const Record& now);
