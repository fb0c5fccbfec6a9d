#include <cmath>

#include "toy_components.hpp"

namespace tawara::toys {
namespace {

const std::vector<std::string> lead_names = {"I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"};
constexpr std::size_t n_samples = 300, n_qrs = 100;

double bump(double t, double centre, double width) {
  return std::exp(-(t - centre) * (t - centre) / (2 * width * width));
}

class PreparedLeads final : public Prepared {
 public:
  void evaluate(int group, Row& row) const override {
    const double difference = row.number("difference");
    const std::size_t n = group == 0 ? n_qrs : n_samples;
    Array& out = row.output(group == 0 ? "qrs" : "leads");
    out.reshape(DType::f64, {lead_names.size(), n});
    const auto leads = out.mutable_span<double>();
    for (std::size_t j = 0; j < n; ++j) {
      const auto t = static_cast<double>(j);
      const auto value = [&](double r, double s) {
        return r * bump(t, 30, 8) - s * bump(t, 50, 8) + 0.3 * bump(t, 200, 20) + difference * bump(t, 65, 15);
      };
      const double I = value(0.8, 0.3), II = value(1.2, 0.4);
      const double limb[] = {I, II, II - I, -(I + II) / 2, I - II / 2, II - I / 2};
      for (std::size_t l = 0; l < 6; ++l) {
        leads[l * n + j] = limb[l];
        leads[(l + 6) * n + j] = value(0.2 + 0.2 * static_cast<double>(l), 1.2 - 0.2 * static_cast<double>(l));
      }
    }
  }
};

}  // namespace

Descriptor Electrodes::describe() {
  Descriptor d("ecg.toy_electrodes", "Ten electrodes at fixed places");
  d.maturity = Maturity::stable;
  for (const char* axis : {"x", "y", "z"})
    d.number(std::string("offset_") + axis, "mm", 0).usual(-100, 100).says("Moves all of them.");
  d.constant("electrodes", "mm", "10 x 3")
      .rows({"LA", "RA", "LL", "RL", "V1", "V2", "V3", "V4", "V5", "V6"})
      .says("Positions of LA RA LL RL V1..V6, patient axes.");
  return d;
}

std::unique_ptr<const Prepared> Electrodes::prepare(PrepareContext& context) const {
  std::vector<double> positions = {150, 0,   180, -150, 0,   180, 100, 0,   -250, -100, 0,   -250, -30, -100, 15,
                                   0,   -90, 15,  40,   -80, 0,   80,  -60, -15,  120,  -20, -15,  140, 30,   -15};
  for (std::size_t i = 0; i < positions.size(); ++i)
    positions[i] += context.settings().number(i % 3 == 0 ? "offset_x" : i % 3 == 1 ? "offset_y" : "offset_z");
  context.put("electrodes", Array::of(positions, {10, 3}));
  return nullptr;
}

Descriptor Leads::describe() {
  Descriptor d("ecg.toy_leads", "Twelve leads drawn by formula");
  d.maturity = Maturity::stable;
  d.doc = "A QRS complex and a T wave per lead, and `difference` times a bump after the QRS complex.";
  d.number("difference", "1", 0).evaluate().at_least(0).usual(0, 1).says("Of two recordings.");
  d.constant("t", "ms", "n_samples").says("Time of each sample.");
  d.output("qrs", "1", "12 x n_qrs").rows(lead_names).says("The first 100 ms.");
  Output& leads = d.output("leads", "1", "12 x n_samples").shown_as(Hint::leads).rows(lead_names);
  leads.says("I II III aVR aVL aVF V1..V6.");
  leads.group = 1;
  return d;
}

std::unique_ptr<const Prepared> Leads::prepare(PrepareContext& context) const {
  std::vector<double> t;
  for (std::size_t j = 0; j < n_samples; ++j) t.push_back(static_cast<double>(j));
  context.put("t", Array::of(t));
  return std::make_unique<PreparedLeads>();
}

}  // namespace tawara::toys
