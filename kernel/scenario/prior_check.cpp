#include "kernel/scenario/prior_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "kernel/scenario/suggest.hpp"

namespace tawara::scenario {
namespace {

const std::vector<std::string> kinds = {"uniform", "normal",  "truncated_normal", "log_uniform",
                                        "within",  "integer", "choice",           "subset"};

/// A row holds one number for each of them.
bool can_be_spread(const Parameter& p) { return is_argument(p) && p.inferable; }

bool is_kind(const std::string& key) { return std::find(kinds.begin(), kinds.end(), key) != kinds.end(); }

}  // namespace

double PriorCheck::get(const char* key, double otherwise) const {
  for (const auto& [name, value] : record_)
    if (name == key) return value.number();
  return otherwise;
}

bool PriorCheck::find_parameter() {
  const Node* path = item_.find("path");
  if (!path) return complain(item_.at, "", "a prior needs a 'path', the parameter it is about", {prior_example}), false;
  const auto* text = path->as<std::string>();
  const Address address = text ? split_address(*text) : Address{};
  if (address.instance.empty())
    return complain(path->at, ".path", "expected \"instance.parameter\", found " + path->describe()), false;
  const auto index = draft_.index_of(address.instance);
  if (!index)
    return complain(path->at, ".path", "no instance called " + in_quotes(address.instance),
                    hint(suggest(address.instance, draft_.instance_names()))),
           false;
  instance_ = *index;
  const Descriptor& d = draft_.descriptor(instance_);
  const int found = d.parameter_index(address.name);
  std::vector<std::string> all, inferable;
  for (const Parameter& p : d.parameters) {
    all.push_back(p.name);
    if (p.inferable && (!spread_ || can_be_spread(p))) inferable.push_back(p.name);
  }
  const std::string tail =
      inferable.empty() ? "'" + d.name + "' has no inferable parameter" : "inferable: " + listed(inferable);
  if (found < 0) {
    // Judged by the parameter's own name: a long instance name in front would make everything look alike.
    std::vector<std::string> near = suggest(address.name, all);
    for (std::string& name : near) name = address.instance + "." + name;
    complain(path->at, ".path", in_quotes(*text) + " is not a parameter of '" + d.name + "'",
             hint(near, near.empty() ? tail : ""));
    return false;
  }
  parameter_ = &d.parameters[static_cast<std::size_t>(found)];
  if (spread_ && parameter_->acts_at == ActsAt::prepare) {
    complain(path->at, ".path",
             fmt::format("'{}' acts when '{}' is prepared, which happens once for all rows", *text, address.instance),
             {"[[sweep]] runs the scenario once per value; " +
              (inferable.empty() ? "'" + d.name + "' has no parameter that may vary from row to row"
                                 : "free to vary from row to row are " + listed(inferable))});
    return false;
  }
  if (!parameter_->inferable || (spread_ && !can_be_spread(*parameter_)))
    return complain(path->at, ".path", "'" + *text + "' cannot " + (spread_ ? "vary from row to row" : "carry a prior"),
                    {tail}),
           false;
  const Value& value = draft_.values[instance_][static_cast<std::size_t>(found)];
  if (const Value* column = value.find("column"))
    return complain(path->at, ".path",
                    fmt::format("'{}' takes its values from the column {}; a prior would be a second source", *text,
                                in_quotes(column->text())),
                    {"give it one number, or leave this prior out"}),
           false;
  return true;
}

std::optional<std::string> PriorCheck::find_kind() {
  std::vector<std::string> found, known = kinds;
  known.insert(known.end(), {"path", "paths", "range", "step", "truth"});
  bool fine = true;
  for (const Entry& entry : *item_.as<Node::Table>()) {
    if (is_kind(entry.key)) {
      found.push_back(entry.key);
    } else if (std::find(known.begin(), known.end(), entry.key) == known.end()) {
      complain(entry.key_at, "", "a prior has no key " + in_quotes(entry.key),
               hint(suggest(entry.key, known), "it has " + listed(known)));
      fine = false;
    }
  }
  if (!fine) return std::nullopt;
  if (found.size() == 1) return found.front();
  complain(item_.at, "",
           found.empty() ? "which prior? give one of " + listed(kinds) : "exactly one prior, found " + listed(found));
  return std::nullopt;
}

bool PriorCheck::kind_suits_type(const std::string& kind, const Node& node) {
  const Type type = parameter_->type;
  const char* instead = nullptr;
  const char* what = "a number";
  switch (type) {
    case Type::number:
      if (kind == "subset") instead = "uniform, normal, truncated_normal, log_uniform, within, integer or choice";
      break;
    case Type::integer:
      what = "a whole number";
      if (kind != "integer" && kind != "choice") instead = "integer or choice";
      break;
    case Type::choice:
    case Type::boolean:
      what = type == Type::choice ? "a choice" : "true or false";
      if (kind != "choice") instead = "choice";
      break;
    case Type::subset:
      what = "a subset";
      if (kind != "subset") instead = "subset";
      break;
    default:
      what = "neither a number, a choice nor a subset", instead = "no prior";
      break;
  }
  if (!instead) return true;
  complain(node.at, "." + kind, fmt::format("'{}' is {}: use {}", address(), what, instead));
  return false;
}

std::optional<double> PriorCheck::number(const Node& node, const std::string& where, bool limited, bool difference) {
  if (parameter_->type == Type::integer && !node.as<std::int64_t>()) {
    complain(node.at, where, "expected a whole number, found " + node.describe());
    return std::nullopt;
  }
  const auto value = read_number(*parameter_, node, path_ + where, draft_.problems, difference);
  if (value && !std::isfinite(*value)) {
    complain(node.at, where, "expected a finite number");
    return std::nullopt;
  }
  if (value && limited && !check_limits(*parameter_, *value, node, path_ + where, draft_.problems)) return std::nullopt;
  return value;
}

/// Two numbers; the second may be a spread, which has no limits and converts as a difference.
std::optional<std::pair<double, double>> PriorCheck::pair(const Node& node, const std::string& where, bool limited,
                                                          bool spread) {
  const auto* items = node.as<Node::Array>();
  if (!items || items->size() != 2) {
    complain(node.at, where,
             std::string("expected [") + (spread ? "mean, standard deviation" : "lowest, highest") + "], found " +
                 node.describe());
    return std::nullopt;
  }
  const auto first = number((*items)[0], where + "[0]", limited);
  const auto second = number((*items)[1], where + "[1]", limited && !spread, spread);
  if (!first || !second) return std::nullopt;
  if (spread && *second <= 0)
    return complain((*items)[1].at, where, "the standard deviation must be above 0, found " + shown(*second)),
           std::nullopt;
  if (!spread && *first >= *second)
    return complain(node.at, where,
                    fmt::format("the first number must be below the second, found {} and {}", *first, *second)),
           std::nullopt;
  return std::pair(*first, *second);
}

bool PriorCheck::read_span(const std::string& kind, const Node& node) {
  if (const Node* range = item_.find("range")) {
    complain(range->at, ".range",
             "'range' belongs to normal priors; a " + kind + " prior has its limits in its own two numbers");
    return false;
  }
  const auto span = pair(node, "." + kind, true, false);
  if (!span) return false;
  if (kind == "log_uniform" && span->first <= 0)
    return complain(node.at, ".log_uniform",
                    "both limits must be above 0, found " + with_unit(span->first, parameter_->unit)),
           false;
  if (kind == "integer" && (std::floor(span->first) != span->first || std::floor(span->second) != span->second))
    return complain(node.at, ".integer", "expected whole numbers"), false;
  set("a", span->first);
  set("b", span->second);
  return true;
}

/// within = 0.4: uniform from 0.6 to 1.4 times what the scenario sets.
bool PriorCheck::read_within(const Node& node) {
  const double fraction = node.is_number() ? node.number() : 0;
  if (!(fraction > 0 && fraction <= 1))
    return complain(node.at, ".within",
                    "expected a fraction above 0 and at most 1 (0.4: 40 % to either side of what the scenario sets), "
                    "found " +
                        node.describe()),
           false;
  const Value& set_to =
      draft_
          .values[instance_][static_cast<std::size_t>(draft_.descriptor(instance_).parameter_index(parameter_->name))];
  if (!set_to.is<double>() || set_to.number() == 0)
    return complain(node.at, ".within",
                    fmt::format("'{}' is {}, and no range lies around that; give its limits with uniform", address(),
                                set_to.is<double>() ? "0" : "not one number")),
           false;
  const double middle = set_to.number(), reach = fraction * std::abs(middle);
  if (!check_limits(*parameter_, middle - reach, node, path_ + ".within", draft_.problems) ||
      !check_limits(*parameter_, middle + reach, node, path_ + ".within", draft_.problems))
    return false;
  set("a", middle - reach);
  set("b", middle + reach);
  return true;
}

bool PriorCheck::read_normal(const std::string& kind, const Node& node) {
  const auto law = pair(node, "." + kind, true, true);
  if (!law) return false;
  set("a", law->first);
  set("b", law->second);
  const Node* range = item_.find("range");
  if (!range && kind == "truncated_normal")
    return complain(node.at, "", "a truncated_normal prior needs a 'range'"), false;
  if (!range) return true;
  const auto ends = pair(*range, ".range", true, false);
  if (!ends) return false;
  set("low", ends->first);
  set("high", ends->second);
  return true;
}

/// A choice as its index, a boolean as 0 or 1, a number as itself.
std::optional<double> PriorCheck::one_of(const Node& node, const std::string& where) {
  if (parameter_->type == Type::number || parameter_->type == Type::integer) return number(node, where, true);
  ValueContext context = draft_.context();
  const Value value = check_value(*parameter_, node, path_ + where, context);
  if (value.empty()) return std::nullopt;
  if (value.is<bool>()) return value.boolean() ? 1 : 0;
  const auto found = std::find_if(parameter_->choices.begin(), parameter_->choices.end(),
                                  [&](const Choice& c) { return c.name == value.text(); });
  return static_cast<double>(found - parameter_->choices.begin());
}

bool PriorCheck::read_choice(const Node& node) {
  const auto* items = node.as<Node::Array>();
  if (!items || items->empty())
    return complain(node.at, ".choice", "expected a list of values, found " + node.describe()), false;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const auto value = one_of((*items)[i], fmt::format(".choice[{}]", i));
    if (!value) return false;
    if (std::find(choices_.begin(), choices_.end(), Value(*value)) != choices_.end())
      return complain((*items)[i].at, fmt::format(".choice[{}]", i), "given twice"), false;
    choices_.emplace_back(*value);
  }
  return true;
}

