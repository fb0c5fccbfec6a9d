#pragma once
#include <atomic>
#include <cmath>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "tawara/error.hpp"
#include "tawara/prior.hpp"
#include "tawara/simulator.hpp"

namespace fakes {

using namespace tawara;

inline PathInfo path(std::string name, std::size_t set_size = 0) {
  return {.path = std::move(name),
          .type = set_size ? Type::subset : Type::number,
          .unit = "1",
          .minimum = -INFINITY,
          .maximum = INFINITY,
          .log_scale = false,
          .choices = {},
          .set_size = set_size,
          .scenario_value = {}};
}

/// A model given as a function from values to numbers, one per observable. Throwing a SolverError fails the row, with
/// the text before the first blank as the cause.
class FakeSimulator : public Simulator {
 public:
  std::vector<PathInfo> infos;
  std::vector<ObservableInfo> outputs;
  std::function<std::vector<Array>(const Values&)> model;
  int threads = 1;
  bool abandons = true;  ///< rows above their limit come back without numbers
  std::atomic<std::int64_t> evaluated = 0;
  std::int64_t cancel_after = -1;  ///< rows; -1 never
  std::vector<std::vector<Values>> batches;

  FakeSimulator(std::vector<PathInfo> paths, std::function<double(const Values&)> discrepancy)
      : infos(std::move(paths)) {
    Output d;
    d.name = "discrepancy";
    outputs.push_back({"discrepancy", "mismatch", d});
    model = [discrepancy](const Values& v) { return std::vector<Array>{Array::scalar(discrepancy(v))}; };
  }

  std::span<const PathInfo> paths() const override { return infos; }
  std::span<const ObservableInfo> observables() const override { return outputs; }
  int block() const override { return 16; }
  void evaluate(std::span<const Values> rows, std::span<const int> wanted, std::span<const double> limits,
                std::span<Result> results) override {
    batches.emplace_back(rows.begin(), rows.end());
    const auto work = [&](std::size_t first) {
      for (std::size_t i = first; i < rows.size(); i += static_cast<std::size_t>(threads))
        one(rows[i], wanted, limits.empty() ? INFINITY : limits[i], results[i]);
    };
    std::vector<std::jthread> pool;
    for (int t = 1; t < threads; ++t) pool.emplace_back(work, static_cast<std::size_t>(t));
    work(0);
  }

 private:
  void one(const Values& row, std::span<const int> wanted, double limit, Result& result) {
    if (cancel_after >= 0 && evaluated >= cancel_after) {
      result.status = Status::cancelled;
      return;
    }
    ++evaluated;
    try {
      const std::vector<Array> all = model(row);
      if (abandons && all.at(0).number() > limit) {
        result.status = Status::abandoned;
        return;
      }
      for (const int k : wanted) result.arrays.push_back(all.at(static_cast<std::size_t>(k)));
    } catch (const SolverError& e) {
      result.status = Status::failed;
      result.text = e.what();
      result.cause = result.text.substr(0, result.text.find(' '));
    }
  }
};

inline Prior uniform(std::string name, double a, double b, double step = 0) {
  Prior p;
  p.path = std::move(name);
  p.a = a;
  p.b = b;
  p.step = step;
  return p;
}

inline Prior normal(std::string name, double mean, double sd) {
  Prior p = uniform(std::move(name), mean, sd);
  p.kind = Prior::Kind::normal;
  return p;
}

inline Prior subset(std::string name, std::size_t n, double low, double high, double mean = NAN, double sd = NAN) {
  Prior p = uniform(std::move(name), mean, sd);
  p.kind = Prior::Kind::subset;
  p.set_size = n;
  p.low = low;
  p.high = high;
  return p;
}

}  // namespace fakes
