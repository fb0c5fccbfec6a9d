// Tables and arrays from an HDF5 file, as the services `table_files` and `array_files` and a resumed run read them. The
// HDF5 library itself is not instrumented and its older versions are known to fail on made-up files, so this one is for
// running by hand.
#include "fuzz.hpp"
#include "kernel/results/array_file.hpp"
#include "kernel/results/table_file.hpp"

using namespace tawara;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Scratch scratch;
  const auto file = scratch.write("table.h5", fuzz::text_of(data, size));
  fuzz::attempt([&] { (void)read_table_file(file); });
  fuzz::attempt([&] {
    for (const ArrayFiles::Dataset& dataset : array_files().list(file))
      fuzz::attempt([&] { (void)array_files().read(file, dataset.name); });
  });
  return 0;
}
