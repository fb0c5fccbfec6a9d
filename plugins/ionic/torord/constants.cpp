#include "torord/constants.hpp"

namespace tawara::torord {
namespace {

struct ByLayer {
  double endo, mid, epi;
  [[nodiscard]] double at(Layer layer) const { return layer == Layer::endo ? endo : layer == Layer::mid ? mid : epi; }
};

// Factors that every sex shares: Tomek et al. 2019, appendix, transmural heterogeneity.
void apply_layer(Constants& c, Layer layer) {
  c.G_NaL *= ByLayer{1, 1, 0.6}.at(layer);
  c.G_to *= ByLayer{1, 2, 2}.at(layer);
  c.P_NaK *= ByLayer{1, 0.7, 0.9}.at(layer);
  c.G_Kb *= ByLayer{1, 1, 0.6}.at(layer);
  c.J_up *= ByLayer{1, 1, 1.3}.at(layer);
  c.J_rel_inf *= ByLayer{1, 1.7, 1}.at(layer);
  c.epi = layer == Layer::epi ? 1 : 0;
}

// The part of the layer factors that the sex-specific models replace.
void apply_published_layer(Constants& c, Layer layer) {
  c.P_Ca *= ByLayer{1, 2, 1.2}.at(layer);
  c.G_Kr *= ByLayer{1, 0.8, 1.3}.at(layer);
  c.G_Ks *= ByLayer{1, 1, 1.4}.at(layer);
  c.G_K1 *= ByLayer{1, 1.3, 1.2}.at(layer);
  c.G_NaCa *= ByLayer{1, 1.4, 1.1}.at(layer);
  c.cmdn_max *= ByLayer{1, 1, 1.3}.at(layer);
}

// Holmes et al. 2025: a recalibrated male cell, and factors of sex and layer upon it. The paper's other two changes
// belong to the contractile model (troponin rate) and are not here.
void apply_sex(Constants& c, Sex sex, Layer layer) {
  c.G_Kb = 0.0236;
  c.G_pCa = 4e-4;
  c.cmdn_max = 0.046;
  c.G_NaL = 0.0296;
  c.G_Kr = 0.0353;
  c.G_Ks = 0.0012;
  c.G_K1 = 0.7481;
  c.J_rel *= 0.99;
  c.tau_diff_Ca = 0.1;

  const bool male = sex == Sex::male;
  c.G_pCa *= (male ? ByLayer{1, 2.5, 0.88} : ByLayer{1.6, 4, 1.6}).at(layer);
  c.cmdn_max *= (male ? ByLayer{1, 1, 1.07} : ByLayer{1.21, 1.21, 1.41}).at(layer);
  c.G_Kr *= (male ? ByLayer{1, 0.8, 1.09} : ByLayer{0.79, 0.632, 0.875}).at(layer);
  c.G_Ks *= (male ? ByLayer{1, 1, 1.04} : ByLayer{0.83, 0.83, 0.87}).at(layer);
  c.G_K1 *= (male ? ByLayer{1, 1.3, 0.98} : ByLayer{0.86, 1.18, 0.74}).at(layer);
  c.G_NaCa *= (male ? ByLayer{1, 1.4, 1} : ByLayer{1.15, 1.4, 1.15}).at(layer);
  c.P_Ca *= ByLayer{1, 1.8, 1.05}.at(layer);
  // In the published female file but not in the paper's table; it spares the phosphorylated uptake.
  if (!male) c.J_up_nonphosphorylated = 0.94;
}

}  // namespace

Constants constants_for(Sex sex, Layer layer) {
  Constants c;
  if (sex == Sex::baseline) {
    apply_published_layer(c, layer);
  } else {
    apply_sex(c, sex, layer);
  }
  apply_layer(c, layer);
  return c;
}

const std::array<double, n_states>& initial_state(Layer layer) {
  // clang-format off
  static constexpr std::array<double, n_states> endo = {
      -88.7638, 12.1025, 12.1029, 142.3002, 142.3002, 8.1583e-05, 7.0305e-05, 1.5211, 1.5214,  // V_m, concentrations
      0.00080572, 0.6707, 0.8286, 0.8284, 0.8281, 0.0001629, 0.5255, 0.2872,                   // I_Na, I_NaL
      0.00095098, 0.9996, 0.5936, 0.00048454, 0.9996, 0.6538,                                  // I_to
      8.1084e-09, 1, 0.939, 1, 0.9999, 1, 0.00066462, 0.0012, 1, 1,                            // I_CaL
      0.248, 0.00017707, 1.6129e-22, 0.0111,                                                   // I_Ks, J_rel, CaMK
      0.9981, 0.00085109, 0.00070344, 0.00037585, 1.3289e-05, 1.2475e-20};                     // I_Kr, J_rel
  static constexpr std::array<double, n_states> epi = {
      -89.14, 12.8363, 12.8366, 142.6951, 142.6951, 6.6309e-05, 5.7672e-05, 1.8119, 1.8102,
      0.00074303, 0.6828, 0.836, 0.8359, 0.8357, 0.00015166, 0.5401, 0.3034,
      0.00092716, 0.9996, 0.9996, 0.0004724, 0.9996, 0.9996,
      0, 1, 0.9485, 1, 0.9999, 1, 0.00030853, 0.00053006, 1, 1,
      0.2309, 0.00016975, 2.8189e-24, 0.0129,
      0.9982, 0.00082869, 0.00067941, 0.00027561, 9.5416e-06, 0};
  static constexpr std::array<double, n_states> mid = {
      -88.95901, 14.99682, 14.99743, 142.6254, 142.6253, 9.17163e-05, 7.251397e-05, 1.943228, 1.950396,
      0.0007725668, 0.6770133, 0.8324343, 0.83229, 0.8318086, 0.0001569683, 0.5271749, 0.280556,
      0.0009385454, 0.999623, 0.56899, 0.0004781995, 0.999623, 0.6276854,
      5.599217e-28, 1, 0.9211262, 1, 0.9997994, 0.9999673, 0.0007489151, 0.00184513, 1, 1,
      0.2649645, 0.0001732433, 2.123119e-20, 0.01878987,
      0.9979005, 0.0008392512, 0.0007048464, 0.00053662, 1.880364e-05, 9.419014e-19};
  // clang-format on
  return layer == Layer::endo ? endo : layer == Layer::mid ? mid : epi;
}

const std::array<double, n_states_dyncl>& initial_state_dyncl(Layer layer) {
  // clang-format off
  static constexpr std::array<double, n_states_dyncl> endo = {
      -89.74808, 12.39736, 12.3977, 147.7115, 147.7114, 7.453481e-05, 6.497341e-05, 1.528001, 1.525693,
      0.0006517154, 0.7018454, 0.8473267, 0.8471657, 0.8469014, 0.0001351203, 0.5566017, 0.3115491,
      0.0008899259, 0.9996716, 0.5988908, 0.0004534165, 0.9996716, 0.6620692,
      1.588841e-31, 1, 0.9401791, 1, 0.9999014, 0.9999846, 0.0004899378, 0.0008326009, 1, 1,
      0.243959, 0.0001586167, 1.808248e-22, 0.01095026,
      0.9982511, 0.000793602, 0.0006532143, 0.0002922449, 9.804083e-06, 4.358608e-21,
      29.20698, 29.20696};
  static constexpr std::array<double, n_states_dyncl> epi = {
      -90.74563, 13.40062, 13.40094, 152.3639, 152.3638, 6.621816e-05, 5.749921e-05, 1.806794, 1.805047,
      0.0005253231, 0.7313656, 0.8645148, 0.8644571, 0.8643527, 0.0001117969, 0.5916536, 0.3476812,
      0.0008320408, 0.9997242, 0.9997235, 0.0004239121, 0.9997242, 0.9997241,
      -2.486527e-36, 1, 0.9510602, 1, 0.9999377, 0.9999886, 0.0003049523, 0.0005272668, 1, 1,
      0.2233584, 0.0001418247, 6.778827e-25, 0.01273541,
      0.9984733, 0.0007393045, 0.0006029079, 0.0001787783, 5.678255e-06, -1.581941e-23,
      34.31721, 34.31719};
  static constexpr std::array<double, n_states_dyncl> mid = {
      -91.33918, 15.94867, 15.94922, 156.7131, 156.713, 8.297576e-05, 6.642187e-05, 2.012225, 2.016415,
      0.0004619565, 0.7478972, 0.8739077, 0.8737841, 0.8735375, 9.987709e-05, 0.5986118, 0.3339899,
      0.0007994042, 0.9997514, 0.5702538, 0.0004072777, 0.9997514, 0.6351927,
      -8.334604e-30, 1, 0.9183587, 1, 0.999754, 0.9999743, 0.000533652, 0.001257861, 1, 1,
      0.2642293, 0.0001327348, -1.300486e-21, 0.0201882,
      0.9983451, 0.000708646, 0.0005910047, 0.0003445733, 1.06423e-05, -7.610714e-20,
      48.91277, 48.91274};
  // clang-format on
  return layer == Layer::endo ? endo : layer == Layer::mid ? mid : epi;
}

}  // namespace tawara::torord
