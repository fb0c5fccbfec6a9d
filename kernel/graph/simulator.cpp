#include "kernel/graph/simulator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <set>

#include "kernel/graph/evaluator.hpp"
#include "kernel/graph/paths.hpp"

namespace tawara {
namespace {

/// A graph prepared at one choice of the varied prepare parameters, with the workers that evaluate it.
struct Variant {
  Graph graph;
  std::unique_ptr<FixedEvaluator> fixed;
  std::vector<std::unique_ptr<Evaluator>> idle;
  std::mutex mutex;
};

Value as_value(const Parameter& p, const std::vector<double>& numbers) {
  switch (p.type) {
    case Type::boolean:
      return numbers.at(0) != 0;
    case Type::integer:
      return static_cast<std::int64_t>(std::llround(numbers.at(0)));
    case Type::choice:
      return p.choices.at(static_cast<std::size_t>(numbers.at(0))).name;
    case Type::subset: {
      List ids;
      for (const double id : numbers) ids.emplace_back(static_cast<std::int64_t>(std::llround(id)));
      return ids;
    }
    default:
      return numbers.at(0);
  }
}

class GraphSimulator final : public Simulator {
 public:
  GraphSimulator(Preparer& preparer, const Graph& graph, std::size_t sampler, const std::string& priors);

  std::span<const PathInfo> paths() const override { return paths_; }
  std::span<const ObservableInfo> observables() const override { return observables_; }
  int block() const override { return block_; }
  void evaluate(std::span<const Values> rows, std::span<const int> wanted, std::span<const double> limits,
                std::span<Result> results) override;

 private:
  struct Target {
    std::size_t instance, parameter;
    bool prepares;
  };
  struct ObservableTarget {
    std::size_t instance, output;
  };

  void add_path(const Graph& graph, const std::string& path);
  Variant& variant_of(const Values& row);
  void evaluate_block(Variant& variant, std::span<const std::size_t> which, std::span<const Values> rows,
                      std::span<const int> wanted, std::span<const double> limits, std::span<Result> results);

  Preparer& preparer_;
  std::size_t sampler_;
  std::vector<std::size_t> needed_;
  std::vector<PathInfo> paths_;
  std::vector<Target> targets_;
  std::vector<ObservableInfo> observables_;
  std::vector<ObservableTarget> observable_targets_;
  int block_ = 1;
  std::map<std::vector<std::vector<double>>, std::unique_ptr<Variant>> variants_;
};

GraphSimulator::GraphSimulator(Preparer& preparer, const Graph& graph, std::size_t sampler, const std::string& priors)
    : preparer_(preparer), sampler_(sampler) {
  const Scenario& s = *graph.scenario;
  const Instance& instance = s.instances[sampler];
  const Descriptor& d = *instance.component.descriptor;

  std::vector<std::size_t> ends;
  for (std::size_t w = 0; w < instance.wires.size(); ++w) {
    if (d.slots[w].simulated_over != priors) continue;
    for (const std::size_t j : instance.wires[w].instances) {
      ends.push_back(j);
      const auto& outputs = graph.descriptor(j).outputs;
      for (std::size_t o = 0; o < outputs.size(); ++o) {
        if (outputs[o].table) continue;
        observables_.push_back({d.slots[w].name, s.instances[j].name, outputs[o]});
        observable_targets_.push_back({j, o});
      }
    }
  }
  needed_ = upstream(s, ends);
  for (const Value& prior : instance.settings.list(priors)) add_path(graph, prior.find("path")->text());

  for (const std::size_t i : needed_)
    if (const auto& p = graph.nodes[i]->prepared)
      if (const void* batch = p->ability("batch"))
        block_ = std::max(block_, static_cast<const BatchEvaluate*>(batch)->lanes());
}

void GraphSimulator::add_path(const Graph& graph, const std::string& path) {
  const Scenario& s = *graph.scenario;
  auto [i, p, info] = find_path(graph, path);
  paths_.push_back(std::move(info));

  // An evaluate parameter that someone downstream read while preparing acts like a prepare parameter.
  bool prepares = graph.descriptor(i).parameters[p].acts_at == ActsAt::prepare;
  for (const std::size_t user : needed_)
    for (const std::size_t slot : graph.nodes[user]->arguments_read_of)
      for (const std::size_t j : s.instances[user].wires[slot].instances) prepares = prepares || j == i;
  targets_.push_back({i, p, prepares});
}

Variant& GraphSimulator::variant_of(const Values& row) {
  std::vector<std::vector<double>> key;
  SettingOverrides overrides;
  std::string varied;
  for (std::size_t c = 0; c < targets_.size(); ++c) {
    if (!targets_[c].prepares) continue;
    key.push_back(row[c]);
    const Parameter& p =
        preparer_.scenario().instances[targets_[c].instance].component.descriptor->parameters[targets_[c].parameter];
    overrides[{targets_[c].instance, targets_[c].parameter}] = as_value(p, row[c]);
    varied += (varied.empty() ? "" : ", ") + paths_[c].path;
  }
  if (const auto found = variants_.find(key); found != variants_.end()) return *found->second;
  const int most = preparer_.scenario().run.max_prepared;
  if (static_cast<int>(variants_.size()) >= most)
    throw ScenarioError("",
                        fmt::format("{} need the graph prepared at more than run.max_prepared = {} values; give them "
                                    "few values (choice), or vary evaluate parameters instead",
                                    varied, most));
  auto variant = std::make_unique<Variant>();
  variant->graph = preparer_.prepare(needed_, overrides);
  variant->fixed = std::make_unique<FixedEvaluator>(variant->graph, preparer_.services());
  return *variants_.emplace(std::move(key), std::move(variant)).first->second;
}

void GraphSimulator::evaluate(std::span<const Values> rows, std::span<const int> wanted, std::span<const double> limits,
                              std::span<Result> results) {
  std::vector<std::pair<Variant*, std::vector<std::size_t>>> groups;  // rows of one variant, in the caller's order
  for (std::size_t r = 0; r < rows.size(); ++r) {
    results[r] = {};
    try {
      Variant* variant = &variant_of(rows[r]);
      auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.first == variant; });
      if (group == groups.end()) group = groups.insert(groups.end(), {variant, {}});
      group->second.push_back(r);
    } catch (const Cancelled&) {
      results[r].status = Status::cancelled;
    }
  }
  // As few blocks as hold all rows, but one or more for every thread, of even size.
  std::vector<std::pair<Variant*, std::span<const std::size_t>>> blocks;
  const auto threads = static_cast<std::size_t>(preparer_.services().threads());
  for (const auto& [variant, group] : groups) {
    const std::size_t n = group.size(), full = static_cast<std::size_t>(block_);
    const std::size_t rounds = ((n + full - 1) / full + threads - 1) / threads;
    const std::size_t count = std::min(n, rounds * threads);
    for (std::size_t b = 0; b < count; ++b) {
      const std::size_t first = b * n / count, last = (b + 1) * n / count;
      blocks.emplace_back(variant, std::span(group).subspan(first, last - first));
    }
  }
  preparer_.services().parallel_for(blocks.size(), [&](std::size_t b) {
    evaluate_block(*blocks[b].first, blocks[b].second, rows, wanted, limits, results);
  });
}

