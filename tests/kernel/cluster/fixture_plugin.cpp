// Work that can be shared out: a quantity to sweep over, rows in shards, a sampler in generations.
#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstring>

#include "tawara/plugin.hpp"
#include "tawara/prior.hpp"
#include "tawara/shards.hpp"
#include "tawara/simulator.hpp"

namespace {

using namespace tawara;

/// distance = |x - 1|
struct Level : Component {
  static Descriptor describe() {
    Descriptor d("discrepancy.level", "A distance");
    d.doc = "distance = |x - 1|";
    d.number("x", "1", 0).evaluate().says("Anything; 13 fails.");
    d.output("distance", "1").shown_as(Hint::scalar).says("From 1.");
    return d;
  }
  explicit Level(const Settings&) {}
  struct Ready : Prepared {
    void evaluate(int, Row& row) const override {
      const double x = row.number("x");
      if (x == 13) throw SolverError("13 brings no luck");
      row.set("distance", std::abs(x - 1));
    }
  };
  std::unique_ptr<const Prepared> prepare(PrepareContext&) const override { return std::make_unique<Ready>(); }
};

/// Random numbers in shards, and their sum.
struct Numbers : Component {
  static Descriptor describe() {
    Descriptor d("experiment.numbers", "Random numbers");
    d.doc = "A number per row, from the row's own stream.";
    d.integer("rows", 10).at_least(1).says("How many.");
    d.integer("shard", 2).at_least(1).says("Rows per shard.");
    d.integer("fails_at", -1).no_effect_on_results().says("The shard that cannot be made.");
    d.integer("dies_at", -1).no_effect_on_results().says("The shard that ends the process.");
    d.constant("total", "1", "").shown_as(Hint::scalar).says("Sum over the rows.");
    return d;
  }
  explicit Numbers(const Settings&) {}
  std::unique_ptr<const Prepared> prepare(PrepareContext& c) const override {
    const Settings& s = c.settings();
    const auto rows = static_cast<std::size_t>(s.integer("rows")), size = static_cast<std::size_t>(s.integer("shard"));
    auto* shards = c.host().find<Shards>();
    const auto make = [&](std::size_t index) {
      if (s.integer("fails_at") == static_cast<std::int64_t>(index)) throw SolverError("this shard cannot be made");
      if (s.integer("dies_at") == static_cast<std::int64_t>(index)) std::raise(SIGKILL);
      Table table;
      table.add("value", "1", {});
      for (std::size_t row = index * size; row < std::min(rows, (index + 1) * size); ++row)
        table.columns[0].numbers.push_back(c.host().random("row", row).uniform());
      shards->write("rows", index, table, {});
    };
    std::vector<std::size_t> all;
    for (std::size_t index = 0; index * size < rows; ++index) all.push_back(index);
    if (auto* work = c.host().find<ShardWork>()) work->make_missing("rows", all, make);
    double total = 0;
    for (const std::size_t index : all) {
      if (!shards->has("rows", index)) make(index);
      const Table shard = shards->read("rows", index);
      for (const double value : shard.at("value").numbers) total += value;
    }
    c.put("total", total);
    return nullptr;
  }
};

/// Goes from the best of each generation to its neighbourhood.
struct Walk : Component {
  static Descriptor describe() {
    Descriptor d("sampler.walk", "A random walk towards the best");
    d.doc = "Each generation is drawn around the best of the one before.";
    d.priors("parameters").says("What varies.");
    d.integer("generations", 5).at_least(1).says("How many.");
    d.integer("stop_after", 0).no_effect_on_results().says("Generations after which it is stopped; 0: never.");
    d.slot("discrepancy", "").needs("distance", "1").over("parameters").says("What to minimise.");
    d.constant_table("history").says("The best of each generation.");
    d.constant("found", "1", "").shown_as(Hint::scalar).says("The best of all.");
    return d;
  }
  explicit Walk(const Settings&) {}
  std::unique_ptr<const Prepared> prepare(PrepareContext& c) const override {
    Simulator& simulator = c.simulator("parameters");
    std::vector<double> best;  // x of each generation
    if (const auto state = c.host().load_state()) {
      best.resize(state->size() / sizeof(double));
      std::memcpy(best.data(), state->data(), state->size());
    }
    double found = INFINITY;
    for (std::size_t g = best.size(); g < static_cast<std::size_t>(c.settings().integer("generations")); ++g) {
      std::vector<Values> rows(37);
      for (std::size_t i = 0; i < rows.size(); ++i)
        rows[i] = {{(best.empty() ? 0 : best.back()) + c.host().random("draw", g, i).uniform() - 0.5}};
      std::vector<Result> results(rows.size());
      const int wanted[] = {0};
      simulator.evaluate(rows, wanted, {}, results);
      std::size_t at = 0;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        if (results[i].status == Status::cancelled) throw Cancelled();
        if (results[i].arrays[0].number() < results[at].arrays[0].number()) at = i;
      }
      best.push_back(rows[at][0][0]);
      c.host().save_state({reinterpret_cast<const char*>(best.data()), best.size() * sizeof(double)});
      if (static_cast<std::int64_t>(g) + 1 == c.settings().integer("stop_after")) throw Cancelled();
    }
    for (const double x : best) found = std::min(found, std::abs(x - 1));
    c.put("history", Table().add("x", "1", best));
    c.put("found", found);
    return nullptr;
  }
};

}  // namespace

TAWARA_PLUGIN("cluster-fixture", "0.1.0", "Components for the kernel's own tests") {
  plugin.add<Level>();
  plugin.add<Numbers>();
  plugin.add<Walk>();
}
