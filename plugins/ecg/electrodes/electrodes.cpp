#include "electrodes.hpp"

#include <fmt/format.h>

#include "electrode_set.hpp"
#include "tawara/geometry.hpp"

namespace tawara::ecg {
namespace {

/// The rule's table as Markdown, so that the documentation shows the numbers in use.
std::string table_in_words() {
  std::string text = "| electrode | angle [degrees] | height [mm] |\n|---|---|---|\n";
  for (std::size_t e = 0; e < n_electrodes; ++e)
    text += fmt::format("| {} | {} | {} |\n", electrode_names[e], torso_table[e].angle, torso_table[e].height);
  return text;
}

}  // namespace

Descriptor Electrodes::describe() {
  Descriptor d("ecg.electrodes", "Electrodes of a 12-lead ECG about a heart, from a file or by rule");
  d.doc =
      "Ten positions in the order LA RA LL RL V1..V6. Without a `file` they are put on an upright elliptic cylinder "
      "whose axis passes `heart_left` to the right of and `heart_front` behind the heart's centre of mass. Angles "
      "run about the axis from the front mid-line (0) to the left side (+90); heights are above the heart's centre "
      "of mass.\n\n" +
      table_in_words();
  const TorsoRule rule;
  d.path("file").absent_by_default().says(
      "CSV with name,x,y,z per row in any order, or ten rows x,y,z in the order LA RA LL RL V1..V6; mm, in the "
      "mesh's axes. Absent: the rule is used");
  d.number("half_width", "mm", rule.half_width).above(0).usual(130, 200).says("Half-axis of the torso, left to right");
  d.number("half_depth", "mm", rule.half_depth).above(0).usual(90, 150).says("Half-axis of the torso, front to back");
  d.number("heart_left", "mm", rule.heart_left).usual(0, 50).says("How far the heart lies left of the mid-line");
  d.number("heart_front", "mm", rule.heart_front)
      .usual(0, 50)
      .says("How far the heart lies in front of the torso's axis");
  d.slot("geometry", "geometry").needs("nodes", "mm").needs("tetrahedra", "1").says("The heart");
  d.constant("electrodes", "mm", "10 x 3")
      .rows({electrode_names.begin(), electrode_names.end()})
      .says("Positions of LA RA LL RL V1..V6, patient axes");
  d.constant_table("positions").shown_as(Hint::table).says("The same by name");
  return d;
}

Electrodes::Electrodes(const Settings&) {}

std::unique_ptr<const Prepared> Electrodes::prepare(PrepareContext& context) const {
  const Settings& settings = context.settings();
  const auto heart = GeometryView::of(context.input("geometry"));
  const ElectrodeSet electrodes = settings.has("file")
                                      ? read_electrodes(settings.path("file"))
                                      : electrodes_by_rule(centre_of_mass(heart.nodes, heart.tetrahedra),
                                                           {.half_width = settings.number("half_width"),
                                                            .half_depth = settings.number("half_depth"),
                                                            .heart_left = settings.number("heart_left"),
                                                            .heart_front = settings.number("heart_front")});
  require_outside(heart.nodes, heart.tetrahedra, electrodes);

  std::vector<double> flat;
  std::array<std::vector<double>, 3> columns;
  for (const Point& x : electrodes)
    for (std::size_t k = 0; k < 3; ++k) {
      flat.push_back(x[k]);
      columns[k].push_back(x[k]);
    }
  context.put("electrodes", Array::of(flat, {n_electrodes, 3}));
  Table positions;
  positions.add_text("electrode", {electrode_names.begin(), electrode_names.end()});
  positions.add("x", "mm", columns[0]).add("y", "mm", columns[1]).add("z", "mm", columns[2]);
  context.put("positions", std::move(positions));
  return nullptr;
}

}  // namespace tawara::ecg
