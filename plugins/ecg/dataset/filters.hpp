#pragma once
#include <span>
#include <vector>

namespace tawara::ecg {

enum class Pass { low, high };

/// Butterworth filter of fourth order, run forwards and backwards (so of eighth order, without delay). The ends are
/// continued by odd reflection over up to a second, so that they start without a transient.
/// @param cut_off        Hz, where one direction is at -3 dB; unchanged signal when it is 0 or not below half the
/// sampling rate
/// @param sampling_rate  Hz
[[nodiscard]] std::vector<double> zero_phase(std::span<const double> signal, Pass pass, double cut_off,
                                             double sampling_rate);

/// Band-limited interpolation to another rate: a sinc over 16 samples either side under a Blackman-Harris window. Above
/// the new half rate the signal is cut off. Ends are continued by odd reflection.
[[nodiscard]] std::vector<double> resampled(std::span<const double> signal, double from_rate, double to_rate);

/// Mean over a centred window of 2 half + 1 samples, shorter at the ends.
[[nodiscard]] std::vector<double> moving_average(std::span<const double> signal, std::size_t half);

}  // namespace tawara::ecg
