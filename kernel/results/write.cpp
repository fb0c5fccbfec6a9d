#include "kernel/results/write.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <optional>

#include "kernel/results/csv.hpp"
#include "kernel/results/files.hpp"
#include "kernel/results/hdf5.hpp"
#include "kernel/results/vtu.hpp"

namespace tawara {
namespace {

/// The instance whose nodes and tetrahedra a field of `instance` lives on: itself, or the nearest one upstream.
std::optional<std::size_t> mesh_of(const Graph& graph, std::size_t instance) {
  const Descriptor& d = graph.descriptor(instance);
  if (d.output_index("nodes") >= 0 && d.output_index("tetrahedra") >= 0) return instance;
  for (const Wire& wire : graph.scenario->instances[instance].wires)
    for (const std::size_t j : wire.instances)
      if (graph.nodes[j])
        if (const auto found = mesh_of(graph, j)) return found;
  return std::nullopt;
}

/// Array of series x samples (a row per label) as a table over the sibling output `t`.
Table leads_table(const Output& o, const Array& leads, const Array* t) {
  Table table;
  const std::size_t rows = leads.extent(0), samples = leads.extent(1);
  std::vector<double> axis(samples);
  for (std::size_t j = 0; j < samples; ++j) axis[j] = t && t->size() == samples ? t->at(j) : static_cast<double>(j);
  table.add("t", "ms", std::move(axis));
  for (std::size_t r = 0; r < rows; ++r) {
    std::vector<double> values(samples);
    for (std::size_t j = 0; j < samples; ++j) values[j] = leads.at(r * samples + j);
    table.add(r < o.labels.size() ? o.labels[r] : fmt::format("row {}", r), o.unit, std::move(values));
  }
  return table;
}

class InstanceWriter {
 public:
  InstanceWriter(const Graph& graph, FixedEvaluator& evaluator, std::size_t instance,
                 const std::filesystem::path& folder, Report& report)
      : graph_(graph), evaluator_(evaluator), instance_(instance), folder_(folder), report_(report) {}

  void write(nlohmann::ordered_json& scalars) {
    const Descriptor& d = graph_.descriptor(instance_);
    std::vector<std::pair<std::string, Array>> fields;
    nlohmann::ordered_json summary = nlohmann::ordered_json::object();
    for (std::size_t o = 0; o < d.outputs.size(); ++o) {
      const Output& output = d.outputs[o];
      const bool saved = wanted(output);
      if (output.hint == Hint::none && !saved) continue;
      if (!output.constant && takes_columns(graph_.settings[instance_])) continue;  // no values of its own
      if (output.table && output.hint == Hint::scalar) {
        const std::string text = text_of(output, table(o));
        summary[key_of(output)] = text;
        report_.text(graph_.name(instance_), output, text);
        continue;
      }
      if (output.table) {
        write_whole(file(output.name + ".csv"), to_csv(table(o)));
        report_.table(graph_.name(instance_), output, table(o));
        continue;
      }
      const Array& a = array(o);
      if (saved) extra().array(output.name, a, output.unit);
      switch (output.hint) {
        case Hint::scalar: {
          const double v = a.number();
          if (!std::isfinite(v)) break;
          const bool whole = v == std::floor(v) && std::abs(v) < 1e15;
          summary[key_of(output)] =
              whole ? nlohmann::ordered_json(static_cast<std::int64_t>(v)) : nlohmann::ordered_json(v);
          report_.scalar(graph_.name(instance_), output, v);
          break;
        }
        case Hint::field:
          fields.emplace_back(output.name, a);
          break;
        case Hint::leads: {
          const int t = d.output_index("t");
          const Table drawn = leads_table(output, a, t >= 0 ? &array(static_cast<std::size_t>(t)) : nullptr);
          write_whole(file(output.name + ".csv"), to_csv(drawn));
          report_.leads(graph_.name(instance_), output, drawn);
          break;
        }
        default:
          break;
      }
    }
    if (!fields.empty())
      if (const auto mesh = mesh_of(graph_, instance_)) {
        const GraphInput geometry(graph_, *mesh);
        write_whole(file("vtu"), to_vtu(geometry.array("nodes"), geometry.array("tetrahedra"), fields));
      }
    if (extra_) extra_->finish();
    if (!summary.empty()) scalars[graph_.name(instance_)] = std::move(summary);
  }

 private:
  static const std::string& key_of(const Output& o) { return o.summary_key.empty() ? o.name : o.summary_key; }
  static const std::string& text_of(const Output& o, const Table& t) {
    if (t.columns.size() != 1 || t.columns[0].texts.size() != 1)
      throw Error(fmt::format("output '{}' is declared as one text, but {} columns of {} rows were given", o.name,
                              t.columns.size(), t.rows()));
    return t.columns[0].texts[0];
  }
  bool wanted(const Output& o) const {
    const auto& save = graph_.scenario->output.save;
    return std::find(save.begin(), save.end(), graph_.name(instance_) + "." + o.name) != save.end();
  }
  std::filesystem::path file(const std::string& ending) const {
    return folder_ / (graph_.name(instance_) + "." + ending);
  }
  Hdf5Writer& extra() {
    if (!extra_) extra_ = std::make_unique<Hdf5Writer>(file("h5"));
    return *extra_;
  }
  const Array& array(std::size_t o) const {
    if (const Array* found = evaluator_.array(instance_, o)) return *found;
    refuse();
  }
  const Table& table(std::size_t o) const {
    if (const Table* found = evaluator_.table(instance_, o)) return *found;
    refuse();
  }
  [[noreturn]] void refuse() const {
    const Evaluator::RowState state = evaluator_.state();
    if (state.status == Status::cancelled) throw Cancelled();
    const Instance& where = graph_.scenario->instances[state.failed_in];
    throw RunError(fmt::format("{}: error: {}", where.where.text(), state.text));
  }

  const Graph& graph_;
  FixedEvaluator& evaluator_;
  std::size_t instance_;
  std::filesystem::path folder_;
  Report& report_;
  std::unique_ptr<Hdf5Writer> extra_;
};

}  // namespace

void write_results(const Graph& graph, FixedEvaluator& evaluator, const std::vector<std::size_t>& which,
                   const std::filesystem::path& folder, nlohmann::ordered_json& scalars, Report& report) {
  for (const std::size_t i : which) InstanceWriter(graph, evaluator, i, folder, report).write(scalars);
}

void write_unfinished(const Preparer::Unfinished& u, const std::filesystem::path& folder) {
  const auto& outputs = u.descriptor->outputs;
  for (std::size_t o = 0; o < outputs.size(); ++o)
    if (u.constants.present[o] && outputs[o].table && outputs[o].hint != Hint::scalar)
      write_whole(folder / (u.instance + "." + outputs[o].name + ".unfinished.csv"), to_csv(u.constants.tables[o]));
}

}  // namespace tawara
