#include "heart_component.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace tawara::geometry {
namespace {

Array vectors(const std::vector<Point>& points) {
  return Array::of(std::span(points.front().data(), 3 * points.size()), {points.size(), 3});
}

template <std::size_t N>
Array numbers(const std::vector<std::array<std::int32_t, N>>& elements) {
  Array array(DType::i32, {elements.size(), N});
  auto out = array.mutable_span<std::int32_t>().begin();
  for (const auto& element : elements) out = std::copy(element.begin(), element.end(), out);
  return array;
}

Array field(const Field& values) {
  const auto n = static_cast<std::size_t>(values.size());
  return Array::of(std::span(values.data(), n), {n});
}

}  // namespace

void describe_heart(Descriptor& d) {
  d.cacheable = true;
  d.number("edge", "mm", 1.5)
      .allowed(0.3, 10)
      .usual(1, 3)
      .may_vary()
      .says(
          "Mean edge length over all edges of the mesh, met within 3 %. 1.5 mm gives about 60 000 nodes in an adult "
          "heart.");
  const char* bayer = "Bayer et al., Ann Biomed Eng 2012; Streeter et al., Circ Res 1969";
  d.number("helix_endo", "deg", 60)
      .allowed(-90, 90)
      .usual(40, 70)
      .may_vary()
      .says(
          "Fibre angle against the circumference at the endocardia; positive climbs to the base anticlockwise seen "
          "from there.")
      .from(bayer);
  d.number("helix_epi", "deg", -60)
      .allowed(-90, 90)
      .usual(-70, -40)
      .may_vary()
      .says("The same at the epicardium; linear in depth between.")
      .from(bayer);
  d.number("sheet_endo", "deg", -65)
      .allowed(-90, 90)
      .may_vary()
      .says("Sheet angle against the outward transmural direction at the endocardia; positive tilts to the base.")
      .from(bayer);
  d.number("sheet_epi", "deg", 25).allowed(-90, 90).may_vary().says("The same at the epicardium.").from(bayer);

  d.constant("nodes", "mm", "n_nodes x 3").shown_as(Hint::mesh).says("Patient axes: +x left, +y back, +z head.");
  d.constant("tetrahedra", "1", "n_tetrahedra x 4").shown_as(Hint::mesh).says("Node numbers from 0, positive volume.");
  d.constant("fibre", "1", "n_nodes x 3").shown_as(Hint::field).says("Unit vector along the fibre.");
  d.constant("sheet", "1", "n_nodes x 3").shown_as(Hint::field).says("Unit vector across the fibre, in the sheet.");
  d.constant("normal", "1", "n_nodes x 3").shown_as(Hint::field).says("Unit vector across the sheet.");
  for (const char* surface : {"epi", "lv_endo", "rv_endo", "base"})
    d.constant(surface, "1", std::string("n_") + surface + " x 3")
        .shown_as(Hint::mesh)
        .says("Triangles, normals out of the muscle.");
  d.constant("ab", "1", "n_nodes").shown_as(Hint::field).says("Apex 0 to base 1, even with arc length.");
  d.constant("rt", "1", "n_nodes")
      .shown_as(Hint::field)
      .says("Rotation: posterior junction 0, free wall 0.35, anterior junction 0.6, septum 0.85; wraps at 1.");
  d.constant("tm", "1", "n_nodes")
      .shown_as(Hint::field)
      .says("Epicardium 0, endocardium 1; the right side of the septum is 0.");
  d.constant("aprt", "1", "n_nodes").shown_as(Hint::field).says("Posterior 0 to anterior 1, a projection.");
  d.constant("rvlv", "1", "n_nodes").shown_as(Hint::field).says("Left 0 to right 1, a projection.");
  d.constant("n_nodes", "1", "").summary_as("nodes").says("Nodes of the mesh.");
  d.constant("n_tetrahedra", "1", "").summary_as("tetrahedra").says("Tetrahedra of the mesh.");
  d.constant("mean_edge", "mm", "").summary_as("mean_edge_mm").says("Over all edges of the mesh.");
  d.constant("muscle_volume", "ml", "").summary_as("muscle_ml").says("Volume of the muscle.");
  d.constant("min_dihedral", "deg", "")
      .summary_as("min_dihedral_deg")
      .says("Smallest angle between two faces of a tetrahedron.");
}

FibreAngles fibre_angles(const Settings& settings) {
  return {.helix_endo = settings.number("helix_endo"),
          .helix_epi = settings.number("helix_epi"),
          .sheet_endo = settings.number("sheet_endo"),
          .sheet_epi = settings.number("sheet_epi")};
}

void publish(PrepareContext& context, const Heart& heart) {
  const HeartMesh& mesh = heart.mesh;
  const MeshQuality& quality = heart.quality;
  context.put("nodes", vectors(mesh.nodes));
  context.put("tetrahedra", numbers(mesh.tetrahedra));
  context.put("fibre", vectors(heart.fibres.fibre));
  context.put("sheet", vectors(heart.fibres.sheet));
  context.put("normal", vectors(heart.fibres.normal));
  context.put("epi", numbers(mesh.epi));
  context.put("lv_endo", numbers(mesh.lv_endo));
  context.put("rv_endo", numbers(mesh.rv_endo));
  context.put("base", numbers(mesh.base));
  context.put("ab", field(heart.coordinates.ab));
  context.put("rt", field(heart.coordinates.rt));
  context.put("tm", field(heart.coordinates.tm));
  context.put("aprt", field(heart.coordinates.aprt));
  context.put("rvlv", field(heart.coordinates.rvlv));
  context.put("n_nodes", static_cast<double>(mesh.nodes.size()));
  context.put("n_tetrahedra", static_cast<double>(mesh.tetrahedra.size()));
  context.put("mean_edge", quality.mean_edge);
  context.put("muscle_volume", quality.volume);
  context.put("min_dihedral", quality.min_dihedral);

  char line[256];
  std::snprintf(
      line, sizeof line,
      "heart: %zu nodes, %zu tetrahedra, mean edge %.2f mm, smallest dihedral angle %.1f degrees, muscle %.1f ml",
      mesh.nodes.size(), mesh.tetrahedra.size(), quality.mean_edge, quality.min_dihedral, quality.volume);
  context.host().info(line);
  const double edge = context.settings().number("edge");
  if (std::abs(quality.mean_edge / edge - 1) > 0.03) {
    std::snprintf(line, sizeof line,
                  "the mean edge is %.2f mm, not the %.2f mm asked for: walls are too thin for that edge",
                  quality.mean_edge, edge);
    context.host().warn(line);
  }
  if (quality.min_dihedral < 5)
    context.host().warn(
        "the flattest tetrahedron, at " + place(quality.worst_place) +
        ", has an angle below 5 degrees: gradients there are poor; a smaller edge helps where the wall is thin");
}

Checkpoint checkpoint(Host& host, Progress& progress) {
  return [&host, &progress](double fraction, std::string_view stage) {
    if (host.cancelled()) throw Cancelled();
    progress.update(fraction, 1, stage);
  };
}

}  // namespace tawara::geometry
