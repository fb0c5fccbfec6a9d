// SPDX-License-Identifier: GPL-3.0-or-later
#include "read_biosig.hpp"

#include <biosig.h>
#include <fmt/format.h>

#include <cstdlib>
#include <memory>

#include "tawara/error.hpp"

namespace tawara::ecg {
namespace {

using File = std::unique_ptr<HDRTYPE, decltype(&destructHDR)>;

void require_good(const File& file, const std::filesystem::path& path) {
  if (!file) throw DataError(fmt::format("{}: libbiosig cannot open it", path.string()));
  if (!biosig_check_error(file.get())) return;
  const std::unique_ptr<char, decltype(&std::free)> reason(biosig_get_errormsg(file.get()), &std::free);
  throw DataError(
      fmt::format("{}: libbiosig cannot read it: {}", path.string(), reason ? reason.get() : "no reason given"));
}

}  // namespace

Recording read_biosig(const std::filesystem::path& path) {
  const File file(sopen(path.c_str(), "r", nullptr), &destructHDR);
  require_good(file, path);
  // libbiosig 2.5 computes wrong byte offsets for their signals, so samples would come from the wrong leads unnoticed.
  if (biosig_get_filetype(file.get()) == MIT)
    throw DataError(fmt::format("{}: is a WFDB record; read it with dataset.ecg", path.string()));
  biosig_reset_flag(file.get(), BIOSIG_FLAG_UCAL | BIOSIG_FLAG_ROW_BASED_CHANNELS);
  biosig_set_flag(file.get(), BIOSIG_FLAG_OVERFLOWDETECTION);  // saturated samples become NaN: they are no measurements
  sread(nullptr, 0, biosig_get_number_of_records(file.get()), file.get());
  require_good(file, path);
  biosig_data_type* data = nullptr;
  std::size_t n_samples = 0, n_channels = 0;
  biosig_get_datablock(file.get(), &data, &n_samples, &n_channels);

  Recording recording;
  recording.file = path.string();
  recording.sampling_rate = biosig_get_samplerate(file.get());
  std::size_t column = 0;
  for (long k = 0; k < biosig_get_number_of_channels(file.get()) && column < n_channels; ++k) {
    CHANNEL_TYPE* channel = biosig_get_channel(file.get(), static_cast<int>(k));
    if (channel->OnOff != 1) continue;  // switched off, or a time axis
    const double* first = data + column++ * n_samples;
    recording.names.emplace_back(biosig_channel_get_label(channel));
    recording.units.emplace_back(biosig_channel_get_physdim(channel));
    recording.signals.emplace_back(first, first + n_samples);
  }
  sclose(file.get());
  if (recording.signals.empty()) throw DataError(fmt::format("{}: holds no signals", path.string()));
  return recording;
}

}  // namespace tawara::ecg
