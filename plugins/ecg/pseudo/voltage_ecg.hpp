#pragma once
#include <span>
#include <vector>

#include "tawara/component.hpp"

namespace tawara::ecg {

/// Samples x 8 independent leads to the output's 12 x samples.
void write_leads(std::span<const double> eight, Array& out);

/// `ecg.pseudo` on a source that gives V_m.
class VoltageEcg : public Prepared {
 public:
  /// @param L  n x 8 (lead_field)
  VoltageEcg(std::vector<double> L, std::size_t n_samples, std::size_t n_qrs);
  void evaluate(int group, Row& row) const override;
  std::unique_ptr<Workspace> workspace() const override;

 private:
  std::vector<double> L_;
  std::size_t n_samples_, n_qrs_;
};

}  // namespace tawara::ecg
