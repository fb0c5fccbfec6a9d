#include "kernel/graph/simulator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <set>

#include "kernel/cluster/bytes.hpp"
#include "kernel/cluster/group.hpp"
#include "kernel/graph/evaluator.hpp"
#include "kernel/graph/paths.hpp"

namespace tawara {
namespace {

/// What rank 0 wants of the other processes.
enum class Request : char { evaluate, end, end_all };

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
  /// The share of another process in an evaluation that rank 0 asks for.
  void help(ByteReader& request);

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
  std::vector<std::size_t> evaluate_share(std::span<const Values> rows, std::span<const int> wanted,
                                          std::span<const double> limits, std::span<Result> results,
                                          std::size_t threads, Part share);
  void evaluate_together(std::span<const Values> rows, std::span<const int> wanted, std::span<const double> limits,
                         std::span<Result> results, std::size_t threads);
  void evaluate_block(Variant& variant, std::span<const std::size_t> which, std::span<const Values> rows,
                      std::span<const int> wanted, std::span<const double> limits, std::span<Result> results);

  Preparer& preparer_;
  std::string priors_;
  std::vector<std::size_t> needed_;
  std::vector<PathInfo> paths_;
  std::vector<Target> targets_;
  std::vector<ObservableInfo> observables_;
  std::vector<ObservableTarget> observable_targets_;
  int block_ = 1;
  std::map<std::vector<std::vector<double>>, std::unique_ptr<Variant>> variants_;
};

GraphSimulator::GraphSimulator(Preparer& preparer, const Graph& graph, std::size_t sampler, const std::string& priors)
    : preparer_(preparer), priors_(priors) {
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
  if (!preparer_.services().division().whole())
    throw Error(
        "a sampler's simulations cannot be made in parts that know nothing of each other; run this scenario without "
        "--part and --collect, on many cores with mpirun or srun");
  const auto threads = static_cast<std::size_t>(preparer_.services().threads());
  Group& group = Group::get();
  if (group.alone() || SingleThreadScope::active()) {
    (void)evaluate_share(rows, wanted, limits, results, threads, {});
    return;
  }
  ByteWriter request;
  request.put(Request::evaluate).put(priors_).put(threads).put(rows.size()).put(wanted.size()).put(limits.size());
  for (const Values& row : rows)
    for (const std::vector<double>& value : row) request.put(value);
  for (const int w : wanted) request.put(w);
  for (const double limit : limits) request.put(limit);
  group.exchange("simulations", request.bytes());
  evaluate_together(rows, wanted, limits, results, threads);
}

void GraphSimulator::help(ByteReader& request) {
  const auto threads = request.get<std::size_t>();
  std::vector<Values> rows(request.get<std::size_t>(), Values(paths_.size()));
  std::vector<int> wanted(request.get<std::size_t>());
  std::vector<double> limits(request.get<std::size_t>());
  for (Values& row : rows)
    for (std::vector<double>& value : row) value = request.numbers();
  for (int& w : wanted) w = request.get<int>();
  for (double& limit : limits) limit = request.get<double>();
  std::vector<Result> results(rows.size());
  evaluate_together(rows, wanted, limits, results, threads);
}

void GraphSimulator::evaluate_together(std::span<const Values> rows, std::span<const int> wanted,
                                       std::span<const double> limits, std::span<Result> results, std::size_t threads) {
  Group& group = Group::get();
  ByteWriter mine;
  for (const std::size_t r : evaluate_share(rows, wanted, limits, results, threads, {group.rank(), group.size()})) {
    const Result& result = results[r];
    mine.put(r).put(result.status).put(result.cause).put(result.text).put(result.arrays.size());
    for (const Array& array : result.arrays) mine.put(array);
  }
  const std::vector<std::string> all = group.exchange("results of simulations", mine.bytes());
  if (!group.is_first()) return;
  for (std::size_t rank = 1; rank < all.size(); ++rank) {
    for (ByteReader in(all[rank]); !in.at_end();) {
      Result& result = results[in.get<std::size_t>()];
      result.status = in.get<Status>();
      result.cause = in.text();
      result.text = in.text();
      result.arrays.resize(in.get<std::size_t>());
      for (Array& array : result.arrays) array = in.array();
    }
  }
}

/// @param threads  of each process, so that all of them make the same blocks
/// @param share    which of these blocks are this process's; rows of others come back `cancelled`
/// @returns the rows that were evaluated here
std::vector<std::size_t> GraphSimulator::evaluate_share(std::span<const Values> rows, std::span<const int> wanted,
                                                        std::span<const double> limits, std::span<Result> results,
                                                        std::size_t threads, Part share) {
  std::vector<std::pair<Variant*, std::vector<std::size_t>>> groups;  // rows of one variant, in the caller's order
  for (std::size_t r = 0; r < rows.size(); ++r) {
    results[r] = {};
    results[r].status = Status::cancelled;  // until it is evaluated
    try {
      Variant* variant = &variant_of(rows[r]);
      auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.first == variant; });
      if (group == groups.end()) group = groups.insert(groups.end(), {variant, {}});
      group->second.push_back(r);
    } catch (const Cancelled&) {
    }
  }
  // As few blocks as hold all rows, but one or more for every thread, of even size.
  std::vector<std::pair<Variant*, std::span<const std::size_t>>> blocks;
  const std::size_t workers = threads * share.count;
  for (const auto& [variant, group] : groups) {
    const std::size_t n = group.size(), full = static_cast<std::size_t>(block_);
    const std::size_t rounds = ((n + full - 1) / full + workers - 1) / workers;
    const std::size_t count = std::min(n, rounds * workers);
    for (std::size_t b = 0; b < count; ++b) {
      const std::size_t first = b * n / count, last = (b + 1) * n / count;
      if (share.has(b)) blocks.emplace_back(variant, std::span(group).subspan(first, last - first));
    }
  }
  preparer_.services().parallel_for(blocks.size(), [&](std::size_t b) {
    evaluate_block(*blocks[b].first, blocks[b].second, rows, wanted, limits, results);
  });
  std::vector<std::size_t> evaluated;
  for (const auto& [variant, which] : blocks) evaluated.insert(evaluated.end(), which.begin(), which.end());
  return evaluated;
}

