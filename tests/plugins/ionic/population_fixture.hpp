#pragma once
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "../../one_component.hpp"
#include "experiments/population/population.hpp"
#include "lane_toy.hpp"
#include "tawara/drug.hpp"

/// A population of toy cells, with a protocol of one's own: what its tests run on.

/// Offers something by one name or two.
template <class Interface>
class Offering final : public tawara::Prepared {
 public:
  explicit Offering(std::shared_ptr<const Interface> what, bool batched = true)
      : what_(std::move(what)), batched_(batched) {}
  [[nodiscard]] const void* ability(std::string_view name) const override {
    if (name == Interface::ability_name) return what_.get();
    if constexpr (requires { static_cast<const tawara::BatchedModel*>(what_.get()); })
      if (batched_ && name == tawara::BatchedModel::ability_name)
        return static_cast<const tawara::BatchedModel*>(what_.get());
    return nullptr;
  }

 private:
  std::shared_ptr<const Interface> what_;
  bool batched_;
};

template <>
inline const void* Offering<ToyCell>::ability(std::string_view name) const {
  if (name == tawara::IonicModel::ability_name) return static_cast<const tawara::IonicModel*>(what_.get());
  if (batched_ && name == tawara::BatchedModel::ability_name)
    return static_cast<const tawara::BatchedModel*>(what_.get());
  return nullptr;
}

/// Hands out copies of a drive.
template <class D>
class AnyProtocol final : public tawara::Protocol {
 public:
  explicit AnyProtocol(D drive) : drive_(std::move(drive)) {}
  [[nodiscard]] std::unique_ptr<Drive> drive(const tawara::IonicModel::Stimulus&) const override {
    return std::make_unique<D>(drive_);
  }

 private:
  D drive_;
};

/// Leaves 1 - concentration of a parameter.
class ToyDrug final : public tawara::Drug {
 public:
  [[nodiscard]] std::vector<Target> targets(std::span<const double> arguments) const override {
    return {{"tau", 1 - arguments[0]}};
  }
};

inline TestInput toy_cell(bool batched = true) {
  TestInput input("cell");
  input.what = tawara::Descriptor("ionic.toy");
  input.what.number("layer", "1", 0).may_vary();
  input.what.number("tau", "ms", 10).above(0).at_most(1000).evaluate();
  input.what.number("breaks_above", "mV", 1e9).evaluate();
  input.values = ToyCell::parameters();
  input.ready = std::make_shared<Offering<ToyCell>>(std::make_shared<ToyCell>(), batched);
  return input;
}

template <class D>
TestInput protocol_of(D drive) {
  TestInput input("pacing");
  input.ready = std::make_shared<Offering<tawara::Protocol>>(std::make_shared<AnyProtocol<D>>(std::move(drive)));
  return input;
}

inline TestInput toy_drug(double concentration) {
  TestInput input("drug");
  input.what = tawara::Descriptor("drug.toy");
  input.what.number("concentration", "1", 0).allowed(0, 1).evaluate();
  input.values = {concentration};
  input.ready = std::make_shared<Offering<tawara::Drug>>(std::make_shared<ToyDrug>());
  return input;
}

inline TestInput design_of(tawara::Table table) { return TestInput("plan").with("population", std::move(table)); }

class ToyPopulation : public OneComponent<tawara::experiments::Population> {
 public:
  explicit ToyPopulation(std::int64_t cells = 0, bool batched = true) {
    fill("cell", toy_cell(batched));
    set("beats", 2);
    if (cells > 0) set("cells", cells);
  }
  /// A uniform prior on a path.
  ToyPopulation& vary(const std::string& path, const std::string& unit, double low, double high) {
    priors_.emplace_back(tawara::Record{{"path", path}, {"kind", "uniform"}, {"a", low}, {"b", high}});
    spread.push_back({path, tawara::Type::number, unit, -1e300, 1e300, false, {}, 0, {}});
    set("parameters", priors_);
    return *this;
  }
  const tawara::Table& table() const { return tables.at("population"); }
  const std::vector<double>& column(const std::string& name) const { return table().at(name).numbers; }
  const std::vector<std::string>& texts(const std::string& name) const { return table().at(name).texts; }

 private:
  tawara::List priors_;
};

/// What a shard file holds: arrays, and the columns of its table as arrays.
inline std::vector<tawara::Shards::NamedArray> as_file(const tawara::Table& table,
                                                       std::vector<tawara::Shards::NamedArray> arrays) {
  for (const auto& column : table.columns)
    if (column.texts.empty()) arrays.push_back({column.name, column.unit, tawara::Array::of(column.numbers)});
  std::sort(arrays.begin(), arrays.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return arrays;
}
/// The shards of a population as files PREFIX.00000.h5, ... of another component's host.
inline void leave_files(const TestHost& of, TestHost& to, const std::string& prefix) {
  for (const auto& [at, table] : of.shards.tables) {
    const std::string file = prefix + ".0000" + std::to_string(at.second) + ".h5";
    to.array_files.arrays[file] = as_file(table, of.shards.arrays.at(at));
    to.table_files.tables[file] = table;
  }
}
