#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tawara/export.hpp"

namespace tawara {

class Value;
using List = std::vector<Value>;
/// Keys in the order they were written.
using Record = std::vector<std::pair<std::string, Value>>;

/// A setting after validation: numbers are in the parameter's declared unit, paths are absolute, choices are known.
/// Also the form a default takes in a descriptor.
class TAWARA_EXPORT Value {
 public:
  using Storage = std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Record>;

  Value() = default;
  Value(bool v) : storage_(v) {}
  Value(int v) : storage_(std::int64_t{v}) {}
  Value(std::int64_t v) : storage_(v) {}
  Value(double v) : storage_(v) {}
  Value(const char* v) : storage_(std::string(v)) {}
  Value(std::string v) : storage_(std::move(v)) {}
  Value(List v) : storage_(std::move(v)) {}
  Value(Record v) : storage_(std::move(v)) {}

  [[nodiscard]] bool empty() const { return std::holds_alternative<std::monostate>(storage_); }
  template <class T>
  [[nodiscard]] bool is() const {
    return std::holds_alternative<T>(storage_);
  }
  [[nodiscard]] bool is_number() const { return is<double>() || is<std::int64_t>(); }

  /// Typed access. @throws Error when the value is of another type (a programming error: settings were validated).
  [[nodiscard]] bool boolean() const;
  [[nodiscard]] std::int64_t integer() const;
  [[nodiscard]] double number() const;  ///< also accepts an integer
  [[nodiscard]] const std::string& text() const;
  [[nodiscard]] const List& list() const;
  [[nodiscard]] const Record& record() const;
  /// A member of a record, or nullptr.
  [[nodiscard]] const Value* find(std::string_view key) const;

  [[nodiscard]] const Storage& storage() const { return storage_; }
  bool operator==(const Value&) const = default;

 private:
  Storage storage_;
};

}  // namespace tawara
