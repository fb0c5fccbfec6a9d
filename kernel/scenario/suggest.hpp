#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace tawara {

/// The candidates a mistyped word may have meant: best first, at most three, often none.
///
/// Case and the separators '_' and '-' do not count (cardiac names mix case: G_Kr, APD90), swapped neighbours are one
/// mistake (Damerau), and at most max(1, length / 3) mistakes are forgiven; without any mistake the others are left
/// out.
[[nodiscard]] std::vector<std::string> suggest(std::string_view wrong, const std::vector<std::string>& candidates);

/// "did you mean 'a', 'b' or 'c'?", or nothing.
[[nodiscard]] std::string did_you_mean(const std::vector<std::string>& suggestions);

}  // namespace tawara
