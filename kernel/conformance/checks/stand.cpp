#include "kernel/conformance/checks/stand.hpp"

#include <fmt/format.h>

#include "kernel/docs/fit.hpp"
#include "kernel/scenario/node.hpp"

namespace tawara::conformance {

Stand& Stand::add(std::string_view instance, std::string_view use, std::string_view body) {
  added_ += fmt::format("\n[{}]\nuse = \"{}\"\n{}\n", instance, use, body);
  return *this;
}

Stand& Stand::set(std::string_view key, std::string_view value) { return set_of(subject_.instance, key, value); }

Stand& Stand::set(std::string_view key, double value) { return set(key, scenario::toml_text(Value(value))); }

Stand& Stand::set_of(std::string_view instance, std::string_view key, std::string_view value) {
  sets_.push_back(fmt::format("{}.{}={}", instance, key, value));
  return *this;
}

Stand& Stand::seed(std::uint64_t seed) {
  seed_ = seed;
  return *this;
}

std::unique_ptr<Study> Stand::study() const {
  Study::Options options;
  options.sets = sets_;
  options.sets.push_back(fmt::format("run.targets=[\"{}\"]", subject_.instance));
  options.seed = seed_;
  return std::make_unique<Study>(subject_.catalogue, *subject_.scenario + added_, options);
}

bool has_scenario(const Subject& subject, Findings& findings) {
  if (subject.scenario) return true;
  findings.skip("no scenario in which it stands could be worked out from its descriptor, and none was given");
  return false;
}

bool fills(const Subject& subject, const Slot& slot, std::string_view component) {
  const auto found = subject.catalogue.find(component);
  if (found.empty() || docs::takes_anything(slot)) return false;
  return docs::alternative_served(slot, *found.front().descriptor).has_value();
}

const Slot* slot_for(const Subject& subject, std::string_view component) {
  for (const Slot& slot : descriptor_of(subject).slots)
    if (fills(subject, slot, component)) return &slot;
  return nullptr;
}

std::string filled(const Slot& slot, std::string_view instance) {
  const std::string name = fmt::format("\"{}\"", instance);
  return slot.how_many == HowMany::many ? "[" + name + "]" : name;
}

std::string number(double value) { return fmt::format("{:.6g}", value); }

}  // namespace tawara::conformance