/// subset = { of = "conduction.candidates", count = { normal = [6, 1], range = [3, 9] } }; without `normal` every count
/// of the range is as likely as the others.
bool PriorCheck::read_subset(const Node& node) {
  if (!node.as<Node::Table>())
    return complain(node.at, ".subset",
                    "expected { count = { normal = [6, 1], range = [3, 9] } }, found " + node.describe()),
           false;
  Parameter of = make_parameter("of", Type::text).absent_by_default();
  Parameter two = make_parameter("normal", Type::list).absent_by_default();
  two.members = {make_parameter("", Type::number)};
  Parameter range = make_parameter("range", Type::list).absent_by_default();
  range.members = {make_parameter("", Type::integer).at_least(0)};
  Parameter count = make_parameter("count", Type::record).absent_by_default();
  count.members = {two, range};
  ValueContext context = draft_.context();
  const std::size_t before = draft_.problems.count();
  const auto values = check_table({of, count}, node, {path_ + ".subset", "a subset prior has no key", {}, {}}, context);
  if (draft_.problems.count() != before) return false;

  if (values[0].is<std::string>()) {
    // The index set belongs to whatever stands in the parameter's slot; naming it is allowed, naming another is not.
    const Address set = split_address(parameter_->index_set);
    for (const Wire& wire : draft_.scenario.instances[instance_].wires) {
      if (wire.slot != set.instance || wire.instances.empty()) continue;
      const std::string expected = draft_.scenario.instances[wire.instances.front()].name + "." + set.name;
      if (values[0].text() != expected)
        return complain(node.find("of")->at, ".subset.of",
                        fmt::format("'{}' chooses from '{}', not from {}", address(), expected,
                                    in_quotes(values[0].text()))),
               false;
    }
  }
  if (values[1].empty()) return true;
  const Value* law = values[1].find("normal");
  const Value* ends = values[1].find("range");
  if (!law->empty()) {
    if (law->list().size() != 2 || !(law->list()[1].number() > 0))
      return complain(node.at, ".subset.count.normal", "expected [mean, standard deviation above 0]"), false;
    set("a", law->list()[0].number());
    set("b", law->list()[1].number());
  }
  double low = parameter_->minimum.value_or(0), high = parameter_->maximum.value_or(INFINITY);
  if (!ends->empty()) {
    if (ends->list().size() != 2 || ends->list()[0].number() > ends->list()[1].number())
      return complain(node.at, ".subset.count.range", "expected [fewest, most]"), false;
    const double fewest = ends->list()[0].number(), most = ends->list()[1].number();
    if (fewest < low || most > high)
      return complain(node.at, ".subset.count.range", fmt::format("'{}' takes {} to {} ids", address(), low, high)),
             false;
    low = fewest;
    high = most;
  }
  if (low > 0 || !ends->empty()) set("low", low);
  if (std::isfinite(high)) set("high", high);
  return true;
}

