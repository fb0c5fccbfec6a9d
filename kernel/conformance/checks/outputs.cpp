// What is delivered is what the descriptor declares.
#include <fmt/format.h>

#include <map>
#include <set>

#include "kernel/conformance/checks/general.hpp"
#include "kernel/conformance/study.hpp"
#include "kernel/scenario/units.hpp"

namespace tawara::conformance {
namespace {

/// "12 x n_samples" -> {"12", "n_samples"}
std::vector<std::string> axes(const std::string& shape) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < shape.size();) {
    const std::size_t end = std::min(shape.find(" x ", at), shape.size());
    words.push_back(shape.substr(at, end - at));
    at = end + 3;
  }
  return words;
}

std::string text(const std::vector<std::size_t>& shape) {
  std::string result;
  for (const std::size_t n : shape) result += (result.empty() ? "" : " x ") + std::to_string(n);
  return result.empty() ? "one number" : result;
}

bool is_name(const std::string& word) { return word.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == word.npos; }
bool is_number(const std::string& word) { return word.find_first_not_of("0123456789") == word.npos; }

class Outputs {
 public:
  explicit Outputs(Findings& findings) : findings_(findings) {}

  void array(const Output& o, const Array& a) {
    const std::vector<std::string> declared = axes(o.shape);
    if (declared.empty()) {
      if (a.size() != 1) fail(o, fmt::format("is declared as one number and has the shape {}", text(a.shape())));
      return;
    }
    if (a.shape().size() != declared.size())
      return fail(o, fmt::format("is declared as {} and has the shape {}", o.shape, text(a.shape())));
    for (std::size_t axis = 0; axis < declared.size(); ++axis) {
      const std::string& word = declared[axis];
      const std::size_t n = a.extent(axis);
      if (is_number(word) && std::to_string(n) != word)
        fail(o, fmt::format("is declared as {} and has the shape {}", o.shape, text(a.shape())));
      if (!is_name(word)) continue;
      const auto [first, fresh] = extents_.try_emplace(word, n, o.name);
      if (!fresh && first->second.first != n)
        fail(o, fmt::format("has {} {}, and '{}' has {}", n, word, first->second.second, first->second.first));
    }
    if (!o.labels.empty() && o.labels.size() != a.extent(0))
      fail(o, fmt::format("has {} rows and labels for {}", a.extent(0), o.labels.size()));
  }

  void table(const Output& o, const Table& t) {
    if (o.hint == Hint::scalar) {
      if (t.columns.size() != 1 || t.columns[0].texts.size() != 1)
        fail(o, fmt::format("is declared as one text and has {} columns of {} rows", t.columns.size(), t.rows()));
      return;
    }
    std::set<std::string> names;
    for (const Table::Column& c : t.columns) {
      if (c.name.empty()) fail(o, "has a column without a name");
      if (!names.insert(c.name).second) fail(o, fmt::format("has two columns '{}'", c.name));
      if (c.size() != t.rows())
        fail(o, fmt::format("has {} rows in '{}' and {} in '{}'", t.rows(), t.columns[0].name, c.size(), c.name));
      if (c.texts.empty() && c.size() > 0 && !parse_unit(c.unit))
        fail(o, fmt::format("has a column '{}' in the unit '{}', which is none; write \"1\" for plain numbers", c.name,
                            c.unit));
    }
  }

 private:
  void fail(const Output& o, const std::string& text) { findings_.fail(fmt::format("output '{}' {}", o.name, text)); }
  Findings& findings_;
  std::map<std::string, std::pair<std::size_t, std::string>> extents_;  ///< of an axis by its name, and in which output
};

}  // namespace

void check_outputs(const Subject& subject, Findings& findings) {
  Study study(subject.catalogue, *subject.scenario);
  const auto& outputs = subject.component.descriptor->outputs;
  if (outputs.empty()) return findings.skip("it declares none");
  const bool has_values = !takes_columns(study.scenario().find(subject.instance)->settings);
  Outputs check(findings);
  for (const Output& o : outputs) {
    if (!o.constant && !has_values) continue;
    if (o.table)
      check.table(o, study.table(subject.instance, o.name));
    else
      check.array(o, study.array(subject.instance, o.name));
  }
}

}  // namespace tawara::conformance
