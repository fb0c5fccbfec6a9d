// Components small enough to know every number they give.
#include <algorithm>
#include <atomic>
#include <cmath>

#include "tawara/plugin.hpp"
#include "tawara/prior.hpp"
#include "tawara/shards.hpp"
#include "tawara/simulator.hpp"

namespace {

using namespace tawara;

/// constant `x` = start + (0, 1, 2, ...)
struct Ramp : Component {
  double start;
  std::size_t length;
  static Descriptor describe() {
    Descriptor d("geometry.ramp", "Numbers in a row");
    d.doc = "x_i = start + i";
    d.number("start", "mm", 0).may_vary().says("First number.");
    d.integer("length", 4).at_least(1).says("How many.");
    d.constant("x", "mm", "length").says("The numbers.");
    d.constant("prepared", "1", "").says("How often this was prepared in this process.");
    return d;
  }
  explicit Ramp(const Settings& s) : start(s.number("start")), length(static_cast<std::size_t>(s.integer("length"))) {}
  std::unique_ptr<const Prepared> prepare(PrepareContext& c) const override {
    static std::atomic<int> prepared = 0;
    Array x(DType::f64, {length});
    for (std::size_t i = 0; i < length; ++i) x.mutable_span<double>()[i] = start + static_cast<double>(i);
    c.put("x", x);
    c.put("prepared", ++prepared);
    return nullptr;
  }
};

/// y = factor * x, counting its evaluations
struct Scale : Component {
  static Descriptor describe() {
    Descriptor d("propagation.scale", "Multiplies");
    d.doc = "y = factor x";
    d.number("offset", "mm").absent_by_default().evaluate().says("Not used; absent unless told.");
    d.number("factor", "1", 1).evaluate().allowed(-100, 100).says("The factor.");
    d.slot("x", "").needs("x", "mm").says("What to multiply.");
    d.output("y", "mm", "length").says("The product.");
    d.output("evaluations", "1").says("How often y was computed in this process.");
    return d;
  }
  explicit Scale(const Settings&) {}
  struct Ready : Prepared {
    mutable std::atomic<int> evaluations = 0;
    void evaluate(int, Row& row) const override {
      const double factor = row.number("factor");
      if (factor == 13) throw SolverError("13 brings no luck");
      const auto x = row.input("x", "x").span<double>();
      Array& y = row.output("y");
      y.reshape(DType::f64, {x.size()});
      for (std::size_t i = 0; i < x.size(); ++i) y.mutable_span<double>()[i] = factor * x[i];
      row.set("evaluations", ++evaluations);
    }
  };
  std::unique_ptr<const Prepared> prepare(PrepareContext&) const override { return std::make_unique<Ready>(); }
};

/// Sum of y; `first` (group 0) is cheap, `total` (group 1) is dear and abandoned above the limit. Eight rows at a time.
struct Sum : Component {
  static Descriptor describe() {
    Descriptor d("discrepancy.sum", "Adds up");
    d.doc = "total = sum y";
    d.slot("y", "").needs("y", "mm").many().says("What to add up.");
    d.output("total", "mm").in_group(1).shown_as(Hint::scalar).says("Sum over all.");
    d.output("first", "mm").says("First number of the first input.");
    d.output("together", "1").in_group(1).says("Rows evaluated together.");
    return d;
  }
  explicit Sum(const Settings&) {}
  struct Ready : Prepared, BatchEvaluate {
    const void* ability(std::string_view name) const override {
      return name == "batch" ? static_cast<const BatchEvaluate*>(this) : nullptr;
    }
    int lanes() const override { return 8; }
    void evaluate(int group, Batch& batch) const override {
      int together = 0;
      for (int r = 0; r < batch.rows(); ++r) together += batch.active(r);
      for (int r = 0; r < batch.rows(); ++r) {
        if (!batch.active(r)) continue;
        Row row(batch, r);
        double total = 0, first = NAN;
        for (int k = 0; k < row.count("y"); ++k) {
          const Array& y = row.input("y", "y", k);
          if (!row.active()) break;
          if (k == 0) first = y.at(0);
          for (std::size_t i = 0; i < y.size(); ++i) total += y.at(i);
        }
        if (!row.active()) continue;
        if (group == 0) {
          row.set("first", first);
          continue;
        }
        if (total > row.limit()) {
          row.abandon();
          continue;
        }
        row.set("total", total);
        row.set("together", together);
      }
    }
  };
  std::unique_ptr<const Prepared> prepare(PrepareContext&) const override { return std::make_unique<Ready>(); }
};

/// Reads an evaluate parameter of its input while preparing, as an AP dictionary does.
struct Frozen : Component {
  static Descriptor describe() {
    Descriptor d("experiment.frozen", "Keeps a factor");
    d.doc = "y = the factor of the input, read in prepare";
    d.slot("of", "propagation").needs("y", "mm").says("Whose factor.");
    d.constant("y", "mm", "1").says("The factor.");
    return d;
  }
  explicit Frozen(const Settings&) {}
  std::unique_ptr<const Prepared> prepare(PrepareContext& c) const override {
    Array y(DType::f64, {1});
    y.mutable_span<double>()[0] = c.input("of").arguments()[1];
    c.put("y", y);
    return nullptr;
  }
};

/// Evaluates its discrepancy at 100 draws from the priors; the best is the result.
struct Best : Component {
  static Descriptor describe() {
    Descriptor d("sampler.best_of", "Best of many draws");
    d.doc = "Draws from the priors, keeps the smallest discrepancy.";
    d.priors("parameters").says("What varies.");
    d.slot("discrepancy", "").needs("total", "mm").over("parameters").says("What to minimise.");
    d.output("best", "mm").shown_as(Hint::scalar).says("Smallest total.");
    d.output("worst", "mm").shown_as(Hint::scalar).says("Largest total.");
    d.output("failed", "1").shown_as(Hint::scalar).says("Rows without an answer.");
    d.output_table("population").shown_as(Hint::population).says("All draws.");
    return d;
  }
  explicit Best(const Settings&) {}
  struct Ready : Prepared {
    Simulator* simulator;
    std::vector<Prior> priors;
    void evaluate(int, Row& row) const override {
      const std::size_t n = 100;
      std::vector<Values> rows(n);
      for (std::size_t i = 0; i < n; ++i) {
        Random random = row.host().random("draw", i);
        for (const Prior& p : priors) rows[i].push_back(p.draw(random));
      }
      std::vector<Result> results(n);
      const int wanted[] = {0};
      simulator->evaluate(rows, wanted, {}, results);
      double best = INFINITY, worst = -INFINITY;
      int failed = 0;
      std::vector<double> totals;
      for (const Result& r : results) {
        totals.push_back(r.status == Status::ok ? r.arrays[0].number() : NAN);
        if (r.status != Status::ok) {
          ++failed;
          continue;
        }
        best = std::min(best, totals.back());
        worst = std::max(worst, totals.back());
      }
      row.set("best", best);
      row.set("worst", worst);
      row.set("failed", failed);
      Table& t = row.output_table("population");
      t = {};
      for (std::size_t k = 0; k < priors.size(); ++k) {
        std::vector<double> column;
        for (const Values& v : rows) column.push_back(v[k][0]);
        t.add(priors[k].path, "1", column);
      }
      t.add("total", "mm", totals);
    }
  };
  std::unique_ptr<const Prepared> prepare(PrepareContext& c) const override {
    auto ready = std::make_unique<Ready>();
    ready->simulator = &c.simulator("parameters");
    ready->priors = read_priors(c.settings().list("parameters"), ready->simulator->paths());
    return ready;
  }
};

/// A population: column g = 0, 1, 2, ..., h = 100 + g
struct Numbers : Component {
  static Descriptor describe() {
    Descriptor d("dataset.numbers", "Numbers in a table");
    d.doc = "g = 0 ... 99, h = 100 + g";
    d.constant_table("population").says("Columns g and h.");
    return d;
  }
  explicit Numbers(const Settings&) {}
  std::unique_ptr<const Prepared> prepare(PrepareContext& c) const override {
    Table t;
    t.add("g", "1", {}).add("h", "1", {});
    for (int i = 0; i < 100; ++i) {
      t.columns[0].numbers.push_back(i);
      t.columns[1].numbers.push_back(100 + i);
    }
    c.put("population", t);
    return nullptr;
  }
};

/// Rows that differ in the factors of what stands in `of`; a row's value is their sum. Written in shards, kept nowhere.
struct Cohort : Component {
  static Descriptor describe() {
    Descriptor d("experiment.cohort", "Many rows of factors");
    d.doc = "value = sum over the instances of their factor";
    d.integer("rows", 10).at_least(1).says("How many.");
    d.integer("shard", 4).at_least(1).says("Rows per shard.");
    d.integer("only", -1).says("The row to run alone; -1 runs all.");
    d.integer("stop_after", 0).no_effect_on_results().says("Shards after which it is stopped; 0: never.");
    d.number("limit", "1", 1e9).says("Rows above it can be replayed.");
    d.priors("parameters").absent_by_default().says("What differs from row to row.");
    d.slot("of", "propagation").many().needs("y", "mm").spread("parameters").says("Whose factors.");
    d.slot("design", "").optional().needs("population", "").says("Columns.");
    d.constant("total", "1", "").shown_as(Hint::scalar).says("Sum over the rows.");
    d.constant("found", "1", "").shown_as(Hint::scalar).says("Shards that were there already; -1 without a folder.");
    d.constant("paths", "1", "").says("How many paths are spread.");
    d.constant_text("isa").summary_as("instruction_set").says("A text.");
    return d;
  }
  explicit Cohort(const Settings&) {}

