#pragma once
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "tawara/array.hpp"
#include "tawara/error.hpp"

namespace tawara {

/// What processes of one program on machines of one kind tell each other: numbers as they lie in memory, sizes before
/// contents. Read back in the order of writing.
class ByteWriter {
 public:
  template <class T>
  requires std::is_trivially_copyable_v<T> ByteWriter& put(const T& value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  ByteWriter& put(std::string_view text) { return put_block(text.data(), text.size()); }
  ByteWriter& put(const std::string& text) { return put(std::string_view(text)); }
  ByteWriter& put(const std::vector<double>& v) { return put_block(v.data(), v.size() * sizeof(double)); }
  ByteWriter& put(const Array& array) {
    put(array.type()).put(array.shape().size());
    for (const std::size_t n : array.shape()) put(n);
    return put_block(array.data(), array.empty() ? 0 : array.bytes());
  }
  ByteWriter& put(const Table& table) {
    put(table.columns.size());
    for (const Table::Column& c : table.columns) {
      put(c.name).put(c.unit).put(c.numbers).put(c.texts.size());
      for (const std::string& text : c.texts) put(text);
    }
    return *this;
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  ByteWriter& put_block(const void* data, std::size_t size) {
    put(size);
    if (size > 0) bytes_.append(static_cast<const char*>(data), size);
    return *this;
  }
  std::string bytes_;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] bool at_end() const { return bytes_.empty(); }
  template <class T>
  requires std::is_trivially_copyable_v<T> T get() {
    T value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::string text() { return std::string(block()); }
  std::vector<double> numbers() {
    const std::string_view data = block();
    std::vector<double> values(data.size() / sizeof(double));
    if (!values.empty()) std::memcpy(values.data(), data.data(), data.size());
    return values;
  }
  Array array() {
    const auto type = get<DType>();
    std::vector<std::size_t> shape(get<std::size_t>());
    for (std::size_t& n : shape) n = get<std::size_t>();
    const std::string_view data = block();
    if (data.empty() && shape.empty()) return {};
    Array array(type, std::move(shape));
    if (data.size() != array.bytes()) throw Error("an array from another process is damaged");
    if (!data.empty()) std::memcpy(array.mutable_data(), data.data(), data.size());
    return array;
  }
  Table table() {
    Table table;
    table.columns.resize(get<std::size_t>());
    for (Table::Column& c : table.columns) {
      c.name = text();
      c.unit = text();
      c.numbers = numbers();
      c.texts.resize(get<std::size_t>());
      for (std::string& t : c.texts) t = text();
    }
    return table;
  }

 private:
  std::string_view take(std::size_t n) {
    if (n > bytes_.size()) throw Error("a message from another process ends too early");
    const std::string_view taken = bytes_.substr(0, n);
    bytes_.remove_prefix(n);
    return taken;
  }
  std::string_view block() { return take(get<std::size_t>()); }
  std::string_view bytes_;
};

}  // namespace tawara
