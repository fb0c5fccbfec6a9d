#include "protocols/periods.hpp"

#include <cmath>

namespace tawara::protocols {

int Periods::at(double t) const {
  if (t < start) return -1;
  int n = static_cast<int>(std::floor((t - start) / length));
  // The division rounds.
  while (begin(n + 1) <= t) ++n;
  while (n >= 0 && begin(n) > t) --n;
  return n;
}

}  // namespace tawara::protocols
