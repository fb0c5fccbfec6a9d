#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kernel/graph/graph.hpp"
#include "kernel/graph/prepare.hpp"
#include "tawara/simulator.hpp"

namespace tawara {

/// Where a sampler's path leads: an evaluate parameter of an instance.
struct ArgumentPath {
  std::size_t instance;
  std::size_t parameter;
  std::size_t column;  ///< index into Values
};

/// Evaluates a graph for a block of rows, by demand, on one thread. Buffers live as long as the evaluator, so
/// evaluating again allocates nothing.
///
/// Instances that no varied path reaches are left to `fixed`, an evaluator of one row shared by all workers, so they
/// run once.
class Evaluator {
 public:
  Evaluator(const Graph& graph, RunServices& services, int max_rows, std::vector<ArgumentPath> paths = {},
            class FixedEvaluator* fixed = nullptr);
  ~Evaluator();
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  /// Start a block. @param rows at most max_rows. @param limits per row, or empty; seen by `limited` only
  void begin(std::span<const Values> rows, std::span<const double> limits = {}, std::size_t limited = ~std::size_t{0});
  /// Compute (if need be) and give an output; nullptr when the row has no answer.
  const Array* array(int row, std::size_t instance, std::size_t output);
  const Table* table(int row, std::size_t instance, std::size_t output);

  struct RowState {
    Status status = Status::ok;
    std::string cause, text;
    std::size_t failed_in = 0;  ///< the instance that failed
  };
  [[nodiscard]] const RowState& state(int row) const { return rows_[static_cast<std::size_t>(row)]; }
  [[nodiscard]] int rows() const { return static_cast<int>(rows_.size()); }
  /// Is this instance downstream of a varied path?
  [[nodiscard]] bool varied(std::size_t instance) const { return varied_[instance]; }

 private:
  friend class InstanceBatch;
  struct Node;
  /// Where an output is to be found for a row; computes it first where that is this evaluator's work.
  enum class Place { constant, fixed, row, nowhere };
  Place locate(int row, std::size_t instance, std::size_t output);
  template <class T>
  const T* from_fixed(int row, const T* found);
  void ensure(std::size_t instance, int group);
  std::string results_key(std::size_t instance) const;
  void fail(int row, std::size_t instance, std::string_view cause, std::string_view text);

  const Graph& graph_;
  RunServices& services_;
  std::vector<ArgumentPath> paths_;
  class FixedEvaluator* fixed_;
  std::vector<bool> varied_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::vector<RowState> rows_;
  std::vector<double> limits_;
  std::size_t limited_ = ~std::size_t{0};
};

/// The part of a graph that no path varies, evaluated at scenario values, at most once per output.
class FixedEvaluator {
 public:
  FixedEvaluator(const Graph& graph, RunServices& services);
  ~FixedEvaluator();
  const Array* array(std::size_t instance, std::size_t output);
  const Table* table(std::size_t instance, std::size_t output);
  [[nodiscard]] Evaluator::RowState state() const;

 private:
  // Recursive: a fixed instance may pull another. Held while computing, so that nothing runs twice.
  mutable std::recursive_mutex mutex_;
  Evaluator evaluator_;
};

}  // namespace tawara
