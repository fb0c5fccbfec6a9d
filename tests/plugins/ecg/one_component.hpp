#pragma once
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tawara/component.hpp"

/// Just enough of a kernel to prepare one component on constants and evaluate it on given inputs.

struct TestHost : tawara::Host {
  std::uint64_t seed = 1;
  std::vector<std::string> messages;
  void log(Level, std::string_view message) override { messages.emplace_back(message); }
  std::unique_ptr<tawara::Progress> progress(std::string_view) override { return nullptr; }
  bool cancelled() const override { return false; }
  int threads() const override { return 1; }
  void parallel_for(std::size_t n, const std::function<void(std::size_t)>& body) override {
    for (std::size_t i = 0; i < n; ++i) body(i);
  }
  tawara::Random random(std::string_view purpose, std::uint64_t a, std::uint64_t b) const override {
    return {seed, purpose, a, b};
  }
  void save_state(std::string_view) override {}
  std::optional<std::string> load_state() override { return std::nullopt; }
};

/// What fills a slot: outputs by name, constant or evaluated alike.
struct TestInput : tawara::Input {
  std::string name;
  tawara::Descriptor what{"test.source", ""};
  std::map<std::string, tawara::Array, std::less<>> arrays;

  explicit TestInput(std::string instance) : name(std::move(instance)) {}
  TestInput& with(const std::string& output, tawara::Array value) {
    arrays[output] = std::move(value);
    what.output(output, "1");
    return *this;
  }
  const std::string& instance() const override { return name; }
  const tawara::Descriptor& descriptor() const override { return what; }
  const tawara::Settings& settings() const override { throw std::logic_error("no settings"); }
  const tawara::Array& array(std::string_view output) const override { return arrays.find(output)->second; }
  const tawara::Table& table(std::string_view) const override { throw std::logic_error("no tables"); }
  bool has(std::string_view output) const override { return arrays.contains(output); }
  const tawara::Prepared& prepared() const override { throw std::logic_error("not prepared"); }
  std::span<const double> arguments() const override { return {}; }
};

template <class C>
struct OneComponent : tawara::PrepareContext, tawara::Batch {
  tawara::Descriptor what = C::describe();
  std::vector<tawara::Value> values;
  std::map<std::string, TestInput, std::less<>> inputs;
  std::size_t which_alternative = 0;
  TestHost test_host;
  std::map<std::string, tawara::Array, std::less<>> constants;
  std::map<std::string, tawara::Table, std::less<>> tables;
  std::vector<tawara::Array> outputs;
  std::string failure;
  std::unique_ptr<tawara::Settings> settings_now;
  std::unique_ptr<const tawara::Prepared> ready;
  std::unique_ptr<tawara::Workspace> scratch;
  mutable double number = 0;

  OneComponent() {
    for (const auto& p : what.parameters) values.push_back(p.default_value);
    outputs.resize(what.outputs.size());
  }
  OneComponent& set(std::string_view parameter, tawara::Value value) {
    values.at(static_cast<std::size_t>(what.parameter_index(parameter))) = std::move(value);
    return *this;
  }
  OneComponent& fill(const std::string& slot, TestInput input) {
    inputs.insert_or_assign(slot, std::move(input));
    return *this;
  }
  OneComponent& prepare() {
    settings_now = std::make_unique<tawara::Settings>("it", &what, values);
    ready = C(*settings_now).prepare(*this);
    if (ready) scratch = ready->workspace();
    return *this;
  }
  /// An evaluated output, as numbers.
  std::vector<double> evaluate(std::string_view output) {
    const int o = what.output_index(output);
    failure.clear();
    tawara::Row row(*this, 0);
    ready->evaluate(what.outputs[static_cast<std::size_t>(o)].group, row);
    std::vector<double> result;
    const tawara::Array& found = outputs[static_cast<std::size_t>(o)];
    for (std::size_t i = 0; failure.empty() && i < found.size(); ++i) result.push_back(found.at(i));
    return result;
  }

  const tawara::Settings& settings() const override { return *settings_now; }
  tawara::Host& host() const override { return const_cast<TestHost&>(test_host); }
  std::size_t count(std::string_view slot) const override { return inputs.count(slot); }
  const tawara::Input& input(std::string_view slot, std::size_t) const override { return inputs.find(slot)->second; }
  std::size_t alternative(std::string_view, std::size_t) const override { return which_alternative; }
  void put(std::string_view name, tawara::Array value) override { constants[std::string(name)] = std::move(value); }
  void put(std::string_view name, tawara::Table value) override { tables[std::string(name)] = std::move(value); }
  tawara::Simulator& simulator(std::string_view) const override { throw std::logic_error("no simulator"); }

  int rows() const override { return 1; }
  bool active(int) const override { return failure.empty(); }
  std::span<const double> argument(int, int parameter) const override {
    number = values[static_cast<std::size_t>(parameter)].number();
    return {&number, 1};
  }
  std::span<const double> arguments_of(int, int, int) const override { return {}; }
  const tawara::Array& input(int, int slot, int, int output) override {
    const TestInput& from = inputs.find(what.slots[static_cast<std::size_t>(slot)].name)->second;
    return from.array(from.what.outputs[static_cast<std::size_t>(output)].name);
  }
  const tawara::Table& input_table(int, int, int, int) override { throw std::logic_error("no tables"); }
  const tawara::Input& source(int slot, int) const override {
    return inputs.find(what.slots[static_cast<std::size_t>(slot)].name)->second;
  }
  int count(int) const override { return 1; }
  tawara::Array& output(int, int o) override { return outputs[static_cast<std::size_t>(o)]; }
  tawara::Table& output_table(int, int) override { throw std::logic_error("no tables"); }
  void fail(int, std::string_view cause, std::string_view text) override {
    failure = std::string(cause) + ": " + std::string(text);
  }
  double limit(int) const override { return std::numeric_limits<double>::infinity(); }
  void abandon(int) override {}
  tawara::Workspace* workspace() const override { return scratch.get(); }
  const tawara::Descriptor& descriptor() const override { return what; }
};