void GraphSimulator::evaluate_block(Variant& variant, std::span<const std::size_t> which, std::span<const Values> rows,
                                    std::span<const int> wanted, std::span<const double> limits,
                                    std::span<Result> results) {
  if (interrupted()) return;
  for (const std::size_t r : which) results[r].status = Status::ok;
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

bool is_sampler(const Descriptor& d) {
  return std::any_of(d.slots.begin(), d.slots.end(), [](const Slot& slot) { return !slot.simulated_over.empty(); });
}

void serve_simulations(Preparer& preparer, const Graph& graph, std::size_t sampler, PreparedInstance& result) {
  std::map<std::string, std::unique_ptr<GraphSimulator>> simulators;  // by their priors
  for (;;) {
    const std::string request = Group::get().from_first("simulations", "");
    ByteReader in(request);
    switch (in.get<Request>()) {
      case Request::evaluate: {
        const std::string priors = in.text();
        auto& simulator = simulators[priors];
        if (!simulator) simulator = std::make_unique<GraphSimulator>(preparer, graph, sampler, priors);
        simulator->help(in);
        break;
      }
      case Request::end_all:
        throw HelpEnded();
      case Request::end: {
        Constants& constants = result.constants;
        for (std::size_t o = 0; o < constants.present.size(); ++o) {
          constants.present[o] = in.get<bool>();
          constants.arrays[o] = in.array();
          constants.tables[o] = in.table();
        }
        while (!in.at_end()) result.arguments_read_of.insert(in.get<std::size_t>());
        return;
      }
    }
  }
}

void end_service(const PreparedInstance& result) {
  Group& group = Group::get();
  ByteWriter words;
  words.put(result.prepared ? Request::end_all : Request::end);
  for (std::size_t o = 0; o < result.constants.present.size(); ++o)
    words.put(bool(result.constants.present[o])).put(result.constants.arrays[o]).put(result.constants.tables[o]);
  for (const std::size_t slot : result.arguments_read_of) words.put(slot);
  group.exchange("simulations", words.bytes());
  if (result.prepared) group.dissolve();
}

}  // namespace tawara
