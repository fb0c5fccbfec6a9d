#pragma once
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "tawara/array.hpp"
#include "tawara/export.hpp"

namespace tawara {

/// Ability "recordings": the same signal of many cells (or of one) under the same command, sampled at the same times,
/// with what is known of each cell. Populations, files of shards and an amplifier's recording offer it; learners and
/// twins read it. Const and concurrent.
class TAWARA_EXPORT Recordings {
 public:
  static constexpr const char* ability_name = "recordings";
  virtual ~Recordings();

  [[nodiscard]] virtual std::size_t cells() const = 0;
  struct Signal {
    std::string name;  ///< "I_ion"
    std::string unit;  ///< "uA/uF"
  };
  [[nodiscard]] virtual const Signal& signal() const = 0;
  /// ms from the beginning of the command, ascending.
  [[nodiscard]] virtual std::span<const double> times() const = 0;

  /// Command voltage, held from one beginning to the next.
  struct Step {
    double V;         ///< mV
    double duration;  ///< ms
    [[nodiscard]] bool operator==(const Step&) const = default;
  };
  /// Empty where it is not known (a recording without its command).
  [[nodiscard]] virtual std::span<const Step> command() const = 0;

  /// Something about the cells that is the same for all of them.
  struct Quantity {
    std::string name;  ///< "temperature"; a parameter of the cell model under its own name
    std::string unit;
    double value;
  };
  /// Parameters of the cell model as the scenario sets them (what varies, at the value it varies about), or what an
  /// experimenter has noted. May be empty.
  [[nodiscard]] virtual std::span<const Quantity> conditions() const = 0;

  /// Which parameters differ from cell to cell: columns of known(), with the value that the scenario sets. Empty in a
  /// recording.
  [[nodiscard]] virtual std::span<const Quantity> varied() const = 0;
  /// What is known of cells first to first + n - 1: a row each, with a column for every varied() and `status` ("ok", or
  /// what is wrong with it); others may be there.
  [[nodiscard]] virtual Table known(std::size_t first, std::size_t n) const = 0;
  /// @param out  n x times(), the signal of cells first to first + n - 1; NaN where the status is not "ok"
  /// @throws DataError  a shard does not read back
  virtual void read(std::size_t first, std::size_t n, std::span<float> out) const = 0;

  /// The value of a condition; NaN without it.
  [[nodiscard]] double condition(std::string_view name) const {
    for (const Quantity& q : conditions())
      if (q.name == name) return q.value;
    return std::numeric_limits<double>::quiet_NaN();
  }
};

}  // namespace tawara
