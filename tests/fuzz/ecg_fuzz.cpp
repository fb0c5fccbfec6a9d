// Files of the ECG plugin: a WFDB header and its signals, a CSV of leads, electrodes. The first byte says which.
#include "dataset/recording.hpp"
#include "electrodes/electrode_set.hpp"
#include "fuzz.hpp"

using namespace tawara;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Scratch scratch;
  if (size == 0) return 0;
  std::string_view rest = fuzz::text_of(data + 1, size - 1);
  fuzz::attempt([&] {
    switch (data[0] % 3) {
      case 0: {
        const auto header = scratch.write("record.hea", fuzz::take_part(rest));
        scratch.write("record.dat", rest);
        (void)ecg::twelve_leads(ecg::read_wfdb(header));
        break;
      }
      case 1:
        (void)ecg::twelve_leads(ecg::read_csv(scratch.write("record.csv", rest), 500.0));
        break;
      default:
        (void)ecg::read_electrodes(scratch.write("electrodes.csv", rest));
    }
  });
  return 0;
}
