#pragma once
#include <span>
#include <string_view>

namespace tawara::drugs {

/// Block of one current at steady state: remaining fraction 1/(1 + (C/ic50)^hill).
struct Block {
  std::string_view current;  ///< "I_Kr"
  double ic50;               ///< nmol/L
  double hill;
};

enum class Risk { low, intermediate, high };

struct Compound {
  std::string_view name;
  Risk risk;                      ///< torsade category given by the CiPA initiative
  double Cmax;                    ///< free therapeutic peak, nmol/L
  std::span<const Block> blocks;  ///< as fitted, extrapolated IC50s included; a current not listed was not blocked
};

/// The 12 training compounds of the CiPA initiative. Static block of I_Kr; CiPA itself uses a model of dynamic binding.
///
/// Source: Li et al. 2017 (doi 10.1161/CIRCEP.116.004628) and Crumb et al. 2016 (doi 10.1016/j.vascn.2016.03.009), as
/// tabulated in the public repository FDA/CiPA.
[[nodiscard]] std::span<const Compound> cipa_compounds();

/// nullptr when it is none of them.
[[nodiscard]] const Compound* find_compound(std::string_view name);

[[nodiscard]] std::string_view name_of(Risk risk);

}  // namespace tawara::drugs
