#include <doctest/doctest.h>

#include <string>

#include "kernel/results/report.hpp"

namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

tawara::Table two_sexes_at_three_rates() {
  tawara::Table runs;
  runs.add_text("cell.sex", {"male", "male", "male", "female", "female", "female"});
  runs.add("pacing.period", "ms", {500, 750, 1000, 500, 750, 1000});
  runs.add("paced.APD90", "ms", {210, 240, 253, 240, 275, 297});
  runs.add_text("paced.problem", {"", "", "", "", "", ""});
  return runs;
}

}  // namespace

TEST_CASE("a sweep draws each number along the swept one, a curve for each of the other settings") {
  const std::string page = tawara::sweep_page("Men and women", two_sexes_at_three_rates(), 2);
  CHECK(count(page, "<svg") == 1);
  CHECK(count(page, "class=\"curve\"") == 2);
  CHECK(page.find("pacing.period [ms]") != std::string::npos);
  CHECK(page.find("APD90 [ms]") != std::string::npos);
  CHECK(page.find(">male<") != std::string::npos);
  CHECK(page.find(">female<") != std::string::npos);
}

TEST_CASE("a sweep over names alone is a table of its runs") {
  tawara::Table runs = two_sexes_at_three_rates();
  runs.columns.erase(runs.columns.begin() + 1);
  const std::string page = tawara::sweep_page("Men and women", runs, 1);
  CHECK(count(page, "<svg") == 0);
  CHECK(count(page, "<tr>") == 7);
  CHECK(page.find("<td>297</td>") != std::string::npos);
}
