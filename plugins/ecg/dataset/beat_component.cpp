#include "beat_component.hpp"

#include <fmt/format.h>

#include "beats.hpp"
#include "filters.hpp"
#include "text.hpp"

namespace tawara::ecg {

void describe_beat(Descriptor& d) {
  d.number("duration", "ms", 450).allowed(50, 2000).usual(400, 500).says("Length of the beat from QRS onset");
  d.choice("average", "mean", {{"mean", "Least noise"}, {"median", "Unmoved by a few odd beats"}})
      .says("How beats become one, sample by sample");
  d.number("high_pass", "Hz", 0.001)
      .allowed(0, 5)
      .usual(0, 0.5)
      .says(
          "Cut-off of the zero-phase Butterworth high-pass (4th order); 0 for none. Baseline wander goes with each "
          "beat's baseline anyway, and cut-offs from 0.5 Hz on bend the ST segment");
  d.number("low_pass", "Hz", 100)
      .allowed(0, 500)
      .usual(40, 150)
      .says("Cut-off of the zero-phase Butterworth low-pass (4th order); 0 for none");
  d.constant("leads", "mV", "12 x n_samples")
      .shown_as(Hint::leads)
      .rows(lead_labels())
      .says("One averaged beat at 1 kHz, time 0 at QRS onset, zero just before it; I II III aVR aVL aVF V1..V6");
  d.constant("t", "ms", "n_samples").says("Time from QRS onset");
  d.constant("heart_rate", "1/min", "").summary_as("heart_rate").says("60 000 / RR");
  d.constant("RR", "ms", "").summary_as("RR").says("Mean of the intervals within 20 % of their median");
  d.constant("QRS_duration", "ms", "").summary_as("QRS_duration").says("Estimate from the averaged beat");
  d.constant("beats_used", "1", "").summary_as("beats_used").says("Beats in the average");
  d.constant("beats_rejected", "1", "")
      .summary_as("beats_rejected")
      .says("Whole beats left out as irregular or unlike");
}

void put_beat(PrepareContext& context, const Recording& recording) {
  const Settings& settings = context.settings();
  for (const std::string& remark : recording.remarks) context.host().warn(remark);
  TwelveLeads leads = twelve_leads(recording);
  for (auto& lead : leads) {
    lead = resampled(lead, recording.sampling_rate, rate);
    lead = zero_phase(lead, Pass::high, settings.number("high_pass"), rate);
    lead = zero_phase(lead, Pass::low, settings.number("low_pass"), rate);
  }
  const BeatOptions options{static_cast<std::size_t>(settings.number("duration")),
                            settings.text("average") == "median" ? Average::median : Average::mean};
  const Beat beat = average_beat(leads, options, recording.file);
  context.host().info(
      fmt::format("{}: {:.1f} s at {:g} Hz, {:.0f} beats per minute, {} beats averaged, {} left out, QRS {:.0f} ms",
                  recording.file, static_cast<double>(leads[0].size()) / rate, recording.sampling_rate, 60000 / beat.RR,
                  beat.beats_used, beat.beats_rejected, beat.QRS_duration));

  std::vector<double> flat, t;
  for (const auto& lead : beat.leads) flat.insert(flat.end(), lead.begin(), lead.end());
  for (std::size_t j = 0; j < options.duration; ++j) t.push_back(static_cast<double>(j));
  context.put("leads", Array::of(flat, {n_leads, options.duration}));
  context.put("t", Array::of(t));
  context.put("heart_rate", 60000 / beat.RR);
  context.put("RR", beat.RR);
  context.put("QRS_duration", beat.QRS_duration);
  context.put("beats_used", static_cast<double>(beat.beats_used));
  context.put("beats_rejected", static_cast<double>(beat.beats_rejected));
}

Descriptor EcgDataset::describe() {
  Descriptor d("dataset.ecg", "One averaged beat of a 12-lead recording (WFDB or CSV)");
  d.doc =
      "Reads a recording, brings it to 1 kHz by band-limited interpolation, filters it, finds the R peaks, aligns "
      "and averages the normal beats and puts time 0 at QRS onset. Leads are found by name in any case; I, II and V1 "
      "to V6 are needed, the others are computed where they are missing.\n\nWFDB: a `.hea` header with signal files "
      "in format 16, 80 or 212. CSV: a first row with lead names, optionally with units (`V1 [uV]`), and optionally "
      "a column `time` (`time [s]`; ms otherwise). For other formats see dataset.ecg_biosig.";
  d.citations = {"Goldberger et al., PhysioNet, Circulation 2000, doi:10.1161/01.CIR.101.23.e215",
                 "Pan and Tompkins, IEEE Trans Biomed Eng 1985, doi:10.1109/TBME.1985.325532"};
  d.path("file").says("WFDB header (.hea) or table (.csv)");
  d.number("sampling_rate", "Hz")
      .absent_by_default()
      .above(0)
      .usual(100, 2000)
      .says("For CSV files without a time column; other files state their own");
  describe_beat(d);
  return d;
}

EcgDataset::EcgDataset(const Settings&) {}

std::unique_ptr<const Prepared> EcgDataset::prepare(PrepareContext& context) const {
  const Settings& settings = context.settings();
  const auto file = settings.path("file");
  const auto given_rate =
      settings.has("sampling_rate") ? std::optional(settings.number("sampling_rate")) : std::nullopt;
  const std::string extension = upper(file.extension().string());
  if (extension == ".CSV" || extension == ".TXT") {
    put_beat(context, read_csv(file, given_rate));
    return nullptr;
  }
  if (extension != ".HEA" && extension != ".DAT")
    throw ScenarioError("file",
                        fmt::format("{} is neither a WFDB header (.hea) nor a table (.csv); SCP-ECG, HL7 aECG, EDF and "
                                    "others are read by dataset.ecg_biosig",
                                    file.string()));
  const Recording recording = read_wfdb(file);
  if (given_rate && *given_rate != recording.sampling_rate)
    throw ScenarioError("sampling_rate", fmt::format("{} Hz contradicts {}, which says {} Hz; leave it out",
                                                     *given_rate, recording.file, recording.sampling_rate));
  put_beat(context, recording);
  return nullptr;
}

}  // namespace tawara::ecg
