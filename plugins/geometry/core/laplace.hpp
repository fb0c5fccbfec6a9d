#pragma once
#include <Eigen/SparseCore>
#include <span>

#include "heart_mesh.hpp"

namespace tawara::geometry {

using SparseMatrix = Eigen::SparseMatrix<double, Eigen::RowMajor>;
using Field = Eigen::VectorXd;  ///< one number per node

/// Linear finite elements on the tetrahedra of a mesh: what all harmonic fields of a heart are made from.
struct Elements {
  explicit Elements(const HeartMesh& mesh);

  const HeartMesh& mesh;
  std::vector<double> volumes;                  ///< mm3, per tetrahedron
  std::vector<std::array<Point, 4>> gradients;  ///< of the four hat functions, 1/mm, per tetrahedron
  SparseMatrix stiffness;                       ///< integral of grad N_i . grad N_j, mm
  Field lumped_mass;                            ///< mm3

  /// Gradient of a field in each tetrahedron, per mm.
  [[nodiscard]] std::vector<Point> gradient_in_tetrahedra(const Field& field) const;
  /// The same at the nodes: mean over the tetrahedra around, weighted by volume.
  [[nodiscard]] std::vector<Point> gradient_at_nodes(const Field& field) const;
};

/// Values a solution is held to at some nodes.
struct Fixed {
  explicit Fixed(std::size_t n_nodes) : is_fixed(n_nodes, 0), value(Field::Zero(n_nodes)) {}
  std::vector<char> is_fixed;
  Field value;

  void set(std::int32_t node, double to) {
    is_fixed[node] = 1;
    value[node] = to;
  }
  void set(std::span<const Triangle> surface, double to) {
    for (const Triangle& triangle : surface)
      for (const std::int32_t node : triangle) set(node, to);
  }
};

/// Solve A u = load at the free nodes, u given at the fixed ones. A is symmetric and positive definite there.
///
/// Conjugate gradients with the diagonal as preconditioner, to a relative residual of `tolerance`: at 60 000 nodes this
/// beats incomplete and complete Cholesky (measured), and it gives the same bytes every time.
/// @throws SolverError when it does not converge
[[nodiscard]] Field solve(const SparseMatrix& A, const Field& load, const Fixed& fixed, double tolerance = 1e-8);

/// Harmonic field between fixed values: no load, kept within the range of the fixed values (obtuse tetrahedra can push
/// linear elements slightly past it).
[[nodiscard]] Field solve_laplace(const Elements& elements, const Fixed& fixed);

}  // namespace tawara::geometry
