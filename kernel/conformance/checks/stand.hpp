#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/conformance/check.hpp"
#include "kernel/conformance/study.hpp"

namespace tawara::conformance {

/// The component's own scenario with other instances in its slots and other values, itself the only target: what stands
/// around it is known, so its answer is too.
class Stand {
 public:
  explicit Stand(const Subject& subject) : subject_(subject) {}

  /// A further instance. @param body  keys and values, TOML
  Stand& add(std::string_view instance, std::string_view use, std::string_view body = {});
  /// A slot or a parameter of the component. @param value  TOML; the name of an instance in quotes
  Stand& set(std::string_view key, std::string_view value);
  Stand& set(std::string_view key, double value);
  /// The same of another instance.
  Stand& set_of(std::string_view instance, std::string_view key, std::string_view value);
  Stand& seed(std::uint64_t seed);

  /// @throws what Study throws
  [[nodiscard]] std::unique_ptr<Study> study() const;

 private:
  const Subject& subject_;
  std::string added_;
  std::vector<std::string> sets_;
  std::uint64_t seed_ = 1;
};

/// Skips, and says so, when there is no scenario to stand in.
[[nodiscard]] bool has_scenario(const Subject& subject, Findings& findings);

/// Does the component of this name (a toy) have what the slot asks for? False when it is not installed.
[[nodiscard]] bool fills(const Subject& subject, const Slot& slot, std::string_view component);

/// The first slot that the component of this name can fill, nullptr when there is none.
[[nodiscard]] const Slot* slot_for(const Subject& subject, std::string_view component);

/// A slot's value: one name, or a list of one. @param instance  its name
[[nodiscard]] std::string filled(const Slot& slot, std::string_view instance);

[[nodiscard]] inline const Descriptor& descriptor_of(const Subject& subject) { return *subject.component.descriptor; }

/// A number as findings write it: six digits.
[[nodiscard]] std::string number(double value);

/// What the component offers of a C++ interface, as the check's interfaces go by the ability's name. Fails the check
/// when it does not. @returns nullptr then
template <class Interface>
const Interface* interface_of(const Subject& subject, const Study& study, Findings& findings) {
  const void* found = study.prepared(subject.instance).ability(Interface::ability_name);
  if (!found)
    findings.fail("prepare() gave an object whose ability(\"" + std::string(Interface::ability_name) +
                  "\") is null; components of this kind are used through that interface only");
  return static_cast<const Interface*>(found);
}

}  // namespace tawara::conformance
