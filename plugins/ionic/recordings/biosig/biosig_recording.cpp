// SPDX-License-Identifier: GPL-3.0-or-later
#include "recordings/biosig/biosig_recording.hpp"

#include <biosig.h>
#include <fmt/format.h>

#include <cstdlib>

#include "recordings/amplifier.hpp"

namespace tawara::recordings {
namespace {

using File = std::unique_ptr<HDRTYPE, decltype(&destructHDR)>;

void require_good(const File& file, const std::filesystem::path& path) {
  if (!file) throw DataError(fmt::format("{}: libbiosig cannot open it", path.string()));
  if (!biosig_check_error(file.get())) return;
  const std::unique_ptr<char, decltype(&std::free)> reason(biosig_get_errormsg(file.get()), &std::free);
  throw DataError(
      fmt::format("{}: libbiosig cannot read it: {}", path.string(), reason ? reason.get() : "no reason given"));
}

AmplifierFile read(const std::filesystem::path& path) {
  const File file(sopen(path.c_str(), "r", nullptr), &destructHDR);
  require_good(file, path);
  biosig_reset_flag(file.get(), BIOSIG_FLAG_UCAL | BIOSIG_FLAG_ROW_BASED_CHANNELS);
  biosig_set_flag(file.get(), BIOSIG_FLAG_OVERFLOWDETECTION);  // saturated samples become NaN: they are no measurements
  sread(nullptr, 0, biosig_get_number_of_records(file.get()), file.get());
  require_good(file, path);
  biosig_data_type* data = nullptr;
  std::size_t n_samples = 0, n_channels = 0;
  biosig_get_datablock(file.get(), &data, &n_samples, &n_channels);

  AmplifierFile recording{.file = path.string(), .columns = {}};
  recording.sampling_rate = biosig_get_samplerate(file.get()) / 1000;
  std::size_t column = 0;
  for (long k = 0; k < biosig_get_number_of_channels(file.get()) && column < n_channels; ++k) {
    CHANNEL_TYPE* channel = biosig_get_channel(file.get(), static_cast<int>(k));
    if (channel->OnOff != 1) continue;  // switched off, or a time axis
    const double* first = data + column++ * n_samples;
    recording.columns.push_back(
        {biosig_channel_get_label(channel), biosig_channel_get_physdim(channel), {first, first + n_samples}});
  }
  sclose(file.get());
  return recording;
}

}  // namespace

Descriptor BiosigRecording::describe() {
  Descriptor d("dataset.recording_biosig", "What an amplifier recorded, in a format libbiosig reads: Axon's ABF, ...");
  d.doc =
      "Axon Binary Format 1 and 2, HEKA, CED and what else libbiosig reads; the rest is as in dataset.recording. "
      "Channels "
      "are called by their labels. Sweeps of an episodic recording follow one another: say with `sweep_interval` how "
      "long each is in the file.\n\n"
      "```toml\nfile = \"cell_7.abf\"\ncapacitance = 62\n```";
  d.citations = {"BioSig, https://biosig.sourceforge.net"};
  d.path("file").says("The recording.");
  describe_recording(d);
  return d;
}

std::unique_ptr<const Prepared> BiosigRecording::prepare(PrepareContext& context) const {
  return prepare_recording(context, read(context.settings().path("file")));
}

}  // namespace tawara::recordings
