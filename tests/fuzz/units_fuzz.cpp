// Units and quantities, two to an input with a line break between: read, named, compared and converted.
#include "fuzz.hpp"
#include "kernel/scenario/units.hpp"

using namespace tawara;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const std::string_view first = text.substr(0, text.find('\n')),
                         second = text.substr(std::min(first.size() + 1, size));
  for (const std::string_view unit : {first, second})
    if (const auto read = parse_unit(unit)) {
      (void)dimension_name(*read);
      (void)everyday_units(*read);
      if (!same_unit(unit, unit)) std::abort();
    }
  const auto quantity = parse_quantity(first);
  (void)convert(quantity ? quantity->value : 1, quantity ? quantity->unit : first, second);
  return 0;
}
