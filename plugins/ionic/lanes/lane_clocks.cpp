#include "lanes/lane_clocks.hpp"

#include <algorithm>
#include <cmath>

namespace tawara::lanes {

int LaneClocks::exponent_below(double step) {
  const int exponent = static_cast<int>(std::floor(std::log2(step / tick)));
  return std::clamp(exponent, 0, 50);
}

void LaneClocks::reset(std::size_t lane, double t) {
  start_[lane] = end_[lane] = t;
  remaining_[lane] = total_[lane] = last_[lane] = 0;
  steps_[lane] = attempts_[lane] = 0;
}

bool LaneClocks::open(std::size_t lane, double end) {
  const double from = time(lane);
  start_[lane] = from;
  end_[lane] = end;
  last_[lane] = 0;
  attempts_before_[lane] = attempts_[lane];
  total_[lane] = remaining_[lane] = std::llround((end - from) / tick);
  if (remaining_[lane] == 0) {
    start_[lane] = end;
    return false;
  }
  choose(lane, std::min(first_exponent, top_));
  return true;
}

void LaneClocks::choose(std::size_t lane, int exponent) {
  const std::int64_t left = remaining_[lane], whole = std::int64_t{1} << exponent, odd = left & (whole - 1);
  exponent_[lane] = exponent;
  step_[lane] = odd == 0 ? whole : odd >= whole / 2 || left < whole ? odd : odd + whole;
}

bool LaneClocks::shrink(std::size_t lane, int halvings) {
  const int exponent = std::bit_width(static_cast<std::uint64_t>(step_[lane])) - 1 - halvings;
  if (exponent < 0) return false;
  choose(lane, exponent);
  return true;
}

void LaneClocks::limit(std::size_t lane, double step) {
  while (this->step(lane) > step && shrink(lane, 1)) {
  }
}

}  // namespace tawara::lanes
