#pragma once
#include <memory>
#include <utility>

#include "tawara/protocol.hpp"

namespace tawara::experiments {

/// The current that neighbours feed into a cell when a wave passes: inward first, then outward as the cell itself feeds
/// the next. Two Gaussians fitted to tissue by Camps et al. 2025, scaled to a peak of 11 uA/uF; once per beat of
/// another drive.
class DiffusionDrive final : public Protocol::Drive {
 public:
  explicit DiffusionDrive(std::unique_ptr<Protocol::Drive> beats) : beats_(std::move(beats)) {}
  [[nodiscard]] double I_stim(double t) const override;
  [[nodiscard]] double next_edge(double t) const override;
  [[nodiscard]] double beat_start(int n) const override { return beats_->beat_start(n); }

 private:
  [[nodiscard]] int last_beat(double t) const;
  std::unique_ptr<Protocol::Drive> beats_;
};

}  // namespace tawara::experiments
