#include "drugs/compounds.hpp"

#include <algorithm>
#include <array>

namespace tawara::drugs {
namespace {

constexpr Block bepridil[] = {
    {"I_Kr", 50, 0.92},       {"I_CaL", 2808.06, 0.6486}, {"I_NaL", 1813.91, 1.42},
    {"I_Na", 2929.27, 1.164}, {"I_Ks", 28628.3, 0.7061},  {"I_to", 8594.04, 3.54},
};
constexpr Block chlorpromazine[] = {
    {"I_Kr", 929.2, 0.85},   {"I_CaL", 8191.92, 0.8441}, {"I_NaL", 4559.55, 0.94},
    {"I_Na", 4535.6, 1.995}, {"I_to", 1.76167e7, 0.37},  {"I_K1", 9269.94, 0.6878},
};
constexpr Block cisapride[] = {
    {"I_Kr", 10.1, 0.73},   {"I_CaL", 9.25808e6, 0.43}, {"I_Ks", 8.11929e7, 0.29},
    {"I_to", 219112, 0.24}, {"I_K1", 29498, 0.51},
};
constexpr Block diltiazem[] = {
    {"I_Kr", 13150, 0.9254},  {"I_CaL", 112.13, 0.7142}, {"I_NaL", 21868.5, 0.68},
    {"I_Na", 110860, 0.7022}, {"I_to", 2.82153e9, 0.17},
};
constexpr Block dofetilide[] = {
    {"I_Kr", 4.87, 0.93},  {"I_CaL", 260.32, 1.16}, {"I_NaL", 753160, 0.26},
    {"I_Na", 380.5, 0.89}, {"I_to", 18.82, 0.77},   {"I_K1", 394.26, 0.77},
};
constexpr Block mexiletine[] = {
    {"I_Kr", 28880, 0.9246},
    {"I_CaL", 38243.6, 1.031},
    {"I_NaL", 8956.75, 1.41},
};
constexpr Block ondansetron[] = {
    {"I_Kr", 1320, 0.9134},  {"I_CaL", 22551.4, 0.7526}, {"I_NaL", 19180.8, 1.03},
    {"I_Na", 57666.4, 1.02}, {"I_Ks", 569807, 0.6534},   {"I_to", 1.02338e6, 0.99},
};
constexpr Block quinidine[] = {
    {"I_Kr", 992, 0.8199},   {"I_CaL", 51592.3, 0.5892}, {"I_NaL", 9416.98, 1.34},  {"I_Na", 12329, 1.494},
    {"I_Ks", 4898.9, 1.363}, {"I_to", 3487.43, 1.28},    {"I_K1", 3.95899e7, 0.35},
};
constexpr Block ranolazine[] = {
    {"I_Kr", 8270, 0.8866},
    {"I_NaL", 7884.47, 0.94},
    {"I_Na", 68774.5, 1.425},
    {"I_Ks", 3.6155e7, 0.52},
};
constexpr Block sotalol[] = {
    {"I_Kr", 110600, 0.7678},   {"I_CaL", 7.06153e6, 0.8651}, {"I_Na", 1.14e9, 0.51},
    {"I_Ks", 4.22186e6, 1.167}, {"I_to", 4.31435e7, 0.66},    {"I_K1", 3.05026e6, 1.204},
};
constexpr Block terfenadine[] = {
    {"I_Kr", 23, 0.6468},     {"I_CaL", 700.4, 0.6601}, {"I_NaL", 20056, 0.6},
    {"I_Na", 4803.18, 1.015}, {"I_Ks", 399754, 0.54},   {"I_to", 239961, 0.26},
};
constexpr Block verapamil[] = {
    {"I_Kr", 288, 0.96},     {"I_CaL", 201.783, 1.097}, {"I_NaL", 7028.01, 1.03},
    {"I_to", 13429.2, 0.82}, {"I_K1", 3.48913e8, 0.27},
};

constexpr std::array compounds = {
    Compound{"bepridil", Risk::high, 33, bepridil},
    Compound{"chlorpromazine", Risk::intermediate, 38, chlorpromazine},
    Compound{"cisapride", Risk::intermediate, 2.6, cisapride},
    Compound{"diltiazem", Risk::low, 122, diltiazem},
    Compound{"dofetilide", Risk::high, 2, dofetilide},
    Compound{"mexiletine", Risk::low, 4129, mexiletine},
    Compound{"ondansetron", Risk::intermediate, 139, ondansetron},
    Compound{"quinidine", Risk::high, 3237, quinidine},
    Compound{"ranolazine", Risk::low, 1948.2, ranolazine},
    Compound{"sotalol", Risk::high, 14690, sotalol},
    Compound{"terfenadine", Risk::intermediate, 4, terfenadine},
    Compound{"verapamil", Risk::low, 81, verapamil},
};

}  // namespace

std::span<const Compound> cipa_compounds() { return compounds; }

const Compound* find_compound(std::string_view name) {
  const auto found =
      std::find_if(compounds.begin(), compounds.end(), [&](const Compound& c) { return c.name == name; });
  return found == compounds.end() ? nullptr : &*found;
}

std::string_view name_of(Risk risk) {
  return risk == Risk::high ? "high" : risk == Risk::intermediate ? "intermediate" : "low";
}

}  // namespace tawara::drugs
