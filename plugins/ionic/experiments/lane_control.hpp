#pragma once
#include "lanes/lane_run.hpp"
#include "tawara/descriptor.hpp"
#include "tawara/settings.hpp"

namespace tawara::experiments {

/// The settings `precision` and `tolerance` of experiments on many cells.
void describe_lane_control(Descriptor& descriptor);
/// What they say. The longest step is left as it is.
void read_lane_control(const Settings& settings, lanes::StepControl& control);

}  // namespace tawara::experiments
