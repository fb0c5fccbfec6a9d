#pragma once
#include "tawara/component.hpp"

namespace tawara::propagation {

/// `conduction.sites`: where on the endocardium activation may start.
class ConductionSites : public Component {
 public:
  static Descriptor describe();
  explicit ConductionSites(const Settings& settings);
  std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override;

 private:
  double spacing_, ab_max_;
};

}  // namespace tawara::propagation
