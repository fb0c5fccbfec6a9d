#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tawara/array.hpp"
#include "tawara/descriptor.hpp"
#include "tawara/export.hpp"

namespace tawara {

/// A parameter a sampler may vary.
struct TAWARA_EXPORT PathInfo {
  std::string path;  ///< "instance.parameter"
  Type type = Type::number;
  std::string unit;
  double minimum, maximum;  ///< hard limits, +-inf where there are none
  bool log_scale = false;
  std::vector<std::string> choices;
  std::size_t set_size = 0;  ///< subset: how many ids there are to choose from
  Value scenario_value;      ///< what the scenario sets it to
};

/// A result the simulator can give.
struct TAWARA_EXPORT ObservableInfo {
  std::string slot;  ///< of the sampler
  std::string instance;
  Output output;
};

/// One value per path: a number is one entry, a choice its index, a subset its sorted ids.
using Values = std::vector<std::vector<double>>;

enum class Status : std::uint8_t { ok, abandoned, failed, cancelled };

struct TAWARA_EXPORT Result {
  Status status = Status::ok;
  std::string cause;  ///< of a failure, to count by
  std::string text;
  std::vector<Array> arrays;  ///< one per requested observable; empty unless ok
};

/// Parameters in, observables out: what a sampler, design or learner holds. Made by the kernel, which owns the threads.
/// evaluate() never throws for a row's sake and a row's bytes do not depend on the rows beside it or on the thread
/// count.
class TAWARA_EXPORT Simulator {
 public:
  virtual ~Simulator();
  [[nodiscard]] virtual std::span<const PathInfo> paths() const = 0;
  [[nodiscard]] virtual std::span<const ObservableInfo> observables() const = 0;

  /// @param rows     values, one Values per row
  /// @param wanted   indices into observables(); computed on demand, in this order
  /// @param limits   per row, or empty: the first wanted observable is a scalar, and a row certainly above its limit
  /// may
  ///                 come back `abandoned`
  /// @param results  one per row
  virtual void evaluate(std::span<const Values> rows, std::span<const int> wanted, std::span<const double> limits,
                        std::span<Result> results) = 0;

  /// Rows that are cheap to evaluate together; neighbours in `rows` share a block.
  [[nodiscard]] virtual int block() const = 0;
};

}  // namespace tawara
