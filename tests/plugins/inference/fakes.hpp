#pragma once
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tawara/plugin.hpp"

/// Stand-ins for the kernel, just enough to run one component.
namespace fakes {

using namespace tawara;

/// The text of the error an action throws; "" when it throws none.
inline std::string message(const std::function<void()>& action) {
  try {
    action();
  } catch (const std::exception& e) {
    return e.what();
  }
  return "";
}

/// Settings with the descriptor's defaults, but for `changes`.
inline Settings settings(const Descriptor& d, std::vector<std::pair<std::string, Value>> changes = {}) {
  std::vector<Value> values;
  for (const Parameter& p : d.parameters) values.push_back(p.default_value);
  for (auto& [name, value] : changes) values.at(static_cast<std::size_t>(d.parameter_index(name))) = std::move(value);
  return Settings("it", &d, std::move(values));
}

class FakeHost : public Host {
 public:
  std::uint64_t seed = 1;
  std::vector<std::string> lines;
  std::optional<std::string> state;
  std::vector<std::string> saved;                     ///< every state that was saved
  std::function<bool()> stop = [] { return false; };  ///< stands in for Ctrl-C

  void log(Level, std::string_view text) override { lines.emplace_back(text); }
  std::unique_ptr<Progress> progress(std::string_view) override {
    struct Silent : Progress {
      void update(double, double, std::string_view) override {}
    };
    return std::make_unique<Silent>();
  }
  bool cancelled() const override { return stop(); }
  int threads() const override { return 1; }
  void parallel_for(std::size_t n, const std::function<void(std::size_t)>& body) override {
    for (std::size_t i = 0; i < n; ++i) body(i);
  }
  Random random(std::string_view purpose, std::uint64_t a, std::uint64_t b) const override {
    return Random(seed, "it/" + std::string(purpose), a, b);
  }
  void save_state(std::string_view bytes) override { saved.emplace_back(bytes); }
  std::optional<std::string> load_state() override { return state; }

  [[nodiscard]] bool said(std::string_view text) const {
    for (const auto& line : lines)
      if (line.find(text) != std::string::npos) return true;
    return false;
  }
};

class FakeInput : public Input {
 public:
  FakeInput(std::string instance, Descriptor d) : instance_(std::move(instance)), descriptor_(std::move(d)) {}
  std::map<std::string, Array, std::less<>> arrays;  ///< constants

  const std::string& instance() const override { return instance_; }
  const Descriptor& descriptor() const override { return descriptor_; }
  const Settings& settings() const override { throw Error("no settings"); }
  const Array& array(std::string_view name) const override {
    const auto found = arrays.find(name);
    if (found == arrays.end()) throw Error("no constant output " + std::string(name));
    return found->second;
  }
  const Table& table(std::string_view) const override { throw Error("no tables"); }
  bool has(std::string_view name) const override { return arrays.count(name) > 0; }
  const Prepared& prepared() const override { throw Error("not prepared"); }
  std::span<const double> arguments() const override { return {}; }

 private:
  std::string instance_;
  Descriptor descriptor_;
};

class FakeContext : public PrepareContext {
 public:
  FakeContext(const Settings& s, Host& h) : settings_(s), host_(h) {}
  std::map<std::string, std::vector<const Input*>, std::less<>> slots;
  std::map<std::string, std::size_t, std::less<>> alternatives;
  std::map<std::string, Array, std::less<>> arrays;  ///< what was put
  std::map<std::string, Table, std::less<>> tables;
  Simulator* made = nullptr;

  const Settings& settings() const override { return settings_; }
  Host& host() const override { return host_; }
  std::size_t count(std::string_view slot) const override {
    const auto found = slots.find(slot);
    return found == slots.end() ? 0 : found->second.size();
  }
  const Input& input(std::string_view slot, std::size_t k) const override { return *slots.find(slot)->second.at(k); }
  std::size_t alternative(std::string_view slot, std::size_t) const override {
    const auto found = alternatives.find(slot);
    return found == alternatives.end() ? 0 : found->second;
  }
  void put(std::string_view name, Array value) override { arrays[std::string(name)] = std::move(value); }
  void put(std::string_view name, Table value) override { tables[std::string(name)] = std::move(value); }
  Simulator& simulator(std::string_view) const override { return *made; }
  using PrepareContext::put;

  [[nodiscard]] double number(std::string_view name) const { return arrays.find(name)->second.number(); }

 private:
  const Settings& settings_;
  Host& host_;
};

/// Rows whose inputs are given: sources[slot]->arrays hold constants, inputs[slot][output][row] the evaluated ones.
class FakeBatch : public Batch {
 public:
  FakeBatch(const Descriptor& d, Host& host, int rows) : descriptor_(d), host_(host), rows_(rows) {
    for (int r = 0; r < rows; ++r) {
      limits.push_back(INFINITY);
      status.emplace_back("ok");
    }
    outputs.resize(static_cast<std::size_t>(rows), std::vector<Array>(d.outputs.size()));
    tables.resize(static_cast<std::size_t>(rows), std::vector<Table>(d.outputs.size()));
  }
  std::vector<const Input*> sources;
  std::vector<std::map<int, std::vector<Array>>> inputs;
  std::vector<double> limits;
  std::vector<std::string> status;  ///< "ok", "abandoned", or "cause: text"
  std::vector<std::vector<Array>> outputs;
  std::vector<std::vector<Table>> tables;
  std::vector<std::pair<int, int>> asked;  ///< (slot, output) in the order of asking
  Workspace* scratch = nullptr;

  int rows() const override { return rows_; }
  bool active(int row) const override { return status[static_cast<std::size_t>(row)] == "ok"; }
  std::span<const double> argument(int, int) const override { return {}; }
  std::span<const double> arguments_of(int, int, int) const override { return {}; }
  const Array& input(int row, int slot, int, int output) override {
    asked.emplace_back(slot, output);
    return inputs.at(static_cast<std::size_t>(slot)).at(output).at(static_cast<std::size_t>(row));
  }
  const Table& input_table(int, int, int, int) override { throw Error("no tables"); }
  const Input& source(int slot, int) const override { return *sources.at(static_cast<std::size_t>(slot)); }
  int count(int) const override { return 1; }
  Array& output(int row, int output) override {
    return outputs[static_cast<std::size_t>(row)][static_cast<std::size_t>(output)];
  }
  Table& output_table(int row, int output) override {
    return tables[static_cast<std::size_t>(row)][static_cast<std::size_t>(output)];
  }
  void fail(int row, std::string_view cause, std::string_view text) override {
    status[static_cast<std::size_t>(row)] = std::string(cause) + ": " + std::string(text);
  }
  double limit(int row) const override { return limits[static_cast<std::size_t>(row)]; }
  void abandon(int row) override { status[static_cast<std::size_t>(row)] = "abandoned"; }
  Workspace* workspace() const override { return scratch; }
  Host& host() const override { return host_; }
  const Descriptor& descriptor() const override { return descriptor_; }

 private:
  const Descriptor& descriptor_;
  Host& host_;
  int rows_;
};

}  // namespace fakes
