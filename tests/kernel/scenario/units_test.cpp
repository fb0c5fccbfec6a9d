#include "kernel/scenario/units.hpp"

#include <doctest/doctest.h>

using namespace tawara;

namespace {
double converted(double value, const char* from, const char* to) {
  const Conversion result = convert(value, from, to);
  CHECK_MESSAGE(result.error.empty(), result.error);
  return result.value;
}
}  // namespace

TEST_CASE("decimal prefixes convert to exactly the number one would write") {
  CHECK(converted(65, "cm/s", "m/s") == 0.65);
  CHECK(converted(35, "cm/s", "m/s") == 0.35);
  CHECK(converted(1.2, "s", "ms") == 1200);
  CHECK(converted(250, "um", "mm") == 0.25);
  CHECK(converted(0.1, "mV", "mV") == 0.1);
  CHECK(converted(-80, "mV", "V") == -0.08);
  CHECK(converted(98, "ml", "L") == 0.098);
}

TEST_CASE("the units of cardiac work convert as design 8 says") {
  CHECK(converted(1, "mm/ms", "m/s") == 1);
  CHECK(converted(0.05, "cm/ms", "m/s") == doctest::Approx(0.5));
  CHECK(converted(1, "uF/cm2", "uF/mm2") == 0.01);
  CHECK(converted(1, "S/m", "mS/mm") == 1);
  CHECK(converted(5.4, "mM", "mmol/L") == 5.4);
  CHECK(converted(60, "bpm", "1/min") == 60);
  CHECK(converted(60, "bpm", "Hz") == 1);
  CHECK(converted(2, "kHz", "1/ms") == 2);
  CHECK(converted(40, "%", "1") == 0.4);
  CHECK(converted(3.14159265358979323846, "rad", "deg") == doctest::Approx(180));
  CHECK(converted(10, "min", "s") == 600);
  CHECK(converted(1, "1/(mM ms)", "L/(mol s)") == doctest::Approx(1e6));
  CHECK(converted(1, "cm^2", "mm2") == 100);
  CHECK(converted(3, "s-1", "Hz") == 3);
  CHECK(converted(7, "\u00b5m", "um") == 7);
  CHECK(converted(7, "\u03bcA/cm2", "uA/cm2") == 7);
}

TEST_CASE("a current per capacitance has many equal names") {
  for (const char* name : {"A/F", "pA/pF", "uA/uF", "V/s", "mV/ms"}) {
    CHECK(same_unit(name, "uA/uF"));
    CHECK(converted(-53, name, "uA/uF") == -53);
  }
}

TEST_CASE("temperatures shift, their differences do not") {
  CHECK(converted(37, "degC", "K") == doctest::Approx(310.15));
  CHECK(converted(310.15, "K", "degC") == doctest::Approx(37));
  CHECK(convert_difference(2, *parse_unit("degC"), *parse_unit("K")) == 2);
  CHECK_FALSE(parse_unit("degC/s"));
  CHECK_FALSE(same_unit("degC", "K"));
}

TEST_CASE("a unit is recognised whole or not at all") {
  for (const char* bad : {"", "cm/", "/s", "cm//s", "min2x", "kmin", "(s", "s)", "m^", "m^0", "1e3", "m^99999999999",
                          "2", "s ^2", "((((((((((s))))))))))"})
    CHECK_MESSAGE(!parse_unit(bad), bad);
  CHECK(parse_unit("Pa")->same_dimension(*parse_unit("N/m2")));
  CHECK(parse_unit(" mmol / L "));
  CHECK(parse_unit("kg m2/s2")->same_dimension(*parse_unit("J")));
}

TEST_CASE("same_unit asks for the same scale, not just the same dimension") {
  CHECK(same_unit("mmol/L", "mM"));
  CHECK_FALSE(same_unit("mV", "V"));
  CHECK_FALSE(same_unit("deg", "1"));
  CHECK(same_unit("a.u.", "a.u."));
  CHECK_FALSE(same_unit("a.u.", "1"));
}

TEST_CASE("a quantity is a number and the text after it") {
  CHECK(parse_quantity("65 cm/s")->value == 65);
  CHECK(parse_quantity("65 cm/s")->unit == "cm/s");
  CHECK(parse_quantity("1e-3mV")->value == 1e-3);
  CHECK(parse_quantity(" -.5 ")->value == -0.5);
  CHECK(parse_quantity("+2")->unit.empty());
  for (const char* word : {"", "inf", "nan", "fast", "-", "--1", "1e999 m"}) CHECK_MESSAGE(!parse_quantity(word), word);
}

TEST_CASE("a unit mistake is explained with both dimensions") {
  CHECK(convert(65, "mV", "m/s").error == "'mV' is a voltage, expected a speed (m/s)");
  CHECK(convert(65, "s", "1").error == "'s' is a time, expected a plain number");
  CHECK(convert(65, "A2", "ms").error == "'A2' is of dimension A2, expected a time (ms)");
  const Conversion unknown = convert(65, "cm/sec", "m/s");
  CHECK(unknown.error == "unknown unit 'cm/sec'");
  REQUIRE(!unknown.suggestions.empty());
  CHECK(unknown.suggestions.front() == "cm/s");
  CHECK(convert(1, "mV", "a.u.").error == "'mV' cannot be converted to 'a.u.'");
}
