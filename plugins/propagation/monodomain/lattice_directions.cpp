#include "monodomain/lattice_directions.hpp"

#include <cstddef>

namespace tawara::propagation::monodomain {
namespace {

using Offset = std::array<int, 3>;
using Matrix = std::array<std::array<double, 3>, 3>;

double product(const Matrix& M, const Offset& a, const Offset& b) {
  double sum = 0;
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) sum += a[i] * M[i][j] * b[j];
  return sum;
}
Offset sum(const Offset& a, const Offset& b) { return {a[0] + b[0], a[1] + b[1], a[2] + b[2]}; }
Offset opposite(const Offset& a) { return {-a[0], -a[1], -a[2]}; }
Offset cross(const Offset& a, const Offset& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
Offset forwards(const Offset& a) {
  for (const int x : a) {
    if (x > 0) return a;
    if (x < 0) return opposite(a);
  }
  return a;
}

}  // namespace

std::vector<LatticeDirection> lattice_directions(const DiffusionTensor& D, const std::array<double, 3>& spacing,
                                                 const std::array<bool, 3>& axes) {
  // In units of the grid; an axis of one node is left apart from the others.
  Matrix M{};
  const auto mixed = [&](std::size_t i, std::size_t j) { return D.mixed[i + j - 1]; };
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j)
      if (i == j || (axes[i] && axes[j])) M[i][j] = (i == j ? D.diagonal[i] : mixed(i, j)) / (spacing[i] * spacing[j]);
  const double size = M[0][0] + M[1][1] + M[2][2];

  // Four offsets that sum to nothing; whoever of them form an acute angle are turned until none do.
  std::array<Offset, 4> b = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}, {-1, -1, -1}}};
  for (bool again = true; again;) {
    again = false;
    for (std::size_t i = 0; i < 4 && !again; ++i)
      for (std::size_t j = i + 1; j < 4 && !again; ++j) {
        if (!(product(M, b[i], b[j]) > 1e-12 * size)) continue;
        std::array<std::size_t, 2> others{};
        std::size_t n = 0;
        for (std::size_t k = 0; k < 4; ++k)
          if (k != i && k != j) others[n++] = k;
        const Offset first = b[others[0]], second = b[others[1]], low = b[i], high = b[j];
        b = {{opposite(low), high, sum(first, low), sum(second, low)}};
        again = true;
      }
  }
  std::vector<LatticeDirection> found;
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = i + 1; j < 4; ++j) {
      const double rate = -product(M, b[i], b[j]);
      if (!(rate > 1e-9 * size)) continue;
      std::array<std::size_t, 2> others{};
      std::size_t n = 0;
      for (std::size_t k = 0; k < 4; ++k)
        if (k != i && k != j) others[n++] = k;
      const Offset e = forwards(cross(b[others[0]], b[others[1]]));
      bool inside = true;
      for (std::size_t d = 0; d < 3; ++d) inside = inside && (axes[d] || e[d] == 0);
      if (inside) found.push_back({e, rate});
    }
  return found;
}

}  // namespace tawara::propagation::monodomain
