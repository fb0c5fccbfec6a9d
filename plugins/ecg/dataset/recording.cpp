#include "recording.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "tawara/error.hpp"
#include "text.hpp"

namespace tawara::ecg {
namespace {

constexpr double flat = 1e-3;  // mV peak to peak: below what any recorder resolves over a beat

std::optional<std::size_t> find(const Recording& recording, std::string_view lead) {
  for (std::size_t s = 0; s < recording.names.size(); ++s)
    if (upper(trimmed(recording.names[s])) == upper(lead)) return s;
  return std::nullopt;
}

std::vector<double> lead_in_millivolts(const Recording& recording, std::size_t s) {
  const auto scale = millivolts(recording.units[s]);
  if (!scale)
    throw DataError(fmt::format("{}: lead {} is in '{}'; expected a voltage (mV, uV or V)", recording.file,
                                recording.names[s], recording.units[s]));
  std::vector<double> lead = recording.signals[s];
  for (std::size_t j = 0; j < lead.size(); ++j) {
    if (std::isnan(lead[j]))
      throw DataError(
          fmt::format("{}: sample {} of lead {} is missing ({:.3f} s into the recording); cut the recording to "
                      "a stretch without gaps",
                      recording.file, j, recording.names[s], static_cast<double>(j) / recording.sampling_rate));
    lead[j] *= *scale;
    if (std::isinf(lead[j]))
      throw DataError(fmt::format("{}: sample {} of lead {} is infinite; check the gain in its header", recording.file,
                                  j, recording.names[s]));
  }
  const auto [low, high] = std::minmax_element(lead.begin(), lead.end());
  if (lead.empty() || *high - *low < flat)
    throw DataError(fmt::format("{}: lead {} is flat (less than {} mV from lowest to highest): was its electrode off?",
                                recording.file, recording.names[s], flat));
  return lead;
}

}  // namespace

std::optional<double> millivolts(std::string_view unit) {
  const std::string u = upper(trimmed(unit));
  if (u == "MV") return 1.0;  // nobody records megavolts
  if (u == "UV" || u == "\xC2\xB5V" || u == "\xCE\xBCV") return 1e-3;
  if (u == "NV") return 1e-6;
  if (u == "V") return 1e3;
  return std::nullopt;
}

TwelveLeads twelve_leads(const Recording& recording) {
  TwelveLeads leads;
  for (const std::size_t l : independent_rows) {
    const auto s = find(recording, lead_names[l]);
    if (!s)
      throw DataError(
          fmt::format("{}: lead {} is missing; found {}. Needed are I, II and V1 to V6 (the other four are "
                      "computed where they are missing)",
                      recording.file, lead_names[l], fmt::join(recording.names, ", ")));
    leads[l] = lead_in_millivolts(recording, *s);
  }
  for (std::size_t l = 2; l < 6; ++l) {
    if (const auto s = find(recording, lead_names[l])) {
      leads[l] = lead_in_millivolts(recording, *s);
      continue;
    }
    leads[l].resize(leads[0].size());
    for (std::size_t j = 0; j < leads[0].size(); ++j)
      leads[l][j] = twelve_leads(std::array<double, 8>{leads[0][j], leads[1][j]})[l];
  }
  return leads;
}

}  // namespace tawara::ecg
