#include "recordings/recording.hpp"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <string_view>
#include <utility>

#include "recordings/amplifier.hpp"
#include "tawara/array_files.hpp"
#include "tawara/table_files.hpp"

namespace tawara::recordings {
namespace {

AmplifierFile from_table(const std::filesystem::path& path, const Table& table) {
  AmplifierFile file{.file = path.string(), .columns = {}, .row = "row", .first_row = 2};  // below the header
  for (const Table::Column& column : table.columns)
    if (column.texts.empty()) file.columns.push_back({column.name, column.unit, column.numbers});
  return file;
}

/// Datasets of one axis are columns; those of two are sweeps x samples. Columns have the length of the longest; shorter
/// ones (a sampling rate, notes) are none.
AmplifierFile from_arrays(const std::filesystem::path& path, const ArrayFiles& files) {
  AmplifierFile file{.file = path.string(), .columns = {}};
  std::size_t samples = 0;
  const std::vector<ArrayFiles::Dataset> datasets = files.list(path);
  for (const auto& d : datasets)
    if (d.numbers && (d.shape.size() == 1 || d.shape.size() == 2)) samples = std::max(samples, d.shape.back());
  for (const auto& d : datasets) {
    if (!d.numbers || (d.shape.size() != 1 && d.shape.size() != 2) || d.shape.back() != samples) continue;
    const Array values = files.read(path, d.name).values;
    const std::size_t sweeps = d.shape.size() == 1 ? 1 : d.shape[0];
    for (std::size_t s = 0; s < sweeps; ++s) {
      AmplifierFile::Column column{sweeps == 1 ? d.name : fmt::format("{}[{}]", d.name, s), d.unit, {}};
      for (std::size_t i = 0; i < samples; ++i) column.values.push_back(values.at(s * samples + i));
      file.columns.push_back(std::move(column));
    }
  }
  return file;
}

}  // namespace

Descriptor Recording::describe() {
  Descriptor d("dataset.recording", "What an amplifier recorded of a cell under a voltage clamp, from CSV or HDF5");
  d.doc =
      "One cell or several sweeps of it. A CSV has a column for the time and one for each sweep, units in its header "
      "(`t [ms], I [pA]`); an HDF5 file has a dataset for each, or one of sweeps x samples (its sweeps are then called "
      "`NAME[0]`, ...), with an attribute `unit` or `units`. Currents in amperes are divided by `capacitance`. The "
      "command is that of `protocol`; a voltage that was recorded must follow it. Samples must be evenly spaced, and "
      "are offered (`recordings`) as they are, with the time since the command began.\n\n"
      "```toml\nfile = \"cell_7.csv\"\ncapacitance = 62\nstart = 15.6\ntemperature = 310\n```\n\nAxon's ABF is read by "
      "`dataset.recording_biosig`.";
  d.path("file").says("A CSV with units in its header, or an HDF5 file.");
  describe_recording(d);
  return d;
}

std::unique_ptr<const Prepared> Recording::prepare(PrepareContext& context) const {
  const std::filesystem::path path = context.settings().path("file");
  std::array<char, 4> begin{};
  std::ifstream(path, std::ios::binary).read(begin.data(), begin.size());
  const std::string_view magic(begin.data(), begin.size());
  if (magic == "ABF " || magic == "ABF2")
    throw ScenarioError("file", fmt::format("{} is Axon's ABF; read it with dataset.recording_biosig", path.string()));
  if (magic == "\x89HDF") {
    const auto* arrays = context.host().find<ArrayFiles>();
    if (!arrays) throw Error("this kernel reads no HDF5 files; it is older than the plugin");
    return prepare_recording(context, from_arrays(path, *arrays));
  }
  const auto* tables = context.host().find<TableFiles>();
  if (!tables) throw Error("this kernel reads no tables; it is older than the plugin");
  return prepare_recording(context, from_table(path, tables->read(path)));
}

}  // namespace tawara::recordings
