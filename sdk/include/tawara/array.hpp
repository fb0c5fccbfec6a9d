#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tawara/export.hpp"

namespace tawara {

enum class DType : std::uint8_t { f64, f32, i64, i32, u8 };

template <class T>
struct dtype_of;
template <>
struct dtype_of<double> {
  static constexpr DType value = DType::f64;
};
template <>
struct dtype_of<float> {
  static constexpr DType value = DType::f32;
};
template <>
struct dtype_of<std::int64_t> {
  static constexpr DType value = DType::i64;
};
template <>
struct dtype_of<std::int32_t> {
  static constexpr DType value = DType::i32;
};
template <>
struct dtype_of<std::uint8_t> {
  static constexpr DType value = DType::u8;
};

[[nodiscard]] TAWARA_EXPORT std::size_t size_of(DType);
[[nodiscard]] TAWARA_EXPORT const char* name_of(DType);

/// Row-major n-dimensional array of numbers: the one thing that flows between components.
/// Copies are shallow (shared storage); treat an Array as constant once it has been handed on. A shape of {} is a
/// scalar and holds one number.
class TAWARA_EXPORT Array {
 public:
  Array() = default;
  /// Zero-filled.
  Array(DType type, std::vector<std::size_t> shape);

  template <class T>
  static Array of(std::span<const T> values, std::vector<std::size_t> shape) {
    Array a(dtype_of<T>::value, std::move(shape));
    a.check_size(values.size());
    std::copy(values.begin(), values.end(), a.mutable_span<T>().begin());
    return a;
  }
  template <class T>
  static Array of(const std::vector<T>& values, std::vector<std::size_t> shape = {}) {
    if (shape.empty()) shape = {values.size()};
    return of(std::span<const T>(values), std::move(shape));
  }
  static Array scalar(double value);

  [[nodiscard]] bool empty() const { return data_ == nullptr; }
  [[nodiscard]] DType type() const { return type_; }
  [[nodiscard]] const std::vector<std::size_t>& shape() const { return shape_; }
  [[nodiscard]] std::size_t extent(std::size_t axis) const { return shape_.at(axis); }
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::size_t bytes() const { return size() * size_of(type_); }
  [[nodiscard]] const void* data() const { return data_.get(); }
  [[nodiscard]] void* mutable_data() { return data_.get(); }

  /// Flat view. @throws Error when T is not the stored type.
  template <class T>
  [[nodiscard]] std::span<const T> span() const {
    check_type(dtype_of<T>::value);
    return {static_cast<const T*>(data()), size()};
  }
  template <class T>
  [[nodiscard]] std::span<T> mutable_span() {
    check_type(dtype_of<T>::value);
    return {static_cast<T*>(mutable_data()), size()};
  }
  /// The only number of a scalar (or the first of more).
  [[nodiscard]] double number() const;
  /// Any stored type, converted.
  [[nodiscard]] double at(std::size_t flat) const;

  /// Give the array this type and shape, keeping the storage when it already fits and nobody shares it; contents
  /// are then unspecified. Lets an evaluation write into the same buffer every time.
  void reshape(DType type, std::span<const std::size_t> shape);
  void reshape(DType type, std::initializer_list<std::size_t> shape) {
    reshape(type, std::span<const std::size_t>(shape.begin(), shape.size()));
  }

 private:
  void check_type(DType wanted) const;
  void check_size(std::size_t found) const;
  DType type_ = DType::f64;
  std::vector<std::size_t> shape_;
  std::size_t capacity_ = 0;  // bytes
  std::shared_ptr<std::byte[]> data_;
};

/// Columns of numbers or texts with names and units: traces, biomarkers, populations, histories. Becomes a CSV whose
/// header carries the units.
class TAWARA_EXPORT Table {
 public:
  struct Column {
    std::string name;
    std::string unit;  ///< "1" for dimensionless, "" for texts
    std::vector<double> numbers;
    std::vector<std::string> texts;  ///< used instead of numbers when not empty
    [[nodiscard]] std::size_t size() const { return texts.empty() ? numbers.size() : texts.size(); }
  };
  std::vector<Column> columns;

  Table& add(std::string name, std::string unit, std::vector<double> numbers);
  Table& add_text(std::string name, std::vector<std::string> texts);
  [[nodiscard]] const Column* find(std::string_view name) const;
  /// @throws Error naming the columns there are.
  [[nodiscard]] const Column& at(std::string_view name) const;
  [[nodiscard]] std::size_t rows() const { return columns.empty() ? 0 : columns.front().size(); }
};

}  // namespace tawara
