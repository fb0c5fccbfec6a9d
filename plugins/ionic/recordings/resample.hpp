#pragma once
#include <span>
#include <vector>

namespace tawara::recordings {

/// A recording at other times: on the straight line between the two samples around each; a sample on the time itself is
/// taken as it is. The last sample is good for one spacing more: 10 000 samples at 10 kHz are a second, and what learns
/// from a command of a second also has its end.
///
/// A recording that is coarser than what is asked of it would be made up, not resampled. So where the two samples
/// around a wanted time lie further apart than that time lies from its nearer wanted neighbour, it is refused.
///
/// @param times   ms, ascending  @param values  one per time
/// @param wanted  ms, ascending
/// @throws DataError  a wanted time before the first sample or behind the end; a recording too coarse there, with the
///                    rate that is needed
[[nodiscard]] std::vector<float> resample(std::span<const double> times, std::span<const float> values,
                                          std::span<const double> wanted);

}  // namespace tawara::recordings
