#pragma once

namespace tawara::protocols {

/// Periods of one length one after another, numbered from 0. Begins are computed from the number, not added up, so long
/// runs do not drift, and at() agrees with begin() to the last bit.
struct Periods {
  double start, length;  ///< ms

  [[nodiscard]] double begin(int n) const { return start + n * length; }
  /// The last period begun at or before t; -1 before the first.
  [[nodiscard]] int at(double t) const;
};

}  // namespace tawara::protocols
