#include "../src/my_component.hpp"
#include "../src/made_up_cells.hpp"
#include "check.hpp"

// As much of a kernel as learning needs.
class NoHost final : public tawara::Host {
 public:
  void log(Level, std::string_view) override {}
  std::unique_ptr<tawara::Progress> progress(std::string_view) override { return nullptr; }
  bool cancelled() const override { return false; }
  int threads() const override { return 1; }
  void parallel_for(std::size_t n, const std::function<void(std::size_t)>& body) override {
    for (std::size_t i = 0; i < n; ++i) body(i);
  }
  tawara::Random random(std::string_view, std::uint64_t a, std::uint64_t b) const override { return {1, "test", a, b}; }
  void save_state(std::string_view) override {}
  std::optional<std::string> load_state() override { return std::nullopt; }
};

int main() {
  // [4 2; 2 3] (x, y) = (8, 8) and (2, 3)
  const auto x = my_component::solve({4, 2, 2, 3}, {8, 2, 8, 3}, 2);
  check("x of the first", x[0], 1, 1e-12);
  check("y of the first", x[2], 2, 1e-12);
  check("y of the second", x[3], 1, 1e-12);

  // The first sample is the amplitude itself, which is therefore linear; tau is not.
  const my_component::Decays cells(300, 0, std::vector<double>(300 * my_component::Decays::samples));
  NoHost host;
  const my_component::Ridge learnt(cells, 200, 1e-6, host);
  check("amplitude explained", learnt.explained()[0], 1, 1e-3);
  check("tau explained, less so", learnt.explained()[1], 0.95, 0.04);
  std::vector<float> trace(my_component::Decays::samples);
  cells.read(250, 1, trace);  // one it has not seen
  double mean[2], sd[2], novelty[1];
  learnt.predict(trace, mean, sd, novelty);
  check("amplitude", mean[0], cells.known(250, 1).at("cell.amplitude").numbers[0], 4 * sd[0]);
  check("tau", mean[1], cells.known(250, 1).at("cell.tau").numbers[0], 4 * sd[1]);
  check("not new", novelty[0] < 1.2, 1, 0);
  for (float& I : trace) I = -I;
  learnt.predict(trace, mean, sd, novelty);
  check("new", novelty[0] > 2, 1, 0);
  return verdict();
}
