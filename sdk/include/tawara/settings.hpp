#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tawara/descriptor.hpp"
#include "tawara/export.hpp"

namespace tawara {

/// The validated settings of one instance: every declared parameter is here, in its declared unit, inside its hard
/// limits. Asking for an undeclared name is a programming error and throws.
class TAWARA_EXPORT Settings {
 public:
  Settings() = default;
  /// @param values one per descriptor parameter, in its order; empty where absent
  Settings(std::string instance, const Descriptor* descriptor, std::vector<Value> values);

  [[nodiscard]] const std::string& instance() const { return instance_; }
  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] const Value& value(std::string_view name) const;
  [[nodiscard]] double number(std::string_view name) const;
  [[nodiscard]] std::int64_t integer(std::string_view name) const;
  [[nodiscard]] bool boolean(std::string_view name) const;
  [[nodiscard]] const std::string& text(std::string_view name) const;  ///< also choices
  [[nodiscard]] std::filesystem::path path(std::string_view name) const;
  [[nodiscard]] const List& list(std::string_view name) const;
  [[nodiscard]] std::vector<double> numbers(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;

  [[nodiscard]] const Descriptor& descriptor() const { return *descriptor_; }
  [[nodiscard]] const std::vector<Value>& values() const { return values_; }

 private:
  std::string instance_;
  const Descriptor* descriptor_ = nullptr;
  std::vector<Value> values_;
};

}  // namespace tawara
