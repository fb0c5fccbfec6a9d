#include <cmath>

#include "toy_components.hpp"

namespace tawara::toys {
namespace {

class PreparedGaussian final : public Prepared {
 public:
  PreparedGaussian(double theta_0, double sigma) : theta_0_(theta_0), sigma_(sigma) {}
  void evaluate(int, Row& row) const override {
    const double theta = row.number("theta"), z = (theta - theta_0_) / sigma_;
    row.set("value", theta);
    row.set("nuisance_value", row.number("nuisance"));
    row.set("discrepancy", std::abs(theta - theta_0_));
    row.set("log_likelihood", -z * z / 2);
    row.set("negative_log_likelihood", z * z / 2);
  }

 private:
  double theta_0_, sigma_;
};

}  // namespace

Descriptor Gaussian::describe() {
  Descriptor d("experiment.toy_gaussian", "One observed number and what it says about theta");
  d.maturity = Maturity::stable;
  d.doc =
      "theta_0 was observed with normal noise of standard deviation sigma; under a flat prior the posterior of theta "
      "is "
      "normal about theta_0. `nuisance` does nothing, so its posterior is its prior.";
  d.number("theta", "1", 0).evaluate().usual(-5, 5).says("What is to be found.");
  d.number("nuisance", "1", 0).evaluate().usual(-5, 5).says("Without effect.");
  d.number("theta_0", "1", 1).usual(-5, 5).says("What was observed.");
  d.number("sigma", "1", 0.5).above(0).usual(0.1, 1).says("Standard deviation of the observation.");
  d.output("value", "1").shown_as(Hint::scalar).says("theta.");
  d.output("nuisance_value", "1").shown_as(Hint::scalar).says("nuisance.");
  d.output("discrepancy", "1").shown_as(Hint::scalar).says("Distance of theta from theta_0.");
  d.output("log_likelihood", "1").shown_as(Hint::scalar).says("-(theta - theta_0)^2/(2 sigma^2).");
  d.output("negative_log_likelihood", "1").shown_as(Hint::scalar).says("The same with the other sign.");
  return d;
}

std::unique_ptr<const Prepared> Gaussian::prepare(PrepareContext& context) const {
  return std::make_unique<PreparedGaussian>(context.settings().number("theta_0"), context.settings().number("sigma"));
}

Descriptor Population::describe() {
  Descriptor d("dataset.toy_population", "Evenly spaced values of parameters");
  d.maturity = Maturity::stable;
  // By default those of toys beside it, under the names they get in scenarios made from descriptors.
  Parameter& paths = d.list("paths", make_parameter("path", Type::text));
  paths.default_value =
      List{"toy_gaussian.theta", "toy_beat.difference", "toy_leads.difference", "toy_wave.difference"};
  paths.says("The parameters, all without unit.");
  d.number("low", "1", 0).says("Their first value.");
  d.number("high", "1", 1).says("Their last value.");
  d.integer("rows", 32).allowed(2, 100000).says("How many.");
  d.constant_table("population").shown_as(Hint::population).says("The parameters, weight and status.");
  return d;
}

std::unique_ptr<const Prepared> Population::prepare(PrepareContext& context) const {
  const auto n = static_cast<std::size_t>(context.settings().integer("rows"));
  const double low = context.settings().number("low"), high = context.settings().number("high");
  std::vector<double> values;
  for (std::size_t i = 0; i < n; ++i)
    values.push_back(low + (high - low) * static_cast<double>(i) / static_cast<double>(n - 1));
  Table population;
  for (const std::string& path : context.settings().texts("paths")) population.add(path, "1", values);
  population.add("weight", "1", std::vector<double>(n, 1 / static_cast<double>(n)));
  population.add_text("status", std::vector<std::string>(n, "ok"));
  context.put("population", std::move(population));
  return nullptr;
}

}  // namespace tawara::toys
