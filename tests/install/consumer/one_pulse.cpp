#include <limits>

#include "tawara/plugin.hpp"
#include "tawara/protocol.hpp"

// An ordinary component: nothing but the SDK and the standard library.
namespace {

constexpr double never = std::numeric_limits<double>::infinity();

class Pulse final : public tawara::Protocol::Drive {
 public:
  explicit Pulse(tawara::IonicModel::Stimulus stimulus) : stimulus_(stimulus) {}
  [[nodiscard]] double I_stim(double t) const override {
    return t >= 0 && t < stimulus_.duration ? stimulus_.amplitude : 0;
  }
  [[nodiscard]] bool piecewise_constant() const override { return true; }
  [[nodiscard]] double next_edge(double t) const override {
    return t < 0 ? 0 : t < stimulus_.duration ? stimulus_.duration : never;
  }
  [[nodiscard]] double beat_start(int n) const override { return n == 0 ? 0 : never; }

 private:
  tawara::IonicModel::Stimulus stimulus_;
};

class PreparedPulse final : public tawara::Prepared, public tawara::Protocol {
 public:
  [[nodiscard]] const void* ability(std::string_view name) const override {
    return name == Protocol::ability_name ? static_cast<const Protocol*>(this) : nullptr;
  }
  [[nodiscard]] std::unique_ptr<Drive> drive(const tawara::IonicModel::Stimulus& model_default) const override {
    return std::make_unique<Pulse>(model_default);
  }
};

class OnePulse final : public tawara::Component {
 public:
  static tawara::Descriptor describe() {
    tawara::Descriptor d("protocol.one_pulse", "The cell model's own stimulus, once");
    d.doc = "On from 0 ms for as long as the cell model asks, then never again.";
    return d;
  }
  explicit OnePulse(const tawara::Settings&) {}
  [[nodiscard]] std::unique_ptr<const tawara::Prepared> prepare(tawara::PrepareContext&) const override {
    return std::make_unique<PreparedPulse>();
  }
};

}  // namespace

TAWARA_PLUGIN("one-pulse", "0.1.0", "One stimulus") { plugin.add<OnePulse>(); }