void GraphSimulator::evaluate_block(Variant& variant, std::span<const std::size_t> which, std::span<const Values> rows,
                                    std::span<const int> wanted, std::span<const double> limits,
                                    std::span<Result> results) {
  if (interrupted()) {
    for (const std::size_t r : which) results[r].status = Status::cancelled;
    return;
  }
  const SingleThreadScope one_thread;
  std::unique_ptr<Evaluator> evaluator;
  {
    const std::lock_guard lock(variant.mutex);
    if (!variant.idle.empty()) {
      evaluator = std::move(variant.idle.back());
      variant.idle.pop_back();
    }
  }
  if (!evaluator) {
    std::vector<ArgumentPath> paths;
    for (std::size_t c = 0; c < targets_.size(); ++c)
      if (!targets_[c].prepares) paths.push_back({targets_[c].instance, targets_[c].parameter, c});
    evaluator =
        std::make_unique<Evaluator>(variant.graph, preparer_.services(), block_, std::move(paths), variant.fixed.get());
  }

  std::vector<Values> block;
  std::vector<double> block_limits;
  for (const std::size_t r : which) {
    block.push_back(rows[r]);
    if (!limits.empty()) block_limits.push_back(limits[r]);
  }
  const std::size_t limited =
      wanted.empty() ? ~std::size_t{0} : observable_targets_[static_cast<std::size_t>(wanted[0])].instance;
  evaluator->begin(block, block_limits, limited);
  // By observable first, so that a component computes all rows of the block before the next one is asked for.
  for (std::size_t w = 0; w < wanted.size(); ++w) {
    const ObservableTarget& t = observable_targets_[static_cast<std::size_t>(wanted[w])];
    for (std::size_t k = 0; k < which.size(); ++k) {
      const Array* found = evaluator->array(static_cast<int>(k), t.instance, t.output);
      Result& result = results[which[k]];
      if (!found || result.status != Status::ok) continue;
      if (w == 0 && found->shape().empty() && !std::isfinite(found->number())) {
        result.status = Status::failed;
        result.cause = "nan";
        result.text = fmt::format("{}.{} is not a finite number", preparer_.scenario().instances[t.instance].name,
                                  observables_[static_cast<std::size_t>(wanted[0])].output.name);
      } else {
        result.arrays.push_back(*found);
      }
    }
  }
  for (std::size_t k = 0; k < which.size(); ++k) {
    Result& result = results[which[k]];
    const Evaluator::RowState& state = evaluator->state(static_cast<int>(k));
    if (result.status == Status::ok && state.status != Status::ok) {
      result.status = state.status;
      result.cause = state.cause;
      result.text = state.text;
    }
    if (result.status != Status::ok) result.arrays.clear();
  }
  const std::lock_guard lock(variant.mutex);
  variant.idle.push_back(std::move(evaluator));
}

}  // namespace

std::unique_ptr<Simulator> make_simulator(Preparer& preparer, const Graph& graph, std::size_t sampler,
                                          std::string priors) {
  return std::make_unique<GraphSimulator>(preparer, graph, sampler, priors);
}

}  // namespace tawara
