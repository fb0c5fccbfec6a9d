// A plugin that passes every sort of thing across the boundary: texts, lists, arrays, tables, functions, interfaces,
// exceptions in both directions. Compiled by mixed_builds.cmake in ways the kernel was not.
#include <cmath>
#include <stdexcept>

#include "tawara/plugin.hpp"

namespace {

using namespace tawara;

/// An ability of this plugin's own.
class Weights {
 public:
  static constexpr const char* ability_name = "mixed.weights";
  virtual ~Weights() = default;
  [[nodiscard]] virtual std::vector<double> weights(std::size_t n) const = 0;
};

class Samples final : public Component {
 public:
  static Descriptor describe() {
    Descriptor d("dataset.mixed", "Numbers, texts and tables that cross the boundary");
    d.citations = {"none"};
    d.integer("samples", 1000).at_least(1).says("How many.");
    d.choice("mood", "calm", {{"calm", ""}, {"scenario", ""}, {"standard", ""}}).says("What prepare throws.");
    d.list("names", make_parameter("name", Type::text)).says("Texts of a table.");
    Parameter low = make_parameter("low", Type::number, "mV", -80.0),
              high = make_parameter("high", Type::number, "mV", 20.0);
    d.record("window", {low.says("Lower end."), high.says("Upper end.")}).says("Limits.");
    d.constant("values", "mV", "samples").says("Drawn numbers.");
    d.constant_table("table").shown_as(Hint::table).says("Texts and numbers.");
    d.constant_text("caught").says("What the kernel threw when asked for what is not there.");
    return d;
  }
  explicit Samples(const Settings& settings) : mood_(settings.text("mood")), names_(settings.texts("names")) {}

  std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override {
    if (mood_ == "scenario") throw ScenarioError("mood", "this mood suits nobody");
    if (mood_ == "standard") throw std::out_of_range("index 7 of 5");
    const Settings& settings = context.settings();
    const Record& window = settings.value("window").record();
    const double low = window.at(0).second.number(), high = window.at(1).second.number();

    const auto n = static_cast<std::size_t>(settings.integer("samples"));
    Array values(DType::f64, {n});
    const std::span<double> numbers = values.mutable_span<double>();
    context.host().parallel_for(n, [&](std::size_t i) {
      Random random = context.host().random("values", i);
      const double u = random.uniform(), z = random.normal();
      numbers[i] = low + (high - low) * u + std::exp(-std::abs(z)) * std::sin(static_cast<double>(i)) / 3;
    });
    Table table;
    std::vector<double> lengths;
    for (const std::string& name : names_) lengths.push_back(static_cast<double>(name.size()));
    table.add_text("name", names_).add("length", "1", lengths);
    try {
      (void)table.at("nothing");
    } catch (const Error& e) {
      context.put("caught", std::string_view(e.what()));
    }
    context.put("table", std::move(table));
    context.put("values", std::move(values));
    return std::make_unique<Result>();
  }

 private:
  struct Result final : Prepared, Weights {
    [[nodiscard]] const void* ability(std::string_view name) const override {
      return name == ability_name ? static_cast<const Weights*>(this) : nullptr;
    }
    [[nodiscard]] std::vector<double> weights(std::size_t n) const override {
      std::vector<double> w(n);
      for (std::size_t i = 0; i < n; ++i) w[i] = 1 / std::sqrt(1.0 + static_cast<double>(i));
      return w;
    }
  };
  std::string mood_;
  std::vector<std::string> names_;
};

class Mean final : public Component {
 public:
  static Descriptor describe() {
    Descriptor d("experiment.mixed", "A weighted mean");
    d.slot("of", "").needs("values", "mV").offers(Weights::ability_name).says("What is averaged.");
    d.number("scale", "1", 1).evaluate().says("Factor.");
    d.output("mean", "mV").summary_as("mean").says("The mean.");
    d.output_text("said").summary_as("said").says("A text.");
    return d;
  }
  explicit Mean(const Settings&) {}

  std::unique_ptr<const Prepared> prepare(PrepareContext& context) const override {
    return std::make_unique<Averaged>(context.input("of"));
  }

 private:
  struct Averaged final : Prepared {
    explicit Averaged(const Input& input)
        : values(input.array("values")), weights(input.as<Weights>().weights(values.size())) {}
    void evaluate(int, Row& row) const override {
      if (row.number("scale") < 0) throw SolverError("a negative scale has no mean");
      double sum = 0, of_weights = 0;
      for (std::size_t i = 0; i < weights.size(); ++i) {
        sum += weights[i] * values.at(i);
        of_weights += weights[i];
      }
      row.set("mean", row.number("scale") * sum / of_weights);
      row.set("said", std::string_view("a text that is too long to be kept in the string itself"));
    }
    Array values;
    std::vector<double> weights;
  };
};

}  // namespace

TAWARA_PLUGIN("mixed", "1.0.0", "What crosses the boundary, in a build of another kind") {
  plugin.add<Samples>();
  plugin.add<Mean>();
}
