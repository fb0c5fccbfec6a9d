#include "tawara/value.hpp"

#include <array>

#include "tawara/error.hpp"

namespace tawara {
namespace {

[[noreturn]] void wrong_type(const char* wanted, const Value::Storage& found) {
  static constexpr std::array names{"nothing", "a bool", "an integer", "a number", "a text", "a list", "a record"};
  throw Error(std::string("expected ") + wanted + ", found " + names[found.index()]);
}

template <class T>
const T& get(const Value::Storage& storage, const char* wanted) {
  if (const T* value = std::get_if<T>(&storage)) return *value;
  wrong_type(wanted, storage);
}

}  // namespace

bool Value::boolean() const { return get<bool>(storage_, "a bool"); }
std::int64_t Value::integer() const { return get<std::int64_t>(storage_, "an integer"); }
const std::string& Value::text() const { return get<std::string>(storage_, "a text"); }
const List& Value::list() const { return get<List>(storage_, "a list"); }
const Record& Value::record() const { return get<Record>(storage_, "a record"); }

double Value::number() const {
  if (const auto* whole = std::get_if<std::int64_t>(&storage_)) return static_cast<double>(*whole);
  return get<double>(storage_, "a number");
}

const Value* Value::find(std::string_view key) const {
  if (!is<Record>()) return nullptr;
  for (const auto& [name, value] : record())
    if (name == key) return &value;
  return nullptr;
}

}  // namespace tawara
