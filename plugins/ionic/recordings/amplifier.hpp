#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "recordings/kept_recordings.hpp"
#include "tawara/component.hpp"

namespace tawara::recordings {

/// A file of an amplifier as it was found: columns of the same length, sampled together.
struct AmplifierFile {
  struct Column {
    std::string name, unit;
    std::vector<double> values;
  };
  std::string file;
  std::vector<Column> columns;
  double sampling_rate = 0;    ///< kHz; 0: a column has the times
  const char* row = "sample";  ///< what a place is called in messages, ...
  std::size_t first_row = 1;   ///< ... and the number of the first

  [[nodiscard]] std::string place(std::size_t i) const;  ///< "rec.csv, row 12"
};

/// What `dataset.recording` and its like have in common.
void describe_recording(Descriptor& d);
/// The recordings in a file, as the settings say; puts the constants that describe_recording() declares.
/// @throws ScenarioError  settings that do not go with the file: a column that is not there, no capacitance, ...
/// @throws DataError      the file and what is wrong with it, and where
[[nodiscard]] std::unique_ptr<const Prepared> prepare_recording(PrepareContext& context, AmplifierFile file);

}  // namespace tawara::recordings
