// The CSVs of single cells: steps of a voltage clamp, a measured trace, rows by column name. The first byte says which.
#include "discrepancy/trace_recording.hpp"
#include "experiments/csv_rows.hpp"
#include "fuzz.hpp"
#include "protocols/clamp_steps.hpp"

using namespace tawara;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Scratch scratch;
  if (size == 0) return 0;
  const auto file = scratch.write("cells.csv", fuzz::text_of(data + 1, size - 1));
  fuzz::attempt([&] {
    switch (data[0] % 3) {
      case 0:
        (void)protocols::read_clamp_steps(file);
        break;
      case 1:
        (void)discrepancy::read_recording(file, {"t", "V_m", "weight"});
        break;
      default:
        for (experiments::CsvRows rows(file, {"state", "value"}, {"note"}); rows.next();) {
          (void)rows.number("value");
          if (rows.has("note")) (void)rows.text("note");
        }
    }
  });
  return 0;
}
