#include "recordings/recorded_cells.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>
#include <vector>

#include "recordings/series.hpp"

namespace tawara::recordings {

Descriptor RecordedCells::describe() {
  Descriptor d("dataset.recorded_cells", "What the cells of a population recorded, from the files of a run");
  d.doc =
      "The shards of an `experiment.population` with `record`: traces of one signal, with the command, the times of "
      "the "
      "samples, and what is known of each cell. Learners and twins read it (`recordings`). Several runs may be put "
      "together when they are parts of one population (`first_cell`), or populations of one scenario whose cells have "
      "other indices; they must have the same command, samples, varied parameters and settings of the cell.\n\n"
      "`first` and `cells` take a part, so that other cells are held back from those that learn.\n\n"
      "```toml\nfile = \"out/ipsc_population/cohort.cells\"\ncells = 200\n```\n\nWhat the files hold: "
      "plugins/ionic/recordings/README.md.";
  d.path("file").says(
      "What the names of a run's shards begin with (OUT/cohort.cells), their folder when it holds no others, or one "
      "shard.");
  d.list("more", make_parameter("file", Type::path))
      .absent_by_default()
      .says("More of the same kind, made on other machines. No cell may be there twice.");
  d.text("signal", "")
      .absent_by_default()
      .says("Which observable; absent: I_ion, else the first recorded that is not V_m.");
  d.integer("first", 0)
      .at_least(0)
      .says("Cells to leave out before the first one taken, in the order of their indices.");
  d.integer("cells", 0).absent_by_default().at_least(1).says("Cells to take; absent: all.");
  d.constant("n_cells", "1", "").summary_as("cells").says("How many there are.");
  d.constant("samples", "1", "").summary_as("samples").says("Samples of each.");
  return d;
}

std::unique_ptr<const Prepared> RecordedCells::prepare(PrepareContext& context) const {
  const Settings& settings = context.settings();
  const auto* arrays = context.host().find<ArrayFiles>();
  const auto* tables = context.host().find<TableFiles>();
  if (!arrays || !tables) throw Error("this kernel reads no HDF5 files; it is older than the plugin");
  std::vector<std::filesystem::path> paths = {settings.path("file")};
  if (settings.has("more"))
    for (const std::string& path : settings.texts("more")) paths.emplace_back(path);
  Series series = read_series(paths, settings.has("signal") ? settings.text("signal") : "", {*arrays, *tables});

  const std::size_t all = series.indices.size(), first = static_cast<std::size_t>(settings.integer("first"));
  if (first >= all)
    throw ScenarioError("first", fmt::format("all {} cells are left out; first must be less than {}", all, all));
  const std::size_t cells = settings.has("cells") ? static_cast<std::size_t>(settings.integer("cells")) : all - first;
  if (cells > all - first)
    throw ScenarioError("cells", fmt::format("{} cells from cell {} on are asked for, but there are {} in all; take "
                                             "{} or fewer, or leave `cells` out",
                                             cells, first, all, all - first));
  const std::size_t samples = series.about.times.size();
  context.host().info(fmt::format("{} of {} cells, {} with {} samples each under {}; they differ in {} parameters",
                                  cells, all, series.about.signal.name, samples,
                                  series.about.command.empty()
                                      ? std::string("a command that is not known")
                                      : fmt::format("{} steps of command", series.about.command.size()),
                                  series.about.varied.size()));
  context.put("n_cells", static_cast<double>(cells));
  context.put("samples", static_cast<double>(samples));
  return std::make_unique<OffersRecordings>(
      std::make_unique<ShardRecordings>(std::move(series.about), std::move(series.shards), first, cells,
                                        ShardRecordings::Files{*arrays, *tables}, "copy the file again"));
}

}  // namespace tawara::recordings
