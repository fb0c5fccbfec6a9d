#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tawara/export.hpp"
#include "tawara/value.hpp"

namespace tawara {

enum class Type { boolean, integer, number, text, choice, path, list, record, subset, priors };

/// When a parameter acts. Changing a `prepare` parameter prepares the component anew; an `evaluate` parameter is read
/// from the argument block of each evaluation and so may differ from row to row of a batch.
enum class ActsAt { prepare, evaluate };

/// How a result is best shown; the kernel picks the file format by it.
enum class Hint {
  none,        ///< for other components only, never written unless asked for
  scalar,      ///< one number, or one text (output_text): goes to summary.json under the output's name
  trace,       ///< Table, first column is the axis
  leads,       ///< Array leads x samples; rows named by the output's `labels`
  field,       ///< Array over the nodes of the upstream geometry: VTU
  mesh,        ///< part of a geometry (nodes, tetrahedra, surfaces)
  table,       ///< Table
  history,     ///< Table, a row per iteration
  population,  ///< Table, columns are parameter paths, `weight`, `status`
  protocol,    ///< Table of a waveform
};

struct Choice {
  std::string name;
  std::string doc;
};

/// One parameter: the single source for validation, `describe`, reference docs, priors and population spreads.
struct TAWARA_EXPORT Parameter {
  std::string name;
  Type type = Type::number;
  std::string unit = "1";
  Value default_value;    ///< empty: required, unless `optional`
  bool optional = false;  ///< may be absent without a default; the doc says what absence means
  std::optional<double> minimum, maximum;
  bool exclusive_minimum = false, exclusive_maximum = false;
  std::optional<double> usual_low, usual_high;
  std::vector<Choice> choices;
  bool log_scale = false;
  ActsAt acts_at = ActsAt::prepare;
  bool inferable = false;  ///< may carry a prior, a sweep or a population spread
  bool field = false;      ///< accepts a value per region or node
  bool advanced = false;
  bool changes_results = true;     ///< false for thread counts and the like; not part of cache keys
  std::string index_set;           ///< subset: "slot.output" whose first axis the ids index
  std::vector<Parameter> members;  ///< record: its keys; list: the single element type
  std::string doc;
  std::string source;
  std::string renamed_from;

  // Fluent setters, so that a parameter reads as one sentence in a plugin.
  // clang-format off
  Parameter& required() { default_value = {}; optional = false; return *this; }
  Parameter& absent_by_default() { default_value = {}; optional = true; return *this; }
  Parameter& allowed(double low, double high) { minimum = low; maximum = high; return *this; }
  Parameter& above(double low) { minimum = low; exclusive_minimum = true; return *this; }
  Parameter& at_least(double low) { minimum = low; return *this; }
  Parameter& at_most(double high) { maximum = high; return *this; }
  Parameter& usual(double low, double high) { usual_low = low; usual_high = high; return *this; }
  Parameter& log() { log_scale = true; return *this; }
  Parameter& evaluate() { acts_at = ActsAt::evaluate; inferable = true; return *this; }
  Parameter& may_vary() { inferable = true; return *this; }
  Parameter& per_node() { field = true; return *this; }
  Parameter& no_effect_on_results() { changes_results = false; return *this; }
  Parameter& expert() { advanced = true; return *this; }
  Parameter& says(std::string text) { doc = std::move(text); return *this; }
  Parameter& from(std::string text) { source = std::move(text); return *this; }
  Parameter& was(std::string old) { renamed_from = std::move(old); return *this; }
  Parameter& ids_of(std::string slot_output) { index_set = std::move(slot_output); return *this; }
  // clang-format on
};

/// What a slot asks of the instance put into it: an output by name, in a unit. A third party's component serves every
/// slot whose outputs it has, whatever its kind.
struct OutputNeed {
  std::string name;
  std::string unit;  ///< "" accepts any
};

enum class HowMany { one, optional, many };

struct TAWARA_EXPORT Slot {
  std::string name;
  std::string kind;  ///< "" accepts any kind that has the outputs
  HowMany how_many = HowMany::one;
  /// Alternatives, best first: the first one whose outputs are all there is used (Inputs::alternative tells which).
  std::vector<std::vector<OutputNeed>> alternatives;
  std::string ability;  ///< C++ interface that must be offered, e.g. "ionic"; "" for none
  /// Set on a sampler's slots: the instance is not read once but evaluated at many parameter values through a Simulator
  /// (see simulator.hpp). The value names the `priors` parameter that lists what varies.
  std::string simulated_over;
  /// Set on a population's slots: the instance is used as it is, and the `priors` parameter named here lists which of
  /// its evaluate parameters differ from cell to cell; they may also be `{ column = "name" }` (Input::columns).
  std::string spread_over;
  std::string doc;

