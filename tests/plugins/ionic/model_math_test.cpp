#include "tawara/model/math.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>

using namespace tawara::model;

TEST_CASE("x/(e^x - 1) is 1 at 0, smooth beside it and 0 or -x far from it") {
  CHECK(x_over_expm1(0.0) == 1);
  for (double x : {1e-300, 1e-12, 1e-6, 1e-3}) {
    CHECK(x_over_expm1(x) == doctest::Approx(1 - x / 2 + x * x / 12).epsilon(1e-15));
    CHECK(x_over_expm1(-x) == doctest::Approx(1 + x / 2 + x * x / 12).epsilon(1e-15));
  }
  CHECK(x_over_expm1(2.0) == doctest::Approx(2 / (std::exp(2.0) - 1)));
  CHECK(x_over_expm1(1000.0) == 0);
  CHECK(x_over_expm1(-1000.0) == 1000);
}

TEST_CASE("the Boltzmann curve ends at exactly 0 and 1") {
  CHECK(sigmoid(0.0) == 0.5);
  CHECK(sigmoid(-1000.0) == 0);
  CHECK(sigmoid(1000.0) == 1);
  CHECK(sigmoid(3.0) + sigmoid(-3.0) == doctest::Approx(1).epsilon(1e-15));
}

TEST_CASE("powers are exact where doubles are") {
  CHECK(power<1>(3.0) == 3);
  CHECK(power<3>(3.0) == 27);
  CHECK(power<4>(3.0) == 81);
  CHECK(power<8>(2.0) == 256);
}
