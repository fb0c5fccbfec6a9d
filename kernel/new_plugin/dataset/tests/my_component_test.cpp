#include <string>

#include "../src/my_component.hpp"
#include "check.hpp"

// What the message says when a recording cannot be used; "" when it can.
static std::string refusal(const tawara::Table& recording) {
  try {
    (void)my_component::trace_of(recording, "ap.csv");
  } catch (const tawara::DataError& error) {
    return error.what();
  }
  return "";
}

int main() {
  tawara::Table good;
  good.add("V_m", "mV", {-80, 30, -80}).add("t", "ms", {100, 102, 400}).add("I", "nA", {0, 0, 0});
  const auto trace = my_component::trace_of(good, "ap.csv");
  check("t from 0", trace.at("t").numbers[2], 300, 0);
  check("V_m as it was", trace.at("V_m").numbers[1], 30, 0);
  check("no other column", static_cast<double>(trace.columns.size()), 2, 0);

  tawara::Table in_volts;
  in_volts.add("t", "ms", {0, 1}).add("V_m", "V", {-0.08, 0.03});
  check("unit refused", refusal(in_volts).find("no column 'V_m [mV]'") != std::string::npos, 1, 0);
  tawara::Table backwards;
  backwards.add("t", "ms", {0, 2, 1}).add("V_m", "mV", {-80, 30, -80});
  check("order refused", refusal(backwards).find("increase after sample 2") != std::string::npos, 1, 0);
  return verdict();
}
