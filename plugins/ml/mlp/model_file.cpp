#include "mlp/model_file.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

#include "tawara/error.hpp"

namespace tawara::mlp {
namespace {

constexpr const char* format_name = "learner.format";
constexpr const char* digest_name = "learner.digest";
constexpr std::string_view signal_prefix = "signal.", condition_prefix = "condition.", training_prefix = "training.";
enum Setting : std::size_t {
  activation,
  residual,
  predicts_sd,
  components,
  members,
  settings
};  // of "learner.network"

/// FNV-1a over names, shapes and contents, which HDF5 alone would not find changed.
class Digest {
 public:
  void add(const void* data, std::size_t bytes) {
    const auto* p = static_cast<const unsigned char*>(data);
    for (std::size_t k = 0; k < bytes; ++k) value_ = (value_ ^ p[k]) * 1099511628211ULL;
  }
  void add(const Shards::NamedArray& a) {
    add(a.name.data(), a.name.size());
    for (const std::size_t extent : a.values.shape()) add(&extent, sizeof extent);
    add(a.values.data(), a.values.bytes());
  }
  void add(const Table& table) {
    for (const Table::Column& c : table.columns) {
      add(c.name.data(), c.name.size());
      add(c.numbers.data(), c.numbers.size() * sizeof(double));
      for (const std::string& text : c.texts) add(text.data(), text.size() + 1);
    }
  }
  [[nodiscard]] std::int64_t value() const { return static_cast<std::int64_t>(value_); }

 private:
  std::uint64_t value_ = 14695981039346656037ULL;
};

Array numbers(const std::vector<double>& values, std::vector<std::size_t> shape, bool single = false) {
  if (!single) return Array::of<double>(values, std::move(shape));
  const std::vector<float> narrow(values.begin(), values.end());
  return Array::of<float>(std::span<const float>(narrow), std::move(shape));
}

std::string layer_name(std::size_t member, std::size_t layer, const char* what) {
  return "member_" + std::to_string(member) + ".layer_" + std::to_string(layer) + "." + what;
}

std::int64_t digest_of(const Table& table, const std::map<std::string, Shards::NamedArray>& arrays) {
  Digest digest;
  digest.add(table);
  for (const auto& [name, a] : arrays)
    if (name != digest_name) digest.add(a);
  return digest.value();
}

/// A file's arrays, asked for by name and shape.
class Found {
 public:
  Found(std::filesystem::path file, std::map<std::string, Shards::NamedArray> arrays)
      : file_(std::move(file)), arrays_(std::move(arrays)) {}
  [[nodiscard]] const std::map<std::string, Shards::NamedArray>& all() const { return arrays_; }
  [[noreturn]] void damaged(const std::string& what) const {
    throw DataError(file_.string() + " is a damaged model: " + what + "; copy it again, or train again");
  }
  [[nodiscard]] std::vector<double> numbers(const std::string& name, std::vector<std::size_t> shape) const {
    const auto found = arrays_.find(name);
    if (found == arrays_.end()) damaged("'" + name + "' is missing");
    const Array& a = found->second.values;
    if (a.shape() != shape) damaged("'" + name + "' is of another size");
    std::vector<double> out(a.size());
    for (std::size_t k = 0; k < out.size(); ++k) out[k] = a.at(k);
    if (!std::all_of(out.begin(), out.end(), [](double x) { return std::isfinite(x); }))
      damaged("'" + name + "' holds what is not a number");
    return out;
  }
  /// The extents of an array of so many axes.
  [[nodiscard]] std::vector<std::size_t> shape(const std::string& name, std::size_t axes) const {
    const auto found = arrays_.find(name);
    if (found == arrays_.end()) damaged("'" + name + "' is missing");
    if (found->second.values.shape().size() != axes) damaged("'" + name + "' is of another size");
    return found->second.values.shape();
  }
  [[nodiscard]] std::vector<Recordings::Quantity> quantities(std::string_view prefix) const {
    std::vector<Recordings::Quantity> out;
    for (const auto& [name, a] : arrays_)
      if (name.starts_with(prefix)) out.push_back({name.substr(prefix.size()), a.unit, numbers(name, {1})[0]});
    return out;
  }

