#include "kernel/graph/evaluator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "kernel/plugins/at_work.hpp"

namespace tawara {
namespace {

/// Leaves a component's evaluate() when an input of its row turned out to have no answer.
struct RowStopped {};

}  // namespace

struct Evaluator::Node {
  std::vector<std::vector<Array>> arrays;  // [row][output]
  std::vector<std::vector<Table>> tables;
  std::vector<bool> group_done;
  std::vector<Arguments> arguments;  // per row, only where a path ends here
  std::vector<const ArgumentPath*> paths;
  std::unique_ptr<Workspace> workspace;
  bool has_workspace = false;
  std::unique_ptr<class InstanceBatch> batch;
};

class InstanceBatch final : public Batch {
 public:
  InstanceBatch(Evaluator& evaluator, std::size_t instance)
      : evaluator_(evaluator),
        instance_(instance),
        host_(evaluator.services_, evaluator.graph_.name(instance),
              {.draw = true, .results_key = evaluator.results_key(instance)}) {
    for (const Wire& wire : spec().wires) {
      inputs_.emplace_back();
      for (const std::size_t j : wire.instances)
        inputs_.back().push_back(std::make_unique<GraphInput>(evaluator.graph_, j));
    }
  }

  int rows() const override { return evaluator_.rows(); }
  bool active(int row) const override { return evaluator_.state(row).status == Status::ok; }

  std::span<const double> argument(int row, int parameter) const override {
    return arguments(instance_, row).values[static_cast<std::size_t>(parameter)];
  }
  std::span<const double> arguments_of(int row, int slot, int k) const override {
    return arguments(source_instance(slot, k), row).packed;
  }
  const Array& input(int row, int slot, int k, int output) override {
    const Array* found = evaluator_.array(row, source_instance(slot, k), static_cast<std::size_t>(output));
    if (found) return *found;
    if (!in_batch_) throw RowStopped{};
    static const Array none;
    return none;
  }
  const Table& input_table(int row, int slot, int k, int output) override {
    const Table* found = evaluator_.table(row, source_instance(slot, k), static_cast<std::size_t>(output));
    if (found) return *found;
    if (!in_batch_) throw RowStopped{};
    static const Table none;
    return none;
  }
  const Input& source(int slot, int k) const override {
    return *inputs_.at(static_cast<std::size_t>(slot)).at(static_cast<std::size_t>(k));
  }
  int count(int slot) const override { return static_cast<int>(inputs_.at(static_cast<std::size_t>(slot)).size()); }
  Array& output(int row, int output) override {
    return node().arrays[static_cast<std::size_t>(row)][static_cast<std::size_t>(output)];
  }
  Table& output_table(int row, int output) override {
    return node().tables[static_cast<std::size_t>(row)][static_cast<std::size_t>(output)];
  }
  void fail(int row, std::string_view cause, std::string_view text) override {
    evaluator_.fail(row, instance_, cause, text);
  }
  double limit(int row) const override {
    if (evaluator_.limited_ != instance_ || evaluator_.limits_.empty()) return std::numeric_limits<double>::infinity();
    return evaluator_.limits_[static_cast<std::size_t>(row)];
  }
  void abandon(int row) override { evaluator_.rows_[static_cast<std::size_t>(row)].status = Status::abandoned; }
  Workspace* workspace() const override { return node().workspace.get(); }
  Host& host() const override { return host_; }
  const Descriptor& descriptor() const override { return evaluator_.graph_.descriptor(instance_); }

  void run(int group);

 private:
  const Instance& spec() const { return evaluator_.graph_.scenario->instances[instance_]; }
  Evaluator::Node& node() const { return *evaluator_.nodes_[instance_]; }
  std::size_t source_instance(int slot, int k) const {
    return spec().wires.at(static_cast<std::size_t>(slot)).instances.at(static_cast<std::size_t>(k));
  }
  const Arguments& arguments(std::size_t instance, int row) const {
    const auto& n = evaluator_.nodes_[instance];
    if (n && !n->arguments.empty()) return n->arguments[static_cast<std::size_t>(row)];
    return evaluator_.graph_.arguments[instance];
  }

