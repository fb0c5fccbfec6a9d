#pragma once
#include <vector>

#include "tawara/component.hpp"

namespace tawara::ecg {

/// `ecg.pseudo` on a source that gives LAT, action potentials and smoothing: folds the lead fields, keeps the table.
/// @param L  n x 8 (lead_field)
/// @throws DataError when the source's constants do not fit one another or the mesh
[[nodiscard]] std::unique_ptr<const Prepared> prepare_activation_ecg(const PrepareContext& context,
                                                                     std::vector<double> L, std::size_t n_qrs);

}  // namespace tawara::ecg
