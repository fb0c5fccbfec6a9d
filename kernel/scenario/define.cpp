#include "kernel/scenario/define.hpp"

#include <algorithm>
#include <map>

#include "kernel/scenario/suggest.hpp"

namespace tawara::scenario {
namespace {

class Defines {
 public:
  explicit Defines(Problems& problems) : problems_(problems) {}

  void add(const std::string& name, Node value) { values_.insert_or_assign(name, std::move(value)); }

  void substitute(Node& node) {
    if (auto* text = node.as<std::string>()) {
      if (text->find("${") != std::string::npos) substitute_text(node);
    } else if (auto* array = node.as<Node::Array>()) {
      for (Node& item : *array) substitute(item);
    } else if (auto* table = node.as<Node::Table>()) {
      for (Entry& entry : *table) substitute(entry.value);
    }
  }

 private:
  void substitute_text(Node& node) {
    const std::string text = *node.as<std::string>();
    const Location at = node.at;
    std::string result;
    std::size_t from = 0;
    while (true) {
      const std::size_t open = text.find("${", from);
      result.append(text, from, open - from);
      if (open == std::string::npos) break;
      const std::size_t close = text.find('}', open);
      if (close == std::string::npos) {
        problems_.error(at, in_quotes(text) + ": '${' without its '}'");
        return;
      }
      const Node* value = look_up(text.substr(open + 2, close - open - 2), at);
      if (!value) return;
      // A chain of defines that each use the one above twice doubles at every step.
      size_ += size_of(*value);
      if (size_ > largest) {
        if (!too_large_) problems_.error(at, "the values of [define] grow without bound");
        too_large_ = true;
        return;
      }
      if (open == 0 && close + 1 == text.size()) {
        node.value = value->value;
        place(node, at);
        return;
      }
      if (value->as<Node::Array>() || value->as<Node::Table>() || value->as<Date>()) {
        problems_.error(at, in_quotes(text) + ": " + in_quotes(text.substr(open + 2, close - open - 2)) + " is " +
                                value->describe() + ", which cannot stand inside a longer text");
        return;
      }
      if (const auto* inner = value->as<std::string>())
        result += *inner;
      else
        result += value->as<double>() ? shown(value->number()) : toml_text(*value);
      from = close + 1;
    }
    node.value = std::move(result);
  }

  const Node* look_up(const std::string& name, const Location& at) {
    if (const auto found = values_.find(name); found != values_.end()) return &found->second;
    std::vector<std::string> known;
    for (const auto& [key, value] : values_) known.push_back(key);
    problems_.error(
        at, "nothing called " + in_quotes(name) + " is defined",
        hint(suggest(name, known), known.empty() ? "write it into a [define] table" : "[define] has " + listed(known)));
    return nullptr;
  }

  /// A value keeps the place where it is used: that is where a reader can change it for this use only.
  static void place(Node& node, const Location& at) {
    node.at = at;
    if (auto* array = node.as<Node::Array>())
      for (Node& item : *array) place(item, at);
    if (auto* table = node.as<Node::Table>())
      for (Entry& entry : *table) entry.key_at = at, place(entry.value, at);
  }

  static std::size_t size_of(const Node& node) {
    std::size_t size = 1;
    if (const auto* text = node.as<std::string>()) size += text->size();
    if (const auto* array = node.as<Node::Array>())
      for (const Node& item : *array) size += size_of(item);
    if (const auto* table = node.as<Node::Table>())
      for (const Entry& entry : *table) size += size_of(entry.value);
    return size;
  }

  static constexpr std::size_t largest = 4'000'000;
  Problems& problems_;
  std::map<std::string, Node> values_;
  std::size_t size_ = 0;
  bool too_large_ = false;
};

}  // namespace

void apply_defines(Node& document, Problems& problems) {
  auto& tables = *document.as<Node::Table>();
  Defines defines(problems);
  const auto define = std::find_if(tables.begin(), tables.end(), [](const Entry& e) { return e.key == "define"; });
  if (define != tables.end()) {
    if (auto* table = define->value.as<Node::Table>()) {
      for (Entry& entry : *table) {
        defines.substitute(entry.value);
        defines.add(entry.key, entry.value);
      }
    } else {
      problems.error(define->key_at, "'define' is a table of named values: [define]");
    }
    tables.erase(define);
  }
  defines.substitute(document);
}

}  // namespace tawara::scenario
