#include "experiments/diffusion_drive.hpp"

#include <algorithm>
#include <cmath>

namespace tawara::experiments {
namespace {

constexpr double peak = 11;  // uA/uF
constexpr double ends = 40;  // ms after the beat's start: nothing is left of it

double shape(double t) {
  const auto gaussian = [t](double amplitude, double centre, double width) {
    const double z = (t - centre) / width;
    return amplitude * std::exp(-0.5 * z * z);
  };
  return -(gaussian(13.66, 14.15, 1.943) - gaussian(14.15, 15.29, 1.779));
}

double scale() {
  static const double value = [] {
    double largest = 0;
    for (int i = 0; i <= 4000; ++i) largest = std::max(largest, -shape(0.01 * i));
    return peak / largest;
  }();
  return value;
}

}  // namespace

int DiffusionDrive::last_beat(double t) const {
  int n = 0;
  const double period = beats_->beat_start(1) - beats_->beat_start(0);
  if (t > beats_->beat_start(0)) n = static_cast<int>((t - beats_->beat_start(0)) / period);
  while (beats_->beat_start(n + 1) <= t) ++n;
  while (n >= 0 && beats_->beat_start(n) > t) --n;
  return n;
}

double DiffusionDrive::I_stim(double t) const {
  const int n = last_beat(t);
  if (n < 0) return 0;
  const double since = t - beats_->beat_start(n);
  return since < ends ? scale() * shape(since) : 0;
}

double DiffusionDrive::next_edge(double t) const {
  const int n = last_beat(t);
  const double next = beats_->beat_start(n + 1);
  if (n < 0) return next;
  const double end = beats_->beat_start(n) + ends;
  return t < end ? std::min(end, next) : next;
}

}  // namespace tawara::experiments
