#pragma once
#include <span>
#include <vector>

#include "action_potentials.hpp"
#include "lead_field.hpp"

namespace tawara::ecg {

/// Eight leads from a stored V_m, in double: out(t) = L V_m(t).
///
/// @param L         n x 8
/// @param V_m       n x n_samples, mV
/// @param first, last  samples wanted
/// @param out       (last - first) x 8, overwritten
void ecg_of_voltage(std::span<const double> L, std::span<const float> V_m, std::size_t n_samples, std::size_t first,
                    std::size_t last, std::span<double> out);

/// The reference for binned_ecg: the same sum node by node and sample by sample in double, V_m never stored.
///
/// @param fields  L S^m by m (folded_lead_fields)
/// @param pieces  which samples use which m; out has a row for every sample from the first piece's first on
/// @param out     samples x 8, overwritten
void ecg_of_activation(std::span<const std::vector<double>> fields, std::span<const Segment> pieces,
                       const Activation& activation, const ApTable& AP, std::span<double> out);

}  // namespace tawara::ecg
