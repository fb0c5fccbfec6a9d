#pragma once
#include <limits>
#include <memory>

#include "tawara/component.hpp"
#include "tawara/protocol.hpp"

namespace tawara::protocols {

/// No stimulus, ever: one beat that never ends.
class QuietDrive final : public Protocol::Drive {
 public:
  [[nodiscard]] double I_stim(double) const override { return 0; }
  [[nodiscard]] bool piecewise_constant() const override { return true; }
  [[nodiscard]] double next_edge(double) const override { return std::numeric_limits<double>::infinity(); }
  [[nodiscard]] double beat_start(int n) const override { return n == 0 ? 0 : std::numeric_limits<double>::infinity(); }
};

/// Component `protocol.quiet`.
class Quiet final : public Component {
 public:
  static Descriptor describe();
  explicit Quiet(const Settings&) {}
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;
};

}  // namespace tawara::protocols
