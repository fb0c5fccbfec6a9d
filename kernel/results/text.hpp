#pragma once
#include <string>

namespace tawara {

/// Text as it may stand in HTML and SVG.
[[nodiscard]] std::string escaped(const std::string& text);
/// "V_m [mV]"; the name alone for texts and dimensionless numbers.
[[nodiscard]] std::string with_unit(const std::string& name, const std::string& unit);

}  // namespace tawara
