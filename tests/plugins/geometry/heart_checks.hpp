#pragma once
#include <doctest/doctest.h>

#include <cmath>

#include "boundary.hpp"
#include "heart.hpp"

/// What must hold for every finished heart.
inline void check_heart(const tawara::geometry::Heart& heart) {
  using namespace tawara::geometry;
  const HeartMesh& mesh = heart.mesh;
  const auto n = static_cast<Eigen::Index>(mesh.nodes.size());

  HeartMesh again = mesh;
  orient_and_check_boundary(again);  // throws unless the surfaces cover the boundary exactly once
  CHECK(again.tetrahedra == mesh.tetrahedra);
  CHECK(again.epi == mesh.epi);
  CHECK(again.lv_endo == mesh.lv_endo);
  CHECK(again.rv_endo == mesh.rv_endo);
  CHECK(again.base == mesh.base);

  const Coordinates& c = heart.coordinates;
  for (const Field* field : {&c.ab, &c.rt, &c.tm, &c.aprt, &c.rvlv}) {
    REQUIRE(field->size() == n);
    CHECK(field->allFinite());
    CHECK(field->minCoeff() >= 0);
    CHECK(field->maxCoeff() <= 1);
  }
  CHECK(c.rt.maxCoeff() < 1);
  CHECK(c.ab.minCoeff() == 0);
  for (const std::int32_t node : nodes_of(mesh.base)) CHECK(c.ab[node] == 1);
  for (const std::int32_t node : nodes_of(mesh.lv_endo)) CHECK(c.tm[node] == 1);
  for (const std::int32_t node : nodes_of(mesh.epi)) CHECK(c.tm[node] == 0);
  std::size_t septal = 0, free = 0;
  for (const std::int32_t node : nodes_of(mesh.rv_endo)) (c.tm[node] == 0 ? septal : free) += 1;
  CHECK(septal > 0.1 * static_cast<double>(free));
  CHECK(free > 0.1 * static_cast<double>(septal));

  double worst = 0;
  for (Eigen::Index i = 0; i < n; ++i) {
    Eigen::Matrix3d triad;
    triad << heart.fibres.fibre[i], heart.fibres.sheet[i], heart.fibres.normal[i];
    worst = std::max(worst, (triad.transpose() * triad - Eigen::Matrix3d::Identity()).norm());
  }
  CHECK(worst < 1e-12);
}