 private:
  std::filesystem::path file_;
  std::map<std::string, Shards::NamedArray> arrays_;
};

void read_targets(Model& model, const Table& table, const Found& found) {
  const char* names[] = {"target", "unit", "scenario", "low", "high", "mean", "sd", "sd_factor"};
  for (const char* name : names)
    if (!table.find(name)) found.damaged("column '" + std::string(name) + "' is missing");
  for (std::size_t t = 0; t < table.rows(); ++t) {
    const auto number = [&](const char* name) { return table.at(name).numbers.at(t); };
    model.targets.push_back({table.at("target").texts.at(t), table.at("unit").texts.at(t), number("scenario"),
                             number("low"), number("high")});
    model.target_mean.push_back(number("mean"));
    model.target_sd.push_back(number("sd"));
    model.sd_factor.push_back(number("sd_factor"));
  }
}

void read_features(Features& f, std::size_t samples, const Found& found) {
  const auto scalar = [&](const char* name) { return found.numbers(name, {1})[0]; };
  f.compression = scalar("features.compression");
  f.inverse_sd = found.numbers("features.inverse_sd", {samples});
  f.kept = found.shape("features.inverse_scale", 1)[0];
  f.inverse_scale = found.numbers("features.inverse_scale", {f.kept});
  f.weight = found.numbers("features.weight", {f.kept});
  f.basis = found.numbers("features.basis", {samples, f.kept});
  f.residual_scale = scalar("features.residual_scale");
  f.novelty_scale = scalar("features.novelty_scale");
}

Network read_network(std::size_t member, std::size_t inputs, std::size_t outputs, const Found& found) {
  Network network;
  std::size_t in = inputs;
  for (std::size_t l = 0; found.all().contains(layer_name(member, l, "weights")); ++l) {
    const std::string weights = layer_name(member, l, "weights");
    const std::size_t out = found.shape(weights, 2)[1];
    network.layers.push_back(
        {in, out, found.numbers(weights, {in, out}), found.numbers(layer_name(member, l, "bias"), {out})});
    in = out;
  }
  if (network.layers.empty() || network.outputs() != outputs) found.damaged("its networks do not end in its targets");
  return network;
}

}  // namespace

ModelArrays to_arrays(const Model& model, bool single) {
  ModelArrays out;
  std::vector<std::string> names, units;
  std::vector<double> scenario, low, high;
  for (const Regressor::Target& t : model.targets) {
    names.push_back(t.name);
    units.push_back(t.unit);
    scenario.push_back(t.scenario);
    low.push_back(t.low);
    high.push_back(t.high);
  }
  out.targets.add_text("target", names).add_text("unit", units);
  out.targets.add("scenario", "1", scenario).add("low", "1", low).add("high", "1", high);
  out.targets.add("mean", "1", model.target_mean)
      .add("sd", "1", model.target_sd)
      .add("sd_factor", "1", model.sd_factor);

  const auto add = [&](std::string name, std::string unit, Array values) {
    out.arrays.push_back({std::move(name), std::move(unit), std::move(values)});
  };
  const auto add_vector = [&](std::string name, std::string unit, const std::vector<double>& values) {
    add(std::move(name), std::move(unit), numbers(values, {values.size()}));
  };
  const Features& f = model.features;
  const std::size_t samples = model.times.size();
  add(format_name, "1", Array::of<std::int64_t>(std::vector<std::int64_t>{model_format}));
  std::vector<std::int64_t> network(settings);
  network[activation] = static_cast<std::int64_t>(model.members[0].activation);
  network[residual] = model.members[0].residual;
  network[predicts_sd] = model.predicts_sd;
  network[components] = f.components;
  network[members] = static_cast<std::int64_t>(model.members.size());
  add("learner.network", "1", Array::of<std::int64_t>(network));
  add_vector("times", "ms", model.times);
  std::vector<double> steps;
  for (const Recordings::Step& s : model.command) steps.insert(steps.end(), {s.V, s.duration});
  if (!steps.empty()) add("command", "mV, ms", numbers(steps, {model.command.size(), 2}));
  add_vector(std::string(signal_prefix) + model.signal.name, model.signal.unit, f.mean);
  for (const auto& q : model.conditions) add_vector(std::string(condition_prefix) + q.name, q.unit, {q.value});
  for (const auto& q : model.training) add_vector(std::string(training_prefix) + q.name, q.unit, {q.value});
  add_vector("features.compression", model.signal.unit, {f.compression});
  add_vector("features.inverse_sd", "1", f.inverse_sd);
  add("features.basis", "1", numbers(f.basis, {samples, f.kept}));
  add_vector("features.inverse_scale", "1", f.inverse_scale);
  add_vector("features.weight", "1", f.weight);
  add_vector("features.residual_scale", "1", {f.residual_scale});
  add_vector("features.novelty_scale", "1", {f.novelty_scale});
  for (std::size_t m = 0; m < model.members.size(); ++m)
    for (std::size_t l = 0; l < model.members[m].layers.size(); ++l) {
      const Network::Layer& layer = model.members[m].layers[l];
      add(layer_name(m, l, "weights"), "1", numbers(layer.weights, {layer.in, layer.out}, single));
      add(layer_name(m, l, "bias"), "1", numbers(layer.bias, {layer.out}, single));
    }
  std::map<std::string, Shards::NamedArray> sorted;
  for (const auto& a : out.arrays) sorted[a.name] = a;
  add(digest_name, "1", Array::of<std::int64_t>(std::vector<std::int64_t>{digest_of(out.targets, sorted)}));
  return out;
}

Model read_model(const ArrayFiles& files, const TableFiles& tables, const std::filesystem::path& file) {
  const auto listed = files.list(file);
  const auto has = [&](std::string_view name) {
    return std::any_of(listed.begin(), listed.end(), [&](const auto& d) { return d.name == name; });
  };
  if (!has(format_name) || !has(digest_name))
    throw DataError(file.string() +
                    " is no model of a learner: expected the INSTANCE.model.h5 that learner.mlp leaves");
  const double format = files.read(file, format_name).values.number();
  if (format > model_format)
    throw DataError(file.string() + " is a model of format " + std::to_string(static_cast<int>(format)) +
                    ", this program reads up to " + std::to_string(model_format) + ": use a newer Tawara");

  const Table table = tables.read(file);
  std::map<std::string, Shards::NamedArray> arrays;
  for (const auto& dataset : listed)
    if (dataset.numbers && !table.find(dataset.name)) arrays[dataset.name] = files.read(file, dataset.name);
  const auto digest = arrays.at(digest_name).values;
  const Found found(file, std::move(arrays));
  if (digest.type() != DType::i64 || digest.span<std::int64_t>()[0] != digest_of(table, found.all()))
    found.damaged("its contents are not those that were written");

  Model model;
  read_targets(model, table, found);
  const auto network = found.numbers("learner.network", {settings});
  const std::size_t samples = found.shape("times", 1)[0];
  model.times = found.numbers("times", {samples});
  if (found.all().contains("command")) {
    const std::size_t steps = found.shape("command", 2)[0];
    const auto command = found.numbers("command", {steps, 2});
    for (std::size_t k = 0; k < steps; ++k) model.command.push_back({command[2 * k], command[2 * k + 1]});
  }
  model.conditions = found.quantities(condition_prefix);
  model.training = found.quantities(training_prefix);
  for (const auto& [name, a] : found.all())
    if (name.starts_with(signal_prefix)) {
      model.signal = {name.substr(signal_prefix.size()), a.unit};
      model.features.mean = found.numbers(name, {samples});
    }
  if (model.features.mean.empty()) found.damaged("its signal is missing");
  model.features.components = network[components] != 0;
  read_features(model.features, samples, found);
  model.predicts_sd = network[predicts_sd] != 0;
  const std::size_t outputs = model.targets.size() * (model.predicts_sd ? 2 : 1);
  for (std::size_t m = 0; m < static_cast<std::size_t>(network[members]); ++m) {
    model.members.push_back(read_network(m, model.features.count(), outputs, found));
    model.members.back().activation = static_cast<Activation>(static_cast<int>(network[activation]));
    model.members.back().residual = network[residual] != 0;
  }
  if (model.members.empty()) found.damaged("it has no network");
  return model;
}

}  // namespace tawara::mlp