bool PriorCheck::read_step(const std::string& kind) {
  const Node* step = item_.find("step");
  if (!step) return true;
  if (kind == "choice" || kind == "subset")
    return complain(step->at, ".step", "a " + kind + " prior has no step"), false;
  const auto value = number(*step, ".step", false, true);
  if (!value) return false;
  if (*value <= 0) return complain(step->at, ".step", "must be above 0, found " + shown(*value)), false;
  set("step", *value);
  return true;
}

bool PriorCheck::read_truth() {
  const Node* truth = item_.find("truth");
  if (!truth) return true;
  if (parameter_->type != Type::subset) {
    const auto value = one_of(*truth, ".truth");
    if (value) truth_.emplace_back(*value);
    return value.has_value();
  }
  ValueContext context = draft_.context();
  const Value ids = check_value(*parameter_, *truth, path_ + ".truth", context);
  if (ids.empty()) return false;
  for (const Value& id : ids.list()) truth_.emplace_back(id.number());
  return true;
}

/// A prepare parameter means preparing the instance, and all that lies downstream, for each of its values.
bool PriorCheck::few_enough_values(const std::string& kind) {
  const int most = draft_.scenario.run.max_prepared;
  if (parameter_->acts_at == ActsAt::evaluate) return true;
  double count = INFINITY;
  if (kind == "choice") count = static_cast<double>(choices_.size());
  const bool integer = kind == "integer";
  const double step = get("step", integer ? 1 : 0), slack = 1e-9;  // as sdk/src/prior.cpp counts them
  const double low =
      integer || kind == "uniform" || kind == "within" || kind == "log_uniform" ? get("a", 0) : get("low", -INFINITY);
  const double high =
      integer || kind == "uniform" || kind == "within" || kind == "log_uniform" ? get("b", 0) : get("high", INFINITY);
  if (kind != "choice" && kind != "subset" && step > 0)
    count = std::floor(high / step + slack) - std::ceil(low / step - slack) + 1;
  if (count <= most) return true;
  std::vector<std::string> evaluate;
  const Descriptor& d = draft_.descriptor(instance_);
  for (const Parameter& p : d.parameters)
    if (p.acts_at == ActsAt::evaluate && p.inferable) evaluate.push_back(p.name);
  complain(
      path_at(), "",
      fmt::format(
          "'{}' acts when '{}' is prepared, so it may take at most {} values (run.max_prepared); this prior has {}",
          address(), draft_.scenario.instances[instance_].name, most,
          std::isfinite(count) ? shown(count) : "any number of them"),
      {evaluate.empty() ? "give it a choice of few values; '" + d.name + "' has no parameter that may vary freely"
                        : "give it a choice of few values; free to vary are " + listed(evaluate)});
  return false;
}

