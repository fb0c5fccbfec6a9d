#include "kernel/scenario/suggest.hpp"

#include <doctest/doctest.h>

using namespace tawara;

TEST_CASE("case and separators do not count") {
  CHECK(suggest("gkr_scale", {"G_Kr_scale", "G_Ks_scale"}).front() == "G_Kr_scale");
  CHECK(suggest("apd90", {"APD90", "APD50"}).front() == "APD90");
  CHECK(suggest("ionic.tor-ord", {"ionic.torord"}) == std::vector<std::string>{"ionic.torord"});
}

TEST_CASE("swapped neighbours are one mistake") {
  CHECK(suggest("perido", {"period"}) == std::vector<std::string>{"period"});
  CHECK(suggest("sxe", {"sex"}) == std::vector<std::string>{"sex"});
  CHECK(suggest("ab", {"ba", "xy"}) == std::vector<std::string>{"ba"});
}

TEST_CASE("words that are merely short are no suggestion") {
  CHECK(suggest("x", {"y", "z"}).empty());
  CHECK(suggest("beats", {"sampling_rate", "edge"}).empty());
  CHECK(suggest("", {"edge"}).empty());
}

TEST_CASE("at most three suggestions, best first") {
  const auto found = suggest("CV_fibr", {"CV_fiber_x", "CV_fibrous", "CV_fibre", "CV_fib", "CV_fixed"});
  REQUIRE(found.size() == 3);
  CHECK(found[0] == "CV_fibre");
  CHECK(found[1] == "CV_fib");
}

TEST_CASE("a word that differs in case only needs no company") {
  CHECK(suggest("g_kr", {"G_Ks", "G_Kr"}) == std::vector<std::string>{"G_Kr"});
}

TEST_CASE("the question reads as English") {
  CHECK(did_you_mean({}).empty());
  CHECK(did_you_mean({"a"}) == "did you mean 'a'?");
  CHECK(did_you_mean({"a", "b"}) == "did you mean 'a' or 'b'?");
  CHECK(did_you_mean({"a", "b", "c"}) == "did you mean 'a', 'b' or 'c'?");
}
