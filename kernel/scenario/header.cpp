// [tawara], [run] and [output]. Their keys are declared like a component's, so they are checked and complained about
// in the same way.
#include <fmt/format.h>

#include <charconv>

#include "kernel/scenario/draft.hpp"
#include "tawara/version.hpp"

namespace tawara::scenario {
namespace {

const Node* reserved_table(Draft& draft, const char* name) {
  const Node* node = draft.document.find(name);
  if (node && !node->as<Node::Table>()) {
    draft.problems.error(node->at, fmt::format("'{}' is a table: write [{}]", name, name));
    return nullptr;
  }
  return node;
}

/// The values of a reserved table by name, defaults filled in.
class HeaderTable {
 public:
  HeaderTable(Draft& draft, const char* name, std::vector<Parameter> parameters) : parameters_(std::move(parameters)) {
    static const Node nothing{Node::Table{}, {}};
    const Node* node = reserved_table(draft, name);
    ValueContext context = draft.context();
    values_ = check_table(parameters_, node ? *node : nothing, {name, fmt::format("[{}] has no key", name), {}, {}},
                          context, &set_at);
  }
  /// nullptr when absent (or complained about).
  [[nodiscard]] const Value* get(std::string_view name) const {
    for (std::size_t i = 0; i < parameters_.size(); ++i)
      if (parameters_[i].name == name) return values_[i].empty() ? nullptr : &values_[i];
    return nullptr;
  }
  [[nodiscard]] std::vector<std::string> texts(std::string_view name) const {
    std::vector<std::string> result;
    if (const Value* list = get(name))
      for (const Value& item : list->list())
        if (!item.empty()) result.push_back(item.text());
    return result;
  }
  std::map<std::string, Location> set_at;

 private:
  std::vector<Parameter> parameters_;
  std::vector<Value> values_;
};

Parameter integer(const char* name, std::int64_t default_value, double minimum) {
  return make_parameter(name, Type::integer, "1", default_value).at_least(minimum);
}
Parameter text(const char* name) { return make_parameter(name, Type::text).absent_by_default(); }
Parameter list_of(const char* name, Type type) {
  Parameter p = make_parameter(name, Type::list, "1", List{});
  p.members.push_back(make_parameter(name, type));
  return p;
}

std::optional<std::array<int, 3>> parse_version(std::string_view text) {
  std::array<int, 3> version{};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version[i]);
    if (error != std::errc{} || version[i] < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty()) return version;
    if (text.front() != '.') return std::nullopt;
    text.remove_prefix(1);
  }
  return std::nullopt;
}

/// Does `have` satisfy ">=0.1, <0.2"? Nothing when the text is no such condition.
std::optional<bool> satisfies(std::string_view have, std::string_view wanted) {
  const auto ours = parse_version(have);
  bool fine = true;
  while (true) {
    const std::size_t comma = wanted.find(',');
    std::string_view part = wanted.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    std::string_view sign = part.substr(0, std::min(part.find_first_not_of("<>="), part.size()));
    part.remove_prefix(sign.size());
    while (part.starts_with(' ')) part.remove_prefix(1);
    const auto version = parse_version(part);
    if (!ours || !version) return std::nullopt;
    if (sign == ">=")
      fine &= *ours >= *version;
    else if (sign == ">")
      fine &= *ours > *version;
    else if (sign == "<=")
      fine &= *ours <= *version;
    else if (sign == "<")
      fine &= *ours < *version;
    else if (sign == "=" || sign == "==")
      fine &= *ours == *version;
    else
      return std::nullopt;
    if (comma == std::string_view::npos) return fine;
    wanted.remove_prefix(comma + 1);
  }
}

void read_tawara(Draft& draft) {
  HeaderTable header(draft, "tawara",
                     {text("title"), text("requires"), integer("seed", 1, 0), list_of("plugins", Type::path)});
  Scenario& scenario = draft.scenario;
  if (const Value* title = header.get("title")) scenario.title = title->text();
  if (const Value* seed = header.get("seed")) scenario.seed = static_cast<std::uint64_t>(seed->integer());
  if (draft.request.seed) scenario.seed = *draft.request.seed;
  draft.plugins = header.texts("plugins");
  if (const Value* wanted = header.get("requires")) {
    draft.requires_version = wanted->text();
    const auto fine = satisfies(project_version, wanted->text());
    const Location& at = header.set_at.at("requires");
    if (!fine) {
      draft.problems.error(at, "tawara.requires: " + in_quotes(wanted->text()) + " is no version condition",
                           {"write it like \">=0.1, <0.2\""});
    } else if (!*fine) {
      draft.problems.error(
          at, fmt::format("this scenario requires Tawara {}, this is {}", wanted->text(), project_version));
    }
  }
}

}  // namespace

void read_header(Draft& draft) {
  read_tawara(draft);
  Scenario& scenario = draft.scenario;
  HeaderTable run(
      draft, "run",
      {list_of("targets", Type::text), integer("threads", 0, 0), integer("max_prepared", 8, 1), text("isa")});
  if (const Value* threads = run.get("threads"))
    scenario.run.threads = static_cast<int>(std::min<std::int64_t>(threads->integer(), 4096));
  if (draft.request.threads) scenario.run.threads = *draft.request.threads;
  if (const Value* most = run.get("max_prepared"))
    scenario.run.max_prepared = static_cast<int>(std::min<std::int64_t>(most->integer(), 1 << 20));
  if (const Value* isa = run.get("isa")) scenario.run.isa = isa->text();

  HeaderTable output(draft, "output", {text("directory"), list_of("save", Type::text)});
  if (const Value* directory = output.get("directory"))
    scenario.output.directory = (scenario.file.parent_path() / directory->text()).lexically_normal();
  scenario.output.save = output.texts("save");
}

}  // namespace tawara::scenario
