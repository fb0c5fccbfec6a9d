#pragma once
#include <limits>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tawara/component.hpp"

namespace test {

/// A host that keeps what it is told.
struct Host : tawara::Host {
  std::vector<std::string> messages;
  void log(Level, std::string_view message) override { messages.emplace_back(message); }
  std::unique_ptr<tawara::Progress> progress(std::string_view) override { return nullptr; }
  bool cancelled() const override { return false; }
  int threads() const override { return 1; }
  void parallel_for(std::size_t n, const std::function<void(std::size_t)>& body) override {
    for (std::size_t i = 0; i < n; ++i) body(i);
  }
  tawara::Random random(std::string_view purpose, std::uint64_t a, std::uint64_t b) const override {
    return {1, purpose, a, b};
  }
  void save_state(std::string_view) override {}
  std::optional<std::string> load_state() override { return std::nullopt; }
};

/// An instance in a slot, made of arrays.
struct Source : tawara::Input {
  std::string name;
  tawara::Descriptor what{"test.source", ""};
  std::map<std::string, tawara::Array, std::less<>> arrays;

  Source() = default;
  Source(std::string instance, std::map<std::string, tawara::Array, std::less<>> outputs)
      : name(std::move(instance)), arrays(std::move(outputs)) {
    for (const auto& [output, array] : arrays) what.output(output, "1");
  }
  const std::string& instance() const override { return name; }
  const tawara::Descriptor& descriptor() const override { return what; }
  const tawara::Settings& settings() const override { throw std::logic_error("not asked for"); }
  const tawara::Array& array(std::string_view output) const override { return arrays.find(output)->second; }
  const tawara::Table& table(std::string_view) const override { throw std::logic_error("not asked for"); }
  bool has(std::string_view output) const override { return arrays.contains(output); }
  const tawara::Prepared& prepared() const override { throw std::logic_error("not asked for"); }
  std::span<const double> arguments() const override { return {}; }
};

/// One component with its slots filled, prepared, and evaluated for one row: the kernel in miniature.
template <class C>
class Bench : tawara::PrepareContext, tawara::Batch {
 public:
  std::map<std::string, Source, std::less<>> slots;
  std::map<std::string, tawara::Value, std::less<>> set;  ///< prepare parameters that differ from the default
  std::map<std::string, std::vector<double>, std::less<>> arguments;  ///< evaluate parameters, likewise
  std::map<std::string, tawara::Array, std::less<>> constants;
  std::map<std::string, tawara::Table, std::less<>> tables;
  Host told;
  std::string failure;  ///< "cause: text"

  void prepare() {
    std::vector<tawara::Value> values;
    for (const auto& p : descriptor_.parameters) {
      const auto found = set.find(p.name);
      values.push_back(found == set.end() ? p.default_value : found->second);
    }
    settings_ = tawara::Settings("it", &descriptor_, values);
    prepared_ = C(settings_).prepare(*this);
    if (prepared_) workspace_ = prepared_->workspace();
    outputs_.resize(descriptor_.outputs.size());
  }
  const tawara::Array& evaluate(std::string_view output) {
    const auto o = static_cast<std::size_t>(descriptor_.output_index(output));
    failure.clear();
    tawara::Row row(*this, 0);
    prepared_->evaluate(descriptor_.outputs[o].group, row);
    return outputs_[o];
  }

 private:
  const tawara::Settings& settings() const override { return settings_; }
  tawara::Host& host() const override { return const_cast<Host&>(told); }
  std::size_t count(std::string_view slot) const override { return slots.contains(slot); }
  const tawara::Input& input(std::string_view slot, std::size_t) const override { return slots.find(slot)->second; }
  std::size_t alternative(std::string_view, std::size_t) const override { return 0; }
  void put(std::string_view name, tawara::Array value) override { constants[std::string(name)] = std::move(value); }
  void put(std::string_view name, tawara::Table value) override { tables[std::string(name)] = std::move(value); }
  tawara::Simulator& simulator(std::string_view) const override { throw std::logic_error("not asked for"); }

  int rows() const override { return 1; }
  bool active(int) const override { return failure.empty(); }
  std::span<const double> argument(int, int parameter) const override {
    const auto& p = descriptor_.parameters[static_cast<std::size_t>(parameter)];
    auto& value = const_cast<Bench*>(this)->arguments[p.name];
    if (value.empty() && !p.default_value.empty()) value = {p.default_value.number()};
    return value;
  }
  std::span<const double> arguments_of(int, int, int) const override { return {}; }
  const tawara::Array& input(int, int slot, int, int output) override {
    const Source& from = slots.find(descriptor_.slots[static_cast<std::size_t>(slot)].name)->second;
    return from.array(from.what.outputs[static_cast<std::size_t>(output)].name);
  }
  const tawara::Table& input_table(int, int, int, int) override { throw std::logic_error("not asked for"); }
  const tawara::Input& source(int slot, int) const override {
    return slots.find(descriptor_.slots[static_cast<std::size_t>(slot)].name)->second;
  }
  int count(int) const override { return 1; }
  tawara::Array& output(int, int o) override { return outputs_[static_cast<std::size_t>(o)]; }
  tawara::Table& output_table(int, int) override { throw std::logic_error("not asked for"); }
  void fail(int, std::string_view cause, std::string_view text) override {
    failure = std::string(cause) + ": " + std::string(text);
  }
  double limit(int) const override { return std::numeric_limits<double>::infinity(); }
  void abandon(int) override {}
  tawara::Workspace* workspace() const override { return workspace_.get(); }
  const tawara::Descriptor& descriptor() const override { return descriptor_; }

  tawara::Descriptor descriptor_ = C::describe();
  tawara::Settings settings_;
  std::unique_ptr<const tawara::Prepared> prepared_;
  std::unique_ptr<tawara::Workspace> workspace_;
  std::vector<tawara::Array> outputs_;
};

}  // namespace test
