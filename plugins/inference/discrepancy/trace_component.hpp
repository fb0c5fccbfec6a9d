#pragma once
#include "tawara/plugin.hpp"
#include "trace_discrepancy.hpp"

namespace tawara::discrepancy {

/// `discrepancy.trace`: how far a simulated trace is from a recorded one.
class TraceDiscrepancy : public Component {
 public:
  static Descriptor describe();
  /// @throws ScenarioError  a window or emphasis that runs backwards
  explicit TraceDiscrepancy(const Settings& settings);
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;

 private:
  TraceComparison how_;
};

}  // namespace tawara::discrepancy
