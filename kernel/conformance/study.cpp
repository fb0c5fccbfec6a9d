#include "kernel/conformance/study.hpp"

#include <stdlib.h>  // mkstemps
#include <unistd.h>

#include <fmt/format.h>

#include "kernel/host/isa.hpp"
#include "kernel/results/files.hpp"

namespace tawara::conformance {
namespace {

namespace fs = std::filesystem;

/// A file that is gone when this is: the loader reads files only.
class TemporaryScenario {
 public:
  explicit TemporaryScenario(const std::string& toml) {
    std::string name = (fs::temp_directory_path() / "tawara-XXXXXX.toml").string();
    const int file = mkstemps(name.data(), 5);
    if (file < 0) throw Error("cannot make a file in " + fs::temp_directory_path().string() + "; is the disk full?");
    close(file);
    path_ = name;
    write_whole(path_, toml);
  }
  TemporaryScenario(const TemporaryScenario&) = delete;
  TemporaryScenario& operator=(const TemporaryScenario&) = delete;
  ~TemporaryScenario() {
    std::error_code gone;
    fs::remove(path_, gone);
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// How long the work took differs from run to run, and is called `seconds`, `cpu_...` or `ns_per_...` by custom.
bool is_time_taken(const std::string& name) {
  return name == "seconds" || name.starts_with("cpu_") || name.starts_with("ns_per_");
}

template <class T>
void append(std::string& bytes, std::span<const T> values) {
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
}

void append(std::string& bytes, const std::string& text) {
  const std::size_t size = text.size();
  append(bytes, std::span<const std::size_t>(&size, 1));
  bytes += text;
}

}  // namespace

Scenario load(const Catalogue& catalogue, const fs::path& file, const StudyOptions& options) {
  ScenarioRequest request;
  request.file = file;
  request.sets = options.sets;
  request.seed = options.seed;
  request.threads = options.threads;
  request.one_row = true;
  return load_scenario(request, catalogue);
}

Scenario load(const Catalogue& catalogue, const std::string& toml, const StudyOptions& options) {
  const TemporaryScenario file(toml);
  return load(catalogue, file.path(), options);
}

std::string bytes_of(const Array& a) {
  std::string bytes;
  append(bytes, std::string(name_of(a.type())));
  append(bytes, std::span<const std::size_t>(a.shape()));
  bytes.append(static_cast<const char*>(a.data()), a.empty() ? 0 : a.bytes());
  return bytes;
}

std::string bytes_of(const Table& table) {
  std::string bytes;
  for (const Table::Column& c : table.columns) {
    if (is_time_taken(c.name)) continue;
    append(bytes, c.name);
    append(bytes, c.unit);
    append(bytes, std::span<const double>(c.numbers));
    for (const std::string& text : c.texts) append(bytes, text);
  }
  return bytes;
}

struct Study::State {
  Scenario scenario;
  RunServices services;
  std::optional<Preparer> preparer;
  Graph graph;
  std::optional<FixedEvaluator> evaluator;

  State(Scenario s, const Options& options) : scenario(std::move(s)), services(scenario.seed, options.threads) {}

  [[nodiscard]] std::size_t index(std::string_view name) const {
    const Instance* found = scenario.find(name);
    if (!found) throw Error(fmt::format("the scenario has no instance '{}'", name));
    return static_cast<std::size_t>(found - scenario.instances.data());
  }
  [[nodiscard]] std::size_t output(std::size_t instance, std::string_view name) const {
    const int found = graph.descriptor(instance).output_index(name);
    if (found < 0) throw Error(fmt::format("'{}' has no output '{}'", graph.descriptor(instance).name, name));
    return static_cast<std::size_t>(found);
  }
  [[noreturn]] void refuse() const {
    const Evaluator::RowState state = evaluator->state();
    if (state.status == Status::cancelled) throw Cancelled();
    throw SolverError(fmt::format("{} ({})", state.text, state.cause));
  }
  const Array& array(std::size_t instance, std::size_t output) {
    if (const Array* found = evaluator->array(instance, output)) return *found;
    refuse();
  }
  const Table& table(std::size_t instance, std::size_t output) {
    if (const Table* found = evaluator->table(instance, output)) return *found;
    refuse();
  }
};

Study::Study(const Catalogue& catalogue, const std::string& toml, const Options& options)
    : state_(std::make_unique<State>(load(catalogue, toml, options), options)) {
  State& s = *state_;
  s.services.mute();
  if (!options.folder.empty()) {
    fs::create_directories(options.folder);
    s.services.keep_state_in(options.folder, false);
  }
  choose_isa(s.scenario.run.isa);
  s.preparer.emplace(s.scenario, catalogue, s.services);
  s.graph = s.preparer->prepare(upstream(s.scenario, s.scenario.run.targets));
  s.evaluator.emplace(s.graph, s.services);
}

Study::~Study() = default;

const Array& Study::array(std::string_view instance, std::string_view output) {
  const std::size_t i = state_->index(instance);
  return state_->array(i, state_->output(i, output));
}

const Table& Study::table(std::string_view instance, std::string_view output) {
  const std::size_t i = state_->index(instance);
  return state_->table(i, state_->output(i, output));
}

const Prepared& Study::prepared(std::string_view instance) const {
  const auto& node = state_->graph.nodes[state_->index(instance)];
  if (!node || !node->prepared) throw Error(fmt::format("'{}' left nothing to evaluate", instance));
  return *node->prepared;
}

std::span<const double> Study::arguments(std::string_view instance) const {
  return state_->graph.arguments[state_->index(instance)].packed;
}

const Scenario& Study::scenario() const { return state_->scenario; }
const Graph& Study::graph() const { return state_->graph; }
RunServices& Study::services() { return state_->services; }

std::vector<Study::Named> Study::results() {
  State& s = *state_;
  std::vector<Named> all;
  for (const std::size_t i : evaluated_upstream(s.scenario, s.scenario.run.targets)) {
    const Descriptor& d = s.graph.descriptor(i);
    for (std::size_t o = 0; o < d.outputs.size(); ++o) {
      const Output& output = d.outputs[o];
      if (is_time_taken(output.name)) continue;
      if (!output.constant && (output.hint == Hint::none || takes_columns(s.graph.settings[i]))) continue;
      all.push_back(
          {s.graph.name(i) + "." + output.name, output.table ? bytes_of(s.table(i, o)) : bytes_of(s.array(i, o))});
    }
  }
  return all;
}

std::string Study::bytes() {
  std::string all;
  for (const Named& result : results()) all += result.bytes;
  return all;
}

}  // namespace tawara::conformance
