#include "laplace.hpp"

#include <Eigen/Dense>
#include <Eigen/IterativeLinearSolvers>
#include <algorithm>
#include <limits>
#include <string>

#include "mesh_quality.hpp"
#include "tawara/error.hpp"

namespace tawara::geometry {

Elements::Elements(const HeartMesh& m) : mesh(m) {
  const auto n = static_cast<Eigen::Index>(mesh.nodes.size());
  volumes.reserve(mesh.tetrahedra.size());
  gradients.reserve(mesh.tetrahedra.size());
  lumped_mass = Field::Zero(n);
  std::vector<Eigen::Triplet<double>> entries;
  entries.reserve(16 * mesh.tetrahedra.size());
  for (const Tetrahedron& t : mesh.tetrahedra) {
    const double six = six_volumes(mesh, t);
    Eigen::Matrix3d edges;
    for (int k = 0; k < 3; ++k) edges.row(k) = (mesh.nodes[t[k + 1]] - mesh.nodes[t[0]]).transpose();
    const Eigen::Matrix3d inverse = edges.inverse();
    std::array<Point, 4> gradient;
    for (int k = 0; k < 3; ++k) gradient[k + 1] = inverse.col(k);
    gradient[0] = -(gradient[1] + gradient[2] + gradient[3]);
    for (int i = 0; i < 4; ++i) {
      lumped_mass[t[i]] += six / 24;
      for (int j = 0; j < 4; ++j) entries.emplace_back(t[i], t[j], six / 6 * gradient[i].dot(gradient[j]));
    }
    volumes.push_back(six / 6);
    gradients.push_back(gradient);
  }
  stiffness.resize(n, n);
  stiffness.setFromTriplets(entries.begin(), entries.end());
}

std::vector<Point> Elements::gradient_in_tetrahedra(const Field& field) const {
  std::vector<Point> result(mesh.tetrahedra.size(), Point::Zero());
  for (std::size_t e = 0; e < result.size(); ++e)
    for (int k = 0; k < 4; ++k) result[e] += field[mesh.tetrahedra[e][k]] * gradients[e][k];
  return result;
}

std::vector<Point> Elements::gradient_at_nodes(const Field& field) const {
  const std::vector<Point> inside = gradient_in_tetrahedra(field);
  std::vector<Point> result(mesh.nodes.size(), Point::Zero());
  for (std::size_t e = 0; e < inside.size(); ++e)
    for (const std::int32_t node : mesh.tetrahedra[e]) result[node] += volumes[e] / 4 * inside[e];
  for (std::size_t i = 0; i < result.size(); ++i)
    if (lumped_mass[i] > 0) result[i] /= lumped_mass[i];
  return result;
}

Field solve(const SparseMatrix& A, const Field& load, const Fixed& fixed, double tolerance) {
  const Eigen::Index n = A.rows();
  std::vector<Eigen::Index> free_number(n, -1);
  Eigen::Index n_free = 0;
  for (Eigen::Index i = 0; i < n; ++i)
    if (!fixed.is_fixed[i]) free_number[i] = n_free++;

  Field result = fixed.value;
  if (n_free == 0) return result;

  SparseMatrix free_matrix(n_free, n_free);
  free_matrix.reserve(Eigen::VectorXi::Constant(n_free, 24));
  Field right(n_free);
  for (Eigen::Index i = 0; i < n; ++i) {
    if (free_number[i] < 0) continue;
    double sum = load[i];
    for (SparseMatrix::InnerIterator entry(A, i); entry; ++entry) {
      const Eigen::Index column = free_number[entry.col()];
      if (column < 0)
        sum -= entry.value() * fixed.value[entry.col()];
      else
        free_matrix.insert(free_number[i], column) = entry.value();
    }
    right[free_number[i]] = sum;
  }
  free_matrix.makeCompressed();

  Eigen::ConjugateGradient<SparseMatrix, Eigen::Lower | Eigen::Upper> solver;
  solver.setTolerance(tolerance);
  solver.setMaxIterations(20000);
  solver.compute(free_matrix);
  const Field free_values = solver.solve(right);
  if (solver.info() != Eigen::Success || !free_values.allFinite())
    throw SolverError("a Laplace problem on the mesh did not converge (relative residual " +
                      std::to_string(solver.error()) +
                      "): its tetrahedra are too flat or not connected; ask for a smaller edge");
  for (Eigen::Index i = 0; i < n; ++i)
    if (free_number[i] >= 0) result[i] = free_values[free_number[i]];
  return result;
}

Field solve_laplace(const Elements& elements, const Fixed& fixed) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (std::size_t i = 0; i < fixed.is_fixed.size(); ++i)
    if (fixed.is_fixed[i]) {
      low = std::min(low, fixed.value[i]);
      high = std::max(high, fixed.value[i]);
    }
  const Field no_load = Field::Zero(fixed.value.size());
  return solve(elements.stiffness, no_load, fixed).cwiseMax(low).cwiseMin(high);
}

}  // namespace tawara::geometry
