#pragma once
#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "leads.hpp"

namespace tawara::ecg {

/// What a file holds: signals by name, all of one length, in the units the file states.
struct Recording {
  std::string file;          ///< for messages
  double sampling_rate = 0;  ///< Hz
  std::vector<std::string> names;
  std::vector<std::string> units;
  std::vector<std::vector<double>> signals;  ///< NaN where the file marks a sample as missing
  std::vector<std::string> remarks;          ///< what a reader of results should know
};

/// Twelve leads of equal length in the order of lead_names, mV.
using TwelveLeads = std::array<std::vector<double>, n_leads>;

/// Factor to mV of "mV", "uV", "V", ...; nothing for what is no voltage.
[[nodiscard]] std::optional<double> millivolts(std::string_view unit);

/// Pick the leads by name in any case; III, aVR, aVL and aVF follow from I and II where they are missing.
/// @throws DataError for a missing lead, a unit that is no voltage, a missing sample, a flat lead
[[nodiscard]] TwelveLeads twelve_leads(const Recording& recording);

/// A WFDB record (PhysioNet): header .hea and signal files of format 16, 80 or 212, any number of them.
/// @param header  the .hea file, or a .dat file beside it
/// @throws DataError with file and line or byte counts
/// Source: WFDB Applications Guide, header(5) and signal(5).
[[nodiscard]] Recording read_wfdb(const std::filesystem::path& header);

/// Columns with a header that names the leads, optionally with units ("V1 [uV]", mV otherwise), and optionally a column
/// "t" or "time" ("time [s]", ms otherwise), evenly spaced.
/// @param sampling_rate  Hz, for files without a time column
/// @throws DataError with row and column; ScenarioError("sampling_rate") when the rate is neither in the file nor
/// given, or
///         contradicts the file
[[nodiscard]] Recording read_csv(const std::filesystem::path& file, std::optional<double> sampling_rate);

}  // namespace tawara::ecg