  // clang-format off
  Slot& needs(std::string output, std::string unit) {
    if (alternatives.empty()) alternatives.emplace_back();
    alternatives.back().push_back({std::move(output), std::move(unit)});
    return *this;
  }
  /// Begin a further alternative: `.needs("LAT","ms").needs("AP_entry","1").or_else().needs("V_m","mV")`.
  Slot& or_else() { alternatives.emplace_back(); return *this; }
  Slot& offers(std::string interface_name) { ability = std::move(interface_name); return *this; }
  Slot& optional() { how_many = HowMany::optional; return *this; }
  Slot& many() { how_many = HowMany::many; return *this; }
  Slot& spread(std::string priors_parameter) { spread_over = std::move(priors_parameter); return *this; }
  Slot& over(std::string priors_parameter) { simulated_over = std::move(priors_parameter); return *this; }
  Slot& says(std::string text) { doc = std::move(text); return *this; }
  // clang-format on
};

struct TAWARA_EXPORT Output {
  std::string name;
  std::string unit = "1";
  std::string shape;      ///< in words: "n_nodes", "12 x n_samples", "" for a scalar
  bool table = false;     ///< a Table rather than an Array
  bool constant = false;  ///< written by prepare; otherwise by evaluate
  /// Outputs computed together. Evaluation is by demand: asking for one output computes its group and nothing else, so
  /// what is cheap (a QRS) can be had before what is dear (a T wave).
  int group = 0;
  Hint hint = Hint::none;
  std::vector<std::string> labels;  ///< names along the first axis, where fixed
  std::string summary_key;          ///< key in summary.json of a scalar, where it is not the name
  std::string doc;

  // clang-format off
  Output& summary_as(std::string key) { hint = Hint::scalar; summary_key = std::move(key); return *this; }
  Output& in_group(int g) { group = g; return *this; }
  Output& shown_as(Hint h) { hint = h; return *this; }
  Output& rows(std::vector<std::string> names) { labels = std::move(names); return *this; }
  Output& says(std::string text) { doc = std::move(text); return *this; }
  // clang-format on
};

enum class Maturity { experimental, stable, deprecated };

/// All there is to know about a component without running it.
struct TAWARA_EXPORT Descriptor {
  std::string name;                    ///< "kind.short_name"
  std::string summary;                 ///< one line
  std::string doc;                     ///< Markdown: equations, limits, hidden assumptions
  std::vector<std::string> citations;  ///< DOIs or short references
  Maturity maturity = Maturity::experimental;
  std::string replaced_by;
  bool cacheable = false;  ///< prepared constants may be kept on disk and stand in for prepare()
  std::vector<Parameter> parameters;
  std::vector<Slot> slots;
  std::vector<Output> outputs;

  explicit Descriptor(std::string full_name = {}, std::string one_line = {})
      : name(std::move(full_name)), summary(std::move(one_line)) {}

  [[nodiscard]] std::string_view kind() const { return std::string_view(name).substr(0, name.find('.')); }

  // Each returns the new record for further words. References are good until the next call of the same function.
  Parameter& number(std::string name, std::string unit, double default_value);
  Parameter& number(std::string name, std::string unit);  ///< required
  Parameter& integer(std::string name, std::int64_t default_value);
  Parameter& boolean(std::string name, bool default_value);
  Parameter& text(std::string name, std::string default_value);
  Parameter& choice(std::string name, std::string default_value, std::vector<Choice> choices);
  Parameter& path(std::string name);  ///< required; the kernel makes it absolute, checks it and hashes the file
  Parameter& subset(std::string name, std::string slot_output);
  Parameter& list(std::string name, Parameter element);
  Parameter& record(std::string name, std::vector<Parameter> members);
  Parameter& priors(std::string name);  ///< list of priors, see prior.hpp
  Parameter& add(Parameter p);

  Slot& slot(std::string name, std::string kind);
  Output& constant(std::string name, std::string unit, std::string shape);  ///< Array from prepare
  Output& constant_table(std::string name);                                 ///< Table from prepare
  Output& constant_text(std::string name);                                  ///< one text from prepare, in summary.json
  Output& output(std::string name, std::string unit, std::string shape = {});  ///< Array from evaluate
  Output& output_table(std::string name);                                      ///< Table from evaluate
  /// One text from evaluate, in summary.json (`.summary_as("isa")` for another key). Kept as a table of one cell.
  Output& output_text(std::string name);

  [[nodiscard]] int parameter_index(std::string_view name) const;  ///< -1 when there is none
  [[nodiscard]] int slot_index(std::string_view name) const;
  [[nodiscard]] int output_index(std::string_view name) const;
  /// Where a parameter stands in Input::arguments() and Row::arguments_of(); -1 when it is no argument.
  [[nodiscard]] int argument_index(std::string_view parameter) const;
};

/// Does the parameter have a place among an instance's arguments: one that acts at evaluation and is one number?
[[nodiscard]] TAWARA_EXPORT bool is_argument(const Parameter& parameter);

/// A free-standing parameter, for list elements and record members.
[[nodiscard]] TAWARA_EXPORT Parameter make_parameter(std::string name, Type type, std::string unit = "1",
                                                     Value default_value = {});

}  // namespace tawara
