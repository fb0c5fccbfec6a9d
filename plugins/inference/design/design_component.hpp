#pragma once
#include "tawara/plugin.hpp"

namespace tawara::design {

/// `sampler.design`: points spread over the priors, simulated.
class Design : public Component {
 public:
  static Descriptor describe();
  explicit Design(const Settings&) {}
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;
};

/// `sampler.replay`: the rows of a population, simulated (again, elsewhere, or with other outputs).
class Replay : public Component {
 public:
  static Descriptor describe();
  explicit Replay(const Settings&) {}
  [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;
};

}  // namespace tawara::design
