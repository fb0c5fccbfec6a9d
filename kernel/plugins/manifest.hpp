#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tawara/abi.hpp"
#include "tawara/descriptor.hpp"
#include "tawara/error.hpp"
#include "tawara/plugin.hpp"

namespace tawara {

/// What a plugin file says about itself, read from its `.tawara` section without opening it.
struct Manifest {
  std::string name, version, summary, authors, licence, homepage;
  AbiTag abi{};
  std::string digest;  ///< of the loadable segments, as hex
  std::vector<Descriptor> components;
};

inline constexpr std::string_view manifest_section = ".tawara";
inline constexpr int manifest_format = 1;

/// A manifest that cannot be understood; the message begins with the place, e.g. "components[2].slots[0].kind: ...".
class ManifestError : public PluginError {
 public:
  using PluginError::PluginError;
};

/// What a library registered, as its manifest will say it.
[[nodiscard]] Manifest manifest_of(const Plugin& plugin, const AbiTag& abi);

/// The text of the section: JSON that carries a digest of itself, so that a changed byte is noticed.
/// @throws ManifestError when a text is not UTF-8
[[nodiscard]] std::string manifest_text(const Manifest& manifest);

/// A section's text, verified and read as far as any Tawara can: identity and ABI tag. The components are read
/// by components_of() afterwards, since those of another SDK need not be intelligible.
struct ManifestHead {
  Manifest manifest;
  std::string components;  ///< JSON
};
/// @throws ManifestError with the place; tolerates unknown members
[[nodiscard]] ManifestHead read_manifest_head(std::string_view text);
/// @throws ManifestError
[[nodiscard]] std::vector<Descriptor> components_of(const ManifestHead& head);

/// A descriptor as JSON: members at their default are left out.
[[nodiscard]] nlohmann::ordered_json to_json(const Descriptor& descriptor);
[[nodiscard]] nlohmann::ordered_json to_json(const AbiTag& tag);
/// Numbers JSON lacks are written {"": "inf"}, "-inf" or "nan".
[[nodiscard]] nlohmann::ordered_json to_json(const Value& value);

/// The word for an enumerator as it stands in the JSON ("number", "evaluate", "experimental", ...).
[[nodiscard]] std::string_view word_for(Type);
[[nodiscard]] std::string_view word_for(ActsAt);
[[nodiscard]] std::string_view word_for(Hint);
[[nodiscard]] std::string_view word_for(HowMany);
[[nodiscard]] std::string_view word_for(Maturity);

}  // namespace tawara
