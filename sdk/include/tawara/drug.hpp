#pragma once
#include <span>
#include <string>
#include <vector>

#include "tawara/export.hpp"

namespace tawara {

/// Ability "drug": what is left of each current at a concentration.
class TAWARA_EXPORT Drug {
 public:
  static constexpr const char* ability_name = "drug";
  virtual ~Drug();
  struct Target {
    std::string parameter;  ///< of the cell model: "scale_I_Kr"
    double remaining;       ///< factor on it, 0..1 for a blocker
  };
  /// @param arguments  evaluate parameters of the drug component in descriptor order
  [[nodiscard]] virtual std::vector<Target> targets(std::span<const double> arguments) const = 0;
};

}  // namespace tawara
