#pragma once
#include <string>
#include <vector>

#include "tawara/descriptor.hpp"

namespace tawara {

// A descriptor's records in a few words each, shared by the forms of `tawara describe` and by `tawara docs`.

[[nodiscard]] std::string type_words(const Parameter& p);     ///< "number", "list of number (mV)"
[[nodiscard]] std::string default_words(const Parameter& p);  ///< as TOML; "(needed)", "(none)"
[[nodiscard]] std::string allowed_words(const Parameter& p);  ///< "> 0, <= 3", "endo, mid, epi", "" for anything
[[nodiscard]] std::string usual_words(const Parameter& p);    ///< "0.4 .. 0.9", or ""
[[nodiscard]] std::string unit_words(const Parameter& p);     ///< "" where a unit has no meaning
[[nodiscard]] std::string flag_words(const Parameter& p);     ///< "inferable, log scale, per node", or ""
[[nodiscard]] std::string slot_words(const Slot& s);          ///< "one conduction instance with LAT [ms]"
[[nodiscard]] std::string output_words(const Output& o);      ///< "n_nodes x 3 [mm], constant"
[[nodiscard]] std::string first_line(const std::string& text);

struct NamedParameter {
  std::string name;
  const Parameter* parameter;
};
/// Parameters and, after each, the members of its records: "window.low" below "window", "steps[].V_m" below "steps".
[[nodiscard]] std::vector<NamedParameter> with_members(const std::vector<Parameter>& parameters);

/// An instance with every default, to paste into a scenario.
[[nodiscard]] std::string toml_block(const Descriptor& d);

}  // namespace tawara