  static std::size_t argument(const Descriptor& d, const std::string& path) {
    return static_cast<std::size_t>(d.argument_index(path.substr(path.find('.') + 1)));
  }
  double value(PrepareContext& c, const std::vector<PathInfo>& paths, const std::vector<Prior>& priors,
               std::size_t row) const {
    double sum = 0;
    Random random = c.host().random("row", row);
    for (std::size_t k = 0; k < c.count("of"); ++k) {
      const Input& input = c.input("of", k);
      std::vector<double> arguments(input.arguments().begin(), input.arguments().end());
      for (const auto& column : input.columns())
        arguments.at(column.argument) = c.input("design").table("population").at(column.column).numbers.at(row);
      for (std::size_t p = 0; p < paths.size(); ++p)
        if (paths[p].path.starts_with(input.instance() + "."))
          arguments.at(argument(input.descriptor(), paths[p].path)) = priors[p].draw(random)[0];
      sum += arguments.at(argument(input.descriptor(), "x.factor"));
    }
    return sum;
  }

  std::unique_ptr<const Prepared> prepare(PrepareContext& c) const override {
    const Settings& s = c.settings();
    const std::vector<PathInfo> paths = c.spread_paths("parameters");
    const std::vector<Prior> priors =
        s.has("parameters") ? read_priors(s.list("parameters"), paths) : std::vector<Prior>{};
    auto* shards = c.host().find<Shards>();
    auto* replay = c.host().find<Replay>();
    const auto rows = static_cast<std::size_t>(s.integer("rows")), size = static_cast<std::size_t>(s.integer("shard"));
    double total = 0, found = shards ? 0 : -1;
    for (std::size_t first = 0, index = 0; first < rows; first += size, ++index) {
      std::vector<double> numbers, values;
      if (shards && shards->has("rows", index)) {
        ++found;
        values = shards->read("rows", index).at("value").numbers;
      } else {
        std::vector<std::string> status;
        for (std::size_t row = first; row < std::min(rows, first + size); ++row) {
          if (s.integer("only") >= 0 && static_cast<std::size_t>(s.integer("only")) != row) continue;
          numbers.push_back(static_cast<double>(row));
          values.push_back(value(c, paths, priors, row));
          status.emplace_back(values.back() > s.number("limit") ? "above: the limit" : "ok");
          c.host().warn("rows are much like one another");
          if (replay && values.back() > s.number("limit")) {
            const std::pair<std::string, Value> only[] = {{"only", static_cast<std::int64_t>(row)}};
            replay->write("row_" + std::to_string(row), only);
          }
        }
        Table table;
        table.add("row", "1", numbers).add("value", "mm", values).add_text("status", status);
        const Shards::NamedArray twice[] = {
            {"twice", "mm", Array::of(std::vector<float>(values.begin(), values.end()))}};
        if (shards) shards->write("rows", index, table, twice);
      }
      for (const double v : values) total += v;
      if (s.integer("stop_after") == static_cast<std::int64_t>(index) + 1) throw Cancelled();
    }
    c.put("total", total);
    c.put("found", found);
    c.put("paths", static_cast<double>(paths.size()));
    c.put("isa", "abacus");
    return nullptr;
  }
};

}  // namespace

TAWARA_PLUGIN("graph-fixture", "0.1.0", "Components for the kernel's own tests") {
  plugin.add<Ramp>();
  plugin.add<Scale>();
  plugin.add<Sum>();
  plugin.add<Frozen>();
  plugin.add<Best>();
  plugin.add<Numbers>();
  plugin.add<Cohort>();
}
