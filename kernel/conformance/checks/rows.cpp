// Evaluation of several rows of argument values, as samplers ask for it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>

#include "kernel/conformance/checks/general.hpp"
#include "kernel/conformance/checks/variants.hpp"
#include "kernel/conformance/study.hpp"
#include "kernel/plugins/digest.hpp"

namespace tawara::conformance {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// The graph of the subject's scenario with its evaluate parameters varied from row to row.
class Rows {
 public:
  explicit Rows(const Subject& subject) : study_(subject.catalogue, *subject.scenario) {
    const Graph& graph = study_.graph();
    const Scenario& s = study_.scenario();
    const auto instance = static_cast<std::size_t>(s.find(subject.instance) - s.instances.data());
    const Descriptor& d = graph.descriptor(instance);
    for (std::size_t p = 0; p < d.parameters.size(); ++p) {
      const auto& values = graph.arguments[instance].values[p];
      if (!is_argument(d.parameters[p]) || values.size() != 1 || std::isnan(values[0])) continue;
      paths_.push_back({instance, p, paths_.size()});
      as_it_is_.push_back(values);
    }
    for (const std::size_t i : evaluated_upstream(s, s.run.targets)) {
      if (takes_columns(graph.settings[i])) continue;
      const auto& outputs = graph.descriptor(i).outputs;
      for (std::size_t o = 0; o < outputs.size(); ++o)
        if (!outputs[o].constant && (i == instance || outputs[o].hint != Hint::none)) wanted_.push_back({i, o});
    }
  }
  [[nodiscard]] bool empty() const { return wanted_.empty(); }
  [[nodiscard]] const std::vector<ArgumentPath>& paths() const { return paths_; }
  [[nodiscard]] const Parameter& parameter(std::size_t path) const {
    return study_.graph().descriptor(paths_[path].instance).parameters[paths_[path].parameter];
  }
  [[nodiscard]] const Values& as_it_is() const { return as_it_is_; }
  [[nodiscard]] Values with(std::size_t path, double value) const {
    Values row = as_it_is_;
    row[path] = {value};
    return row;
  }
  /// With nothing to vary, all is evaluated for each row; or what does not vary once.
  [[nodiscard]] std::unique_ptr<Evaluator> evaluator(std::size_t most) {
    if (!paths_.empty() && !fixed_) fixed_ = std::make_unique<FixedEvaluator>(study_.graph(), study_.services());
    return std::make_unique<Evaluator>(study_.graph(), study_.services(), static_cast<int>(most), paths_, fixed_.get());
  }

  struct Outcome {
    std::string output;  ///< "instance.output"
    std::string result;  ///< its digest, or why there is none
    bool operator==(const Outcome&) const = default;
  };
  [[nodiscard]] std::vector<std::vector<Outcome>> evaluate(Evaluator& evaluator,
                                                           const std::vector<Values>& rows) const {
    const Graph& graph = study_.graph();
    evaluator.begin(rows);
    std::vector<std::vector<Outcome>> all(rows.size());
    for (std::size_t r = 0; r < rows.size(); ++r)
      for (const auto& [i, o] : wanted_) {
        const Output& output = graph.descriptor(i).outputs[o];
        const int row = static_cast<int>(r);
        std::string result;
        if (output.table) {
          if (const Table* table = evaluator.table(row, i, o)) result = digest_of(bytes_of(*table));
        } else if (const Array* array = evaluator.array(row, i, o)) {
          result = digest_of(bytes_of(*array));
        }
        if (result.empty()) result = evaluator.state(row).cause + ": " + evaluator.state(row).text;
        all[r].push_back({graph.name(i) + "." + output.name, result});
      }
    return all;
  }

 private:
  Study study_;
  std::vector<ArgumentPath> paths_;
  Values as_it_is_;
  std::vector<std::pair<std::size_t, std::size_t>> wanted_;  ///< (instance, output)
  std::unique_ptr<FixedEvaluator> fixed_;
};

/// Another value of an argument, as rows carry it: the index of a choice, 0 or 1 of a boolean.
std::optional<double> another_argument(const Parameter& p, double now) {
  if (p.type == Type::boolean) return 1 - now;
  if (p.type != Type::choice) return another_number(p, now);
  if (p.choices.size() < 2) return std::nullopt;
  return now == 0 ? 1 : 0;
}

}  // namespace