Value PriorCheck::read() {
  const auto kind = find_kind();
  if (!kind) return {};
  const Node& node = *item_.find(*kind);
  if (!kind_suits_type(*kind, node)) return {};
  record_ = {{"path", address()}, {"kind", *kind == "within" ? "uniform" : *kind}};
  const bool normal = *kind == "normal" || *kind == "truncated_normal";
  if (const Node* range = item_.find("range"); range && (*kind == "choice" || *kind == "subset"))
    return complain(range->at, ".range", *kind == "subset" ? "belongs into 'count'" : "a choice prior has no range"),
           Value();
  const bool law_fine = *kind == "choice"   ? read_choice(node)
                        : *kind == "subset" ? read_subset(node)
                        : *kind == "within" ? read_within(node)
                        : normal            ? read_normal(*kind, node)
                                            : read_span(*kind, node);
  const bool step_fine = read_step(*kind), truth_fine = read_truth();
  if (!law_fine || !step_fine || !truth_fine || !few_enough_values(*kind)) return {};
  // The set keys sit between "kind" and "choices", in the order a, b, low, high, step.
  if (!choices_.empty()) record_.emplace_back("choices", choices_);
  if (!truth_.empty()) record_.emplace_back("truth", truth_);
  return record_;
}

}  // namespace tawara::scenario
