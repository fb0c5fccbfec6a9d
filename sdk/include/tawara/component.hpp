#pragma once
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tawara/array.hpp"
#include "tawara/descriptor.hpp"
#include "tawara/error.hpp"
#include "tawara/export.hpp"
#include "tawara/host.hpp"
#include "tawara/settings.hpp"

namespace tawara {

class Batch;
class Row;
class Simulator;
struct PathInfo;

/// Scratch of one worker. A component that needs none never sees one.
class TAWARA_EXPORT Workspace {
 public:
  virtual ~Workspace();
};

/// A component ready to evaluate: immutable, shared between threads.
///
/// Constant outputs are not kept here but with the kernel (PrepareContext::put), which can therefore cache them.
class TAWARA_EXPORT Prepared {
 public:
  virtual ~Prepared();

  /// Compute every output of `group` for one row. Const and concurrent. No allocation, locks or logging where it is
  /// hot. Throw SolverError (or call row.fail) when this row has no answer: the row is counted, others go on.
  virtual void evaluate(int group, Row& row) const;

  /// One per worker thread, made before the first evaluation; null when none is needed.
  [[nodiscard]] virtual std::unique_ptr<Workspace> workspace() const;

  /// Interfaces beyond the contract, by name: "ionic" (ionic.hpp), "protocol" (protocol.hpp), "batch" (BatchEvaluate
  /// below), ... The pointer is to exactly that interface type. nullptr when not offered.
  [[nodiscard]] virtual const void* ability(std::string_view name) const;
};

/// Optional ability "batch": evaluate several rows at once, e.g. one per SIMD lane. A row's bytes must not depend on
/// the rows beside it.
class TAWARA_EXPORT BatchEvaluate {
 public:
  virtual ~BatchEvaluate();
  /// Rows it likes to get at once; the kernel gives at most that many.
  [[nodiscard]] virtual int lanes() const = 0;
  virtual void evaluate(int group, Batch& batch) const = 0;
};

/// What one slot holds while preparing: the prepared instance in it.
class TAWARA_EXPORT Input {
 public:
  virtual ~Input();
  [[nodiscard]] virtual const std::string& instance() const = 0;
  [[nodiscard]] virtual const Descriptor& descriptor() const = 0;
  /// The settings of that instance, evaluate parameters at their scenario values.
  [[nodiscard]] virtual const Settings& settings() const = 0;
  /// A constant output. @throws Error when it has none of that name or it is computed by evaluate.
  [[nodiscard]] virtual const Array& array(std::string_view output) const = 0;
  [[nodiscard]] virtual const Table& table(std::string_view output) const = 0;
  [[nodiscard]] virtual bool has(std::string_view output) const = 0;
  [[nodiscard]] virtual const Prepared& prepared() const = 0;

  /// The evaluate parameters at their scenario values, in descriptor order (evaluate parameters only, without subsets:
  /// see Descriptor::argument_index). NaN where one is absent.
  [[nodiscard]] virtual std::span<const double> arguments() const = 0;

  /// Arguments that the scenario takes from a column of a population (`{ column = "name" }`); NaN in arguments(). Only
  /// slots that spread() ever see any.
  struct ColumnArgument {
    std::size_t argument;  ///< index into arguments()
    std::string column;
  };
  [[nodiscard]] virtual std::span<const ColumnArgument> columns() const = 0;