void check_rows(const Subject& subject, Findings& findings) {
  Rows rows(subject);
  if (rows.empty()) return findings.skip("nothing is evaluated");
  std::vector<Values> values{rows.as_it_is()};
  for (std::size_t path = 0; path < rows.paths().size() && values.size() < 5; ++path)
    if (const auto other = another_argument(rows.parameter(path), rows.as_it_is()[path][0]))
      values.push_back(rows.with(path, *other));
  if (values.size() == 1) values.assign(3, rows.as_it_is());

  std::vector<std::vector<Rows::Outcome>> alone;
  for (const Values& row : values) alone.push_back(rows.evaluate(*rows.evaluator(1), {row}).front());

  const auto evaluator = rows.evaluator(values.size() + 1);
  const auto compare = [&](const std::vector<Values>& all, std::size_t skipped, bool backwards, const char* how) {
    const auto found = rows.evaluate(*evaluator, all);
    for (std::size_t r = 0; r < values.size(); ++r) {
      const auto& row = found[skipped + (backwards ? values.size() - 1 - r : r)];
      for (std::size_t o = 0; o < row.size(); ++o) {
        if (row[o] == alone[r][o]) continue;
        findings.fail(
            fmt::format("'{}' of a row evaluated {} is not what it is alone; a row may use its own arguments "
                        "and inputs only, and every evaluation begins anew in what workspace() gave",
                        row[o].output, how));
        return false;
      }
    }
    return true;
  };
  if (!compare(values, 0, false, "together with others")) return;
  std::vector<Values> backwards(values.rbegin(), values.rend());
  if (!compare(backwards, 0, true, "together with others, for the second time and in another order")) return;
  if (rows.paths().empty()) return;
  backwards.insert(backwards.begin(), rows.with(0, nan));
  compare(backwards, 1, true, fmt::format("beside one with {} = NaN", rows.parameter(0).name).c_str());
}

void check_odd_values(const Subject& subject, Findings& findings) {
  Rows rows(subject);
  if (rows.empty()) return findings.skip("nothing is evaluated");
  if (rows.paths().empty()) return findings.skip("it has no parameter that acts at evaluation");
  std::vector<Values> values;
  std::vector<std::string> names;
  const auto add = [&](std::size_t path, double v) {
    values.push_back(rows.with(path, v));
    names.push_back(fmt::format("{} = {:g} {}", rows.parameter(path).name, v,
                                rows.parameter(path).unit == "1" ? "" : rows.parameter(path).unit));
    while (names.back().ends_with(' ')) names.back().pop_back();
  };
  for (std::size_t path = 0; path < rows.paths().size(); ++path) {
    const Parameter& p = rows.parameter(path);
    if (p.type != Type::number) continue;
    add(path, nan);
    if (p.usual_low) add(path, *p.usual_low);
    if (p.usual_high) add(path, *p.usual_high);
  }
  constexpr std::size_t block = 16;
  const auto evaluator = rows.evaluator(block);
  for (std::size_t begin = 0; begin < values.size(); begin += block) {
    const std::size_t end = std::min(begin + block, values.size());
    (void)rows.evaluate(*evaluator, {values.begin() + static_cast<std::ptrdiff_t>(begin),
                                     values.begin() + static_cast<std::ptrdiff_t>(end)});
    for (std::size_t r = begin; r < end; ++r) {
      const Evaluator::RowState& state = evaluator->state(static_cast<int>(r - begin));
      const auto fail = [&](std::string_view text) { findings.fail(fmt::format("with {} {}", names[r], text)); };
      if (state.status == Status::ok) continue;
      if (state.status == Status::cancelled) fail("it throws Cancelled, and nobody asked it to stop");
      if (state.status == Status::abandoned) fail("it abandons the row, although there is no limit to be above of");
      if (state.status != Status::failed) continue;
      if (state.cause.empty() || state.cause.find_first_of(" \n\t") != std::string::npos)
        fail(fmt::format("it fails for the cause '{}'; write a short key to count by, without spaces, such as nan",
                         state.cause));
      if (state.text.empty()) fail("it fails without a text; say what was found and what was expected");
      if (state.text.ends_with("not a std::exception"))
        fail("it throws something that is no std::exception; throw SolverError, or call row.fail()");
    }
  }
}

}  // namespace tawara::conformance
