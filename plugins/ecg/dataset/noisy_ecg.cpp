#include "noisy_ecg.hpp"

#include <algorithm>
#include <cmath>

#include "filters.hpp"
#include "leads.hpp"

namespace tawara::ecg {
namespace {

constexpr double sampling_rate = 1000;  // Hz; simulated leads have a sample per ms

struct Noisy : Prepared {
  double low_pass;
  explicit Noisy(double cut_off) : low_pass(cut_off) {}

  void evaluate(int, Row& row) const override {
    const Array& source = row.input("source", "leads");
    if (!row.active()) return;
    const double noise = row.number("noise");
    const std::size_t n_rows = source.extent(0), n = source.extent(1);
    const auto clean = source.span<double>();
    Array& out = row.output("leads");
    out.reshape(DType::f64, {n_rows, n});
    const auto noisy = out.mutable_span<double>();
    for (std::size_t l = 0; l < n_rows; ++l) {
      double peak = 0;
      for (std::size_t j = 0; j < n; ++j) peak = std::max(peak, std::abs(clean[l * n + j]));
      // The stream depends on the lead only, so every evaluation sees the same recording.
      Random random = row.host().random("noise", l);
      std::vector<double> recorded(n);
      for (std::size_t j = 0; j < n; ++j) recorded[j] = clean[l * n + j] + noise * peak * random.normal();
      if (low_pass > 0) recorded = zero_phase(recorded, Pass::low, low_pass, sampling_rate);
      std::copy(recorded.begin(), recorded.end(), noisy.begin() + static_cast<std::ptrdiff_t>(l * n));
    }
  }
};

}  // namespace

Descriptor NoisyEcg::describe() {
  Descriptor d("dataset.noisy_ecg", "A simulated ECG with seeded noise, to plant as a recording");
  d.doc =
      "Adds independent Gaussian noise to every sample of every lead; its standard deviation is `noise` times that "
      "lead's largest absolute value; then low-passes it as `dataset.ecg` does a recording. The noise depends on the "
      "scenario's seed, this instance's name and the lead, "
      "so all evaluations in a run see one and the same recording. Leads are noisy one by one: the sums that tie "
      "limb leads together no longer hold exactly, as in recordings made lead by lead.";
  d.number("noise", "1", 0.05)
      .allowed(0, 10)
      .usual(0, 0.2)
      .evaluate()
      .says("Standard deviation of the noise as a fraction of each lead's peak");
  d.number("low_pass", "Hz", 100)
      .allowed(0, 500)
      .says("Zero-phase Butterworth filter of fourth order, after the noise; 0: none");
  d.slot("source", "").needs("leads", "").says("The clean ECG");
  d.output("leads", "1", "12 x n_samples")
      .shown_as(Hint::leads)
      .rows(lead_labels())
      .says("The noisy ECG, in the source's unit, I II III aVR aVL aVF V1..V6");
  return d;
}

NoisyEcg::NoisyEcg(const Settings& settings) : low_pass_(settings.number("low_pass")) {}

std::unique_ptr<const Prepared> NoisyEcg::prepare(PrepareContext&) const { return std::make_unique<Noisy>(low_pass_); }

}  // namespace tawara::ecg