  Evaluator& evaluator_;
  std::size_t instance_;
  mutable InstanceHost host_;
  std::vector<std::vector<std::unique_ptr<GraphInput>>> inputs_;
  bool in_batch_ = false;
};

// One row's failure is that row's: whatever a component throws becomes a status with a cause to count by.
void InstanceBatch::run(int group) {
  const PreparedInstance& p = *evaluator_.graph_.nodes[instance_];
  if (!p.prepared) throw Error(fmt::format("'{}' evaluates nothing", descriptor().name));
  const auto guarded = [&](int first, int last, const auto& body) {
    const auto fail_all = [&](std::string_view cause, const std::string& text) {
      for (int r = first; r < last; ++r)
        if (active(r))
          fail(r, cause, fmt::format("{} ({}): {}", evaluator_.graph_.name(instance_), descriptor().name, text));
    };
    try {
      body();
    } catch (const RowStopped&) {
    } catch (const Cancelled&) {
      for (int r = first; r < last; ++r)
        if (active(r)) evaluator_.rows_[static_cast<std::size_t>(r)].status = Status::cancelled;
    } catch (const SolverError& e) {
      fail_all("solver", e.what());
    } catch (const GeometryError& e) {
      fail_all("geometry", e.what());
    } catch (const ScenarioError& e) {
      fail_all("parameter", (e.parameter().empty() ? "" : e.parameter() + ": ") + e.what());
    } catch (const std::exception& e) {
      fail_all("exception", e.what());
    } catch (...) {
      fail_all("exception", "not a std::exception");
    }
  };
  if (const void* ability = p.prepared->ability("batch")) {
    in_batch_ = true;
    guarded(0, rows(), [&] { static_cast<const BatchEvaluate*>(ability)->evaluate(group, *this); });
    in_batch_ = false;
    return;
  }
  for (int r = 0; r < rows(); ++r) {
    if (!active(r)) continue;
    guarded(r, r + 1, [&] {
      Row row(*this, r);
      p.prepared->evaluate(group, row);
    });
  }
}

Evaluator::Evaluator(const Graph& graph, RunServices& services, int max_rows, std::vector<ArgumentPath> paths,
                     FixedEvaluator* fixed)
    : graph_(graph), services_(services), paths_(std::move(paths)), fixed_(fixed) {
  const Scenario& s = *graph.scenario;
  varied_.assign(s.instances.size(), fixed == nullptr);
  for (const ArgumentPath& path : paths_) varied_[path.instance] = true;
  for (const std::size_t i : s.order)
    for (const Wire& wire : s.instances[i].wires)
      for (const std::size_t j : wire.instances)
        if (varied_[j]) varied_[i] = true;

  nodes_.resize(s.instances.size());
  for (const std::size_t i : s.order) {
    if (!graph.nodes[i] || !varied_[i]) continue;
    auto node = std::make_unique<Node>();
    const Descriptor& d = graph.descriptor(i);
    node->arrays.assign(static_cast<std::size_t>(max_rows), std::vector<Array>(d.outputs.size()));
    node->tables.assign(static_cast<std::size_t>(max_rows), std::vector<Table>(d.outputs.size()));
    int groups = 0;
    for (const Output& o : d.outputs) groups = std::max(groups, o.group + 1);
    node->group_done.assign(static_cast<std::size_t>(groups), false);
    for (const ArgumentPath& path : paths_)
      if (path.instance == i) node->paths.push_back(&path);
    if (!node->paths.empty()) node->arguments.assign(static_cast<std::size_t>(max_rows), graph.arguments[i]);
    nodes_[i] = std::move(node);
    nodes_[i]->batch = std::make_unique<InstanceBatch>(*this, i);
  }
}

Evaluator::~Evaluator() = default;

// What is evaluated for a sampler's rows is no result of the run; the fixed part at scenario values is.
std::string Evaluator::results_key(std::size_t instance) const {
  return !fixed_ && graph_.at_scenario_values ? graph_.nodes[instance]->key : "";
}

void Evaluator::begin(std::span<const Values> rows, std::span<const double> limits, std::size_t limited) {
  rows_.assign(std::max<std::size_t>(rows.size(), 1), RowState{});
  limits_.assign(limits.begin(), limits.end());
  limited_ = limited;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (!nodes_[i]) continue;
    Node& node = *nodes_[i];
    std::fill(node.group_done.begin(), node.group_done.end(), false);
    if (node.paths.empty()) continue;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      for (const ArgumentPath* path : node.paths) node.arguments[r].values[path->parameter] = rows[r][path->column];
      pack(graph_.descriptor(i), node.arguments[r]);
    }
  }
}

