#include "tawara/array.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <new>
#include <numeric>

#include "tawara/error.hpp"

namespace tawara {
namespace {

std::size_t product(std::span<const std::size_t> shape) {
  return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

// 64-byte aligned, so that SIMD code may load any array from its start.
std::shared_ptr<std::byte[]> allocate(std::size_t bytes) {
  constexpr std::align_val_t line{64};
  auto* memory = static_cast<std::byte*>(::operator new(std::max<std::size_t>(bytes, 1), line));
  return {memory, [](std::byte* p) { ::operator delete(p, line); }};
}

}  // namespace

std::size_t size_of(DType type) {
  switch (type) {
    case DType::f64:
    case DType::i64:
      return 8;
    case DType::f32:
    case DType::i32:
      return 4;
    case DType::u8:
      return 1;
  }
  return 0;
}

const char* name_of(DType type) {
  switch (type) {
    case DType::f64:
      return "f64";
    case DType::f32:
      return "f32";
    case DType::i64:
      return "i64";
    case DType::i32:
      return "i32";
    case DType::u8:
      return "u8";
  }
  return "?";
}

Array::Array(DType type, std::vector<std::size_t> shape) : type_(type), shape_(std::move(shape)) {
  capacity_ = product(shape_) * size_of(type_);
  data_ = allocate(capacity_);
  std::memset(data_.get(), 0, capacity_);
}

Array Array::scalar(double value) {
  Array a(DType::f64, {});
  a.mutable_span<double>()[0] = value;
  return a;
}

std::size_t Array::size() const { return data_ ? product(shape_) : 0; }

double Array::at(std::size_t i) const {
  switch (type_) {
    case DType::f64:
      return span<double>()[i];
    case DType::f32:
      return span<float>()[i];
    case DType::i64:
      return static_cast<double>(span<std::int64_t>()[i]);
    case DType::i32:
      return span<std::int32_t>()[i];
    case DType::u8:
      return span<std::uint8_t>()[i];
  }
  return 0;
}

double Array::number() const {
  if (size() == 0) throw Error("an empty array has no number");
  return at(0);
}

void Array::reshape(DType type, std::span<const std::size_t> shape) {
  const std::size_t needed = product(shape) * size_of(type);
  if (!data_ || data_.use_count() > 1 || needed > capacity_) {
    data_ = allocate(needed);
    capacity_ = needed;
  }
  type_ = type;
  shape_.assign(shape.begin(), shape.end());
}

void Array::check_type(DType wanted) const {
  if (wanted != type_) throw Error(std::string("array holds ") + name_of(type_) + ", asked for " + name_of(wanted));
}

void Array::check_size(std::size_t found) const {
  if (found != size())
    throw Error("array of " + std::to_string(size()) + " values filled with " + std::to_string(found));
}

Table& Table::add(std::string name, std::string unit, std::vector<double> numbers) {
  columns.push_back({std::move(name), std::move(unit), std::move(numbers), {}});
  return *this;
}

Table& Table::add_text(std::string name, std::vector<std::string> texts) {
  columns.push_back({std::move(name), {}, {}, std::move(texts)});
  return *this;
}

const Table::Column* Table::find(std::string_view name) const {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

const Table::Column& Table::at(std::string_view name) const {
  if (const Column* found = find(name)) return *found;
  std::string there;
  for (const Column& c : columns) there += (there.empty() ? "" : ", ") + c.name;
  throw Error("no column '" + std::string(name) + "'; there are: " + there);
}

}  // namespace tawara
