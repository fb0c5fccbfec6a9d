#pragma once
#include <cstddef>
#include <vector>

#include "recording.hpp"

namespace tawara::ecg {

/// From here on one sample is 1 ms.
inline constexpr double rate = 1000;  // Hz

enum class Average { mean, median };

struct BeatOptions {
  std::size_t duration = 450;  ///< ms from QRS onset
  Average average = Average::mean;
};

/// One beat that stands for a recording.
struct Beat {
  TwelveLeads leads;        ///< mV, duration samples, sample 0 at QRS onset, zero just before it
  double RR = 0;            ///< ms, mean over normal intervals
  double QRS_duration = 0;  ///< ms, estimate
  std::size_t beats_used = 0, beats_rejected = 0;
};

/// Times of the R peaks (samples): band-pass 5 to 20 Hz, slope, square, sum over leads, 100 ms mean, threshold at a
/// quarter of the median peak, 250 ms refractory; after Pan and Tompkins, IEEE Trans Biomed Eng 1985, with a threshold
/// that looks at the whole recording.
[[nodiscard]] std::vector<std::size_t> r_peaks(const TwelveLeads& leads);

/// First and one past the last sample of the QRS complex around `R`, where the spatial speed of the signal
/// sqrt(sum over leads (dx/dt)^2) rises out of the noise before it and falls back.
struct QrsBounds {
  std::size_t onset, end;
};
[[nodiscard]] QrsBounds qrs_bounds(const TwelveLeads& beat, std::size_t R);

/// Average the normal beats of a filtered 1 kHz recording.
///
/// Beats are aligned by cross-correlation. Rejected are beats whose RR before or after differs by over 20 % from the
/// median (ectopic ones and their neighbours) and beats that correlate less than 0.9 with the median beat. Each beat's
/// baseline is the line through its level before QRS onset and that of the next beat.
/// @throws DataError naming `file`: no R peak, one beat only, beats that do not look alike, RR shorter than duration
[[nodiscard]] Beat average_beat(const TwelveLeads& recording, const BeatOptions& options, const std::string& file);

}  // namespace tawara::ecg
