#include "mlp/trained_component.hpp"

#include "mlp/model_file.hpp"

namespace tawara::mlp {

Descriptor TrainedModel::describe() {
  Descriptor d("learner.trained", "A network that was trained before: parameters of a cell from its recording");
  d.doc =
      "Reads the model that `learner.mlp` left (`INSTANCE.model.h5`) and offers what it learnt to experiments. "
      "The forward pass is this program's own, so LibTorch is not needed.\n\nA recording can be understood only "
      "if it is of the same signal, under the same command and conditions and with the same samples as those "
      "learnt from; experiments compare them. The outputs say what the model was trained on.";
  d.path("file").says("The model, as in \"out/RUN/learner.model.h5\".");
  d.constant_table("targets")
      .shown_as(Hint::table)
      .says(
          "What it tells: each parameter with its unit, the value that the cells learnt from varied about, and "
          "their range.");
  d.constant_table("training")
      .shown_as(Hint::table)
      .says("Numbers of the training: cells, epochs, errors on the held-back cells, conditions of the recordings.");
  d.constant("test_MAE", "1", "")
      .summary_as("test_MAE")
      .says("Mean absolute error on the held-back cells, as a fraction of the scenario's values.");
  return d;
}

std::unique_ptr<const Prepared> TrainedModel::prepare(PrepareContext& context) const {
  const auto* arrays = context.host().find<ArrayFiles>();
  const auto* tables = context.host().find<TableFiles>();
  if (!arrays || !tables) throw Error("this kernel reads no HDF5 files; it is older than the plugin");
  Model model = read_model(*arrays, *tables, context.settings().path("file"));

  std::vector<std::string> names, units;
  std::vector<double> scenario, low, high;
  for (const auto& t : model.targets) {
    names.push_back(t.name);
    units.push_back(t.unit);
    scenario.push_back(t.scenario);
    low.push_back(t.low);
    high.push_back(t.high);
  }
  Table targets;
  targets.add_text("parameter", names).add_text("unit", units);
  targets.add("scenario", "1", scenario).add("low", "1", low).add("high", "1", high);
  context.put("targets", std::move(targets));

  std::vector<std::string> what, what_unit;
  std::vector<double> values;
  double test_MAE = std::numeric_limits<double>::quiet_NaN();
  const auto tell = [&](const Recordings::Quantity& q) {
    what.push_back(q.name);
    what_unit.push_back(q.unit);
    values.push_back(q.value);
  };
  for (const auto& q : model.training) {
    tell(q);
    if (q.name == "test_MAE") test_MAE = q.value;
  }
  for (const auto& q : model.conditions) tell(q);
  Table training;
  training.add_text("quantity", what).add("value", "1", values).add_text("unit", what_unit);
  context.put("training", std::move(training));
  context.put("test_MAE", test_MAE);
  return std::make_unique<PreparedModel>(std::move(model));
}

}  // namespace tawara::mlp
