#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "kernel/results/plot.hpp"

TEST_CASE("a spike of one sample is drawn however long the trace") {
  std::vector<double> t(70000), flat(t.size(), 0.0), spike(t.size(), 0.0);
  for (std::size_t i = 0; i < t.size(); ++i) t[i] = 0.1 * static_cast<double>(i);
  spike[31416] = -80;
  const auto chart = [&](const std::vector<double>& y) {
    return tawara::line_chart("I_Na", "t [ms]", "I_Na [uA/uF]", {{"I_Na", t, y}, {"scale", {0, 7000}, {-80, 0}}});
  };
  const std::string with = chart(spike);
  CHECK(with != chart(flat));
  CHECK(with.size() < 40000);
  // The bottom of the chart is where -80 is drawn: the end of the second curve's beginning, and the spike.
  CHECK(with.find("162.0", with.find("class=\"curve\"")) < with.rfind("class=\"curve\""));
}