  /// An interface of the prepared instance. The kernel has checked that a slot's `offers` is there.
  template <class Interface>
  [[nodiscard]] const Interface& as() const {
    const void* found = prepared().ability(Interface::ability_name);
    if (!found) throw Error("instance '" + instance() + "' does not offer '" + Interface::ability_name + "'");
    return *static_cast<const Interface*>(found);
  }
};

/// Everything prepare() may look at, and where its constant outputs go.
class TAWARA_EXPORT PrepareContext {
 public:
  virtual ~PrepareContext();
  [[nodiscard]] virtual const Settings& settings() const = 0;
  [[nodiscard]] virtual Host& host() const = 0;
  /// How many instances the slot holds (0 or 1 for optional ones).
  [[nodiscard]] virtual std::size_t count(std::string_view slot) const = 0;
  [[nodiscard]] virtual const Input& input(std::string_view slot, std::size_t k = 0) const = 0;
  /// Which of the slot's alternatives is served (index into Slot::alternatives).
  [[nodiscard]] virtual std::size_t alternative(std::string_view slot, std::size_t k = 0) const = 0;
  virtual void put(std::string_view constant_output, Array value) = 0;
  virtual void put(std::string_view constant_output, Table value) = 0;
  void put(std::string_view constant_output, double value) { put(constant_output, Array::scalar(value)); }
  /// An output declared constant_text().
  void put(std::string_view constant_text, std::string_view value);
  /// The simulator made from all slots declared `.over(priors_parameter)`; lives as long as the Prepared.
  [[nodiscard]] virtual Simulator& simulator(std::string_view priors_parameter) const = 0;
  /// What the priors of slots declared `.spread(priors_parameter)` vary, in their order: what read_priors() takes. None
  /// where the parameter is absent.
  [[nodiscard]] virtual std::vector<PathInfo> spread_paths(std::string_view priors_parameter) const = 0;
};

/// A component: what TOML instantiates. Construction is cheap and gets validated settings; throw ScenarioError (naming
/// the parameter) where values do not go together.
class TAWARA_EXPORT Component {
 public:
  virtual ~Component();
  /// The heavy part, once. A pure function of settings, prepared inputs and files read: its result is cached by them.
  /// May return nullptr when every output is constant.
  [[nodiscard]] virtual std::unique_ptr<const Prepared> prepare(PrepareContext& context) const = 0;
};

/// Rows on their way through the graph, as one component sees them. Parameters, slots and outputs are indices into its
/// descriptor; Row below is the same by name, for one row.
class TAWARA_EXPORT Batch {
 public:
  virtual ~Batch();
  [[nodiscard]] virtual int rows() const = 0;
  /// False for rows that failed, were abandoned, or do not need this group.
  [[nodiscard]] virtual bool active(int row) const = 0;
  /// An evaluate parameter: one number; n_nodes numbers for a field that varies in space; sorted ids of a subset; the
  /// index of a choice; 0 or 1. @param parameter index into Descriptor::parameters
  [[nodiscard]] virtual std::span<const double> argument(int row, int parameter) const = 0;
  /// All scalar evaluate parameters of the instance in a slot, in its descriptor's order (evaluate parameters only).
  [[nodiscard]] virtual std::span<const double> arguments_of(int row, int slot, int k) const = 0;
  /// An output of the instance in a slot; computes it on demand for all active rows.
  /// Rows in which that fails become inactive here too. @param output index into the *source's* descriptor
  [[nodiscard]] virtual const Array& input(int row, int slot, int k, int output) = 0;
  [[nodiscard]] virtual const Table& input_table(int row, int slot, int k, int output) = 0;
  [[nodiscard]] virtual const Input& source(int slot, int k) const = 0;
  [[nodiscard]] virtual int count(int slot) const = 0;
  /// Where this component's own output goes. Call reshape() first; the storage is kept between evaluations.
  [[nodiscard]] virtual Array& output(int row, int output) = 0;
  [[nodiscard]] virtual Table& output_table(int row, int output) = 0;
  /// This row has no answer. `cause` is a short key to count by ("nan", "no_capture"), `text` says more.
  virtual void fail(int row, std::string_view cause, std::string_view text) = 0;
  /// The caller only wants results up to here (a sampler's threshold); +inf otherwise.
  [[nodiscard]] virtual double limit(int row) const = 0;
  /// The result is certainly above limit(row); stop working on this row.
  virtual void abandon(int row) = 0;
  [[nodiscard]] virtual Workspace* workspace() const = 0;
  [[nodiscard]] virtual Host& host() const = 0;
  [[nodiscard]] virtual const Descriptor& descriptor() const = 0;
};

/// One row of a batch, by name. Index look-ups are linear in the descriptor: fine per evaluation, not per cell.
class TAWARA_EXPORT Row {
 public:
  Row(Batch& batch, int row) : batch_(batch), row_(row) {}
  [[nodiscard]] double number(std::string_view parameter) const { return values(parameter)[0]; }
  [[nodiscard]] std::span<const double> values(std::string_view parameter) const;
  [[nodiscard]] std::span<const double> arguments_of(std::string_view slot, int k = 0) const;
  [[nodiscard]] const Array& input(std::string_view slot, std::string_view output, int k = 0) const;
  [[nodiscard]] const Table& input_table(std::string_view slot, std::string_view output, int k = 0) const;
  [[nodiscard]] const Input& source(std::string_view slot, int k = 0) const;
  [[nodiscard]] int count(std::string_view slot) const;
  [[nodiscard]] Array& output(std::string_view name);
  [[nodiscard]] Table& output_table(std::string_view name);
  void set(std::string_view scalar_output, double value);
  /// An output declared output_text().
  void set(std::string_view text_output, std::string_view value);
  void fail(std::string_view cause, std::string_view text) { batch_.fail(row_, cause, text); }
  [[nodiscard]] double limit() const { return batch_.limit(row_); }
  void abandon() { batch_.abandon(row_); }
  /// False after fail(), abandon(), or when an input of this row failed: return at once.
  [[nodiscard]] bool active() const { return batch_.active(row_); }
  [[nodiscard]] Host& host() const { return batch_.host(); }
  template <class W>
  [[nodiscard]] W& workspace() const {
    return static_cast<W&>(*batch_.workspace());
  }
  [[nodiscard]] int index() const { return row_; }
  [[nodiscard]] Batch& batch() const { return batch_; }

 private:
  Batch& batch_;
  int row_;
};

}  // namespace tawara