void Evaluator::fail(int row, std::size_t instance, std::string_view cause, std::string_view text) {
  RowState& state = rows_[static_cast<std::size_t>(row)];
  if (state.status == Status::ok) state = {Status::failed, std::string(cause), std::string(text), instance};
}

void Evaluator::ensure(std::size_t i, int group) {
  Node& node = *nodes_[i];
  if (node.group_done[static_cast<std::size_t>(group)]) return;
  node.group_done[static_cast<std::size_t>(group)] = true;
  const AtWork evaluating(Phase::evaluate, graph_.nodes[i]->worker);
  if (!node.has_workspace) {
    if (const auto& prepared = graph_.nodes[i]->prepared) node.workspace = prepared->workspace();
    node.has_workspace = true;
  }
  node.batch->run(group);
}

Evaluator::Place Evaluator::locate(int row, std::size_t i, std::size_t output) {
  const Output& o = graph_.descriptor(i).outputs[output];
  if (o.constant) return Place::constant;
  if (!varied_[i]) return Place::fixed;
  RowState& state = rows_[static_cast<std::size_t>(row)];
  if (state.status == Status::ok) ensure(i, o.group);
  return state.status == Status::ok ? Place::row : Place::nowhere;
}

template <class T>
const T* Evaluator::from_fixed(int row, const T* found) {
  if (!found) rows_[static_cast<std::size_t>(row)] = fixed_->state();
  return found;
}

const Array* Evaluator::array(int row, std::size_t i, std::size_t output) {
  switch (locate(row, i, output)) {
    case Place::constant:
      return &graph_.nodes[i]->constants.arrays[output];
    case Place::fixed:
      return from_fixed(row, fixed_->array(i, output));
    case Place::row:
      return &nodes_[i]->arrays[static_cast<std::size_t>(row)][output];
    case Place::nowhere:
      break;
  }
  return nullptr;
}

const Table* Evaluator::table(int row, std::size_t i, std::size_t output) {
  switch (locate(row, i, output)) {
    case Place::constant:
      return &graph_.nodes[i]->constants.tables[output];
    case Place::fixed:
      return from_fixed(row, fixed_->table(i, output));
    case Place::row:
      return &nodes_[i]->tables[static_cast<std::size_t>(row)][output];
    case Place::nowhere:
      break;
  }
  return nullptr;
}

FixedEvaluator::FixedEvaluator(const Graph& graph, RunServices& services) : evaluator_(graph, services, 1) {
  evaluator_.begin({});
}
FixedEvaluator::~FixedEvaluator() = default;

const Array* FixedEvaluator::array(std::size_t instance, std::size_t output) {
  const std::lock_guard lock(mutex_);
  return evaluator_.array(0, instance, output);
}
const Table* FixedEvaluator::table(std::size_t instance, std::size_t output) {
  const std::lock_guard lock(mutex_);
  return evaluator_.table(0, instance, output);
}
Evaluator::RowState FixedEvaluator::state() const {
  const std::lock_guard lock(mutex_);
  return evaluator_.state(0);
}

}  // namespace tawara
