#include "voltage_ecg.hpp"

#include <fmt/format.h>

#include "direct_ecg.hpp"

namespace tawara::ecg {
namespace {

struct Scratch : Workspace {
  std::vector<double> eight;
};

}  // namespace

void write_leads(std::span<const double> eight, Array& out) {
  const std::size_t n = eight.size() / n_independent;
  out.reshape(DType::f64, {n_leads, n});
  const auto leads = out.mutable_span<double>();
  for (std::size_t j = 0; j < n; ++j) {
    const auto twelve = twelve_leads(eight.subspan(j * n_independent).first<n_independent>());
    for (std::size_t l = 0; l < n_leads; ++l) leads[l * n + j] = twelve[l];
  }
}

VoltageEcg::VoltageEcg(std::vector<double> L, std::size_t n_samples, std::size_t n_qrs)
    : L_(std::move(L)), n_samples_(n_samples), n_qrs_(n_qrs) {}

std::unique_ptr<Workspace> VoltageEcg::workspace() const { return std::make_unique<Scratch>(); }

void VoltageEcg::evaluate(int group, Row& row) const {
  const Array& V_m = row.input("source", "V_m");
  if (!row.active()) return;
  if (V_m.size() != L_.size() / n_independent * n_samples_)
    return row.fail("shape", fmt::format("V_m has {} numbers; expected {} nodes x {} samples", V_m.size(),
                                         L_.size() / n_independent, n_samples_));
  auto& eight = row.workspace<Scratch>().eight;
  const std::size_t n = group == 0 ? n_qrs_ : n_samples_;
  eight.resize(n * n_independent);
  ecg_of_voltage(L_, V_m.span<float>(), n_samples_, 0, n, eight);
  write_leads(eight, row.output(group == 0 ? "qrs" : "leads"));
}

}  // namespace tawara::ecg
