// A table from a CSV, as the service `table_files` reads it.
#include "fuzz.hpp"
#include "kernel/results/csv_read.hpp"

using namespace tawara;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Scratch scratch;
  const auto file = scratch.write("table.csv", fuzz::text_of(data, size));
  fuzz::attempt([&] {
    const Table table = read_csv(file);
    for (const Table::Column& c : table.columns)
      if (c.size() != table.rows()) std::abort();
  });
  return 0;
}
