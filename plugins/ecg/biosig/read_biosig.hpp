// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <filesystem>

#include "dataset/recording.hpp"

namespace tawara::ecg {

/// Whatever libbiosig opens: SCP-ECG, HL7 aECG, EDF, BDF, GDF, ISHNE and some dozens more.
/// @throws DataError with libbiosig's own reason
[[nodiscard]] Recording read_biosig(const std::filesystem::path& file);

}  // namespace tawara::ecg
