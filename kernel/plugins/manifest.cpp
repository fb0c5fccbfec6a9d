#include "kernel/plugins/manifest.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "kernel/plugins/digest.hpp"
#include "kernel/plugins/manifest_words.hpp"

namespace tawara {

using Json = nlohmann::ordered_json;

using namespace manifest_words;

namespace {

template <class Words, class E>
std::string_view word_in(const Words& words, E value) {
  const auto found = std::find_if(words.begin(), words.end(), [&](const auto& w) { return w.value == value; });
  return found == words.end() ? "?" : found->text;
}

}  // namespace

std::string_view word_for(Type v) { return word_in(type_words, v); }
std::string_view word_for(ActsAt v) { return word_in(acts_at_words, v); }
std::string_view word_for(Hint v) { return word_in(hint_words, v); }
std::string_view word_for(HowMany v) { return word_in(how_many_words, v); }
std::string_view word_for(Maturity v) { return word_in(maturity_words, v); }

Json to_json(const Value& value) {
  return std::visit(
      [](const auto& v) -> Json {
        using V = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<V, std::monostate>) {
          return nullptr;
        } else if constexpr (std::is_same_v<V, double>) {
          if (std::isfinite(v)) return v;
          return Json{{"", std::isnan(v) ? "nan" : v > 0 ? "inf" : "-inf"}};
        } else if constexpr (std::is_same_v<V, List>) {
          Json list = Json::array();
          for (const Value& item : v) list.push_back(to_json(item));
          return list;
        } else if constexpr (std::is_same_v<V, Record>) {
          Json record = Json::object();
          for (const auto& [key, item] : v) record[key] = to_json(item);
          return record;
        } else {
          return v;
        }
      },
      value.storage());
}

namespace {

/// Writes members that differ from what a default-made record holds.
class Writer {
 public:
  template <class T>
  Writer& member(const char* key, const T& value, const T& usual) {
    if (value != usual) json_[key] = value;
    return *this;
  }
  template <class E>
  Writer& word(const char* key, E value, E usual) {
    if (value != usual) json_[key] = word_for(value);
    return *this;
  }
  Writer& limit(const char* key, const std::optional<double>& value) {
    if (value) json_[key] = to_json(Value(*value));
    return *this;
  }
  template <class T>
  Writer& each(const char* key, const std::vector<T>& items) {
    for (const T& item : items) json_[key].push_back(to_json(item));
    return *this;
  }
  Json& json() { return json_; }

 private:
  Json to_json(const Value& v) { return tawara::to_json(v); }
  static Json to_json(const Choice&);
  static Json to_json(const Parameter&);
  static Json to_json(const Slot&);
  static Json to_json(const Output&);
  friend Json tawara::to_json(const Descriptor&);
  Json json_ = Json::object();
};

Json Writer::to_json(const Choice& c) {
  Writer w;
  w.json_["name"] = c.name;
  return std::move(w.member("doc", c.doc, {}).json_);
}

Json Writer::to_json(const Parameter& p) {
  const Parameter usual;
  Writer w;
  w.json_["name"] = p.name;
  w.json_["type"] = word_for(p.type);
  w.member("unit", p.unit, usual.unit);
  if (!p.default_value.empty()) w.json_["default"] = tawara::to_json(p.default_value);
  w.member("optional", p.optional, usual.optional)
      .limit("minimum", p.minimum)
      .limit("maximum", p.maximum)
      .member("exclusive_minimum", p.exclusive_minimum, usual.exclusive_minimum)
      .member("exclusive_maximum", p.exclusive_maximum, usual.exclusive_maximum)
      .limit("usual_low", p.usual_low)
      .limit("usual_high", p.usual_high)
      .each("choices", p.choices)
      .member("log_scale", p.log_scale, usual.log_scale)
      .word("acts_at", p.acts_at, usual.acts_at)
      .member("inferable", p.inferable, usual.inferable)
      .member("field", p.field, usual.field)
      .member("advanced", p.advanced, usual.advanced)
      .member("changes_results", p.changes_results, usual.changes_results)
      .member("index_set", p.index_set, usual.index_set)
      .each("members", p.members)
      .member("doc", p.doc, usual.doc)
      .member("source", p.source, usual.source)
      .member("renamed_from", p.renamed_from, usual.renamed_from);
  return std::move(w.json_);
}

Json Writer::to_json(const Slot& s) {
  const Slot usual;
  Writer w;
  w.json_["name"] = s.name;
  w.member("kind", s.kind, usual.kind).word("how_many", s.how_many, usual.how_many);
  for (const auto& needs : s.alternatives) {
    Json all = Json::array();
    for (const OutputNeed& need : needs)
      all.push_back(std::move(Writer().member("name", need.name, {}).member("unit", need.unit, {}).json_));
    w.json_["alternatives"].push_back(std::move(all));
  }
  w.member("ability", s.ability, usual.ability)
      .member("simulated_over", s.simulated_over, usual.simulated_over)
      .member("spread_over", s.spread_over, usual.spread_over)
      .member("doc", s.doc, usual.doc);
  return std::move(w.json_);
}

Json Writer::to_json(const Output& o) {
  const Output usual;
  Writer w;
  w.json_["name"] = o.name;
  w.member("unit", o.unit, usual.unit)
      .member("shape", o.shape, usual.shape)
      .member("table", o.table, usual.table)
      .member("constant", o.constant, usual.constant)
      .member("group", o.group, usual.group)
      .word("hint", o.hint, usual.hint)
      .member("labels", o.labels, usual.labels)
      .member("summary_key", o.summary_key, usual.summary_key)
      .member("doc", o.doc, usual.doc);
  return std::move(w.json_);
}

}  // namespace

Json to_json(const Descriptor& d) {
  const Descriptor usual;
  Writer w;
  w.json_["name"] = d.name;
  w.member("summary", d.summary, usual.summary)
      .member("doc", d.doc, usual.doc)
      .member("citations", d.citations, usual.citations)
      .word("maturity", d.maturity, usual.maturity)
      .member("replaced_by", d.replaced_by, usual.replaced_by)
      .member("cacheable", d.cacheable, usual.cacheable)
      .each("parameters", d.parameters)
      .each("slots", d.slots)
      .each("outputs", d.outputs);
  return std::move(w.json_);
}

Json to_json(const AbiTag& t) {
  return {{"sdk", {t.sdk_major, t.sdk_minor}},
          {"standard_library", t.standard_library},
          {"library_debug", t.library_debug != 0},
          {"pointer_bits", t.pointer_bits},
          {"platform", t.platform},
          {"sanitiser", t.sanitiser},
          {"cplusplus", t.cplusplus},
          {"compiler", t.compiler},
          {"optimised", t.optimised != 0},
          {"fast_math", t.fast_math != 0},
          {"tag_size", t.struct_size}};
}

Manifest manifest_of(const Plugin& plugin, const AbiTag& abi) {
  Manifest m{plugin.name, plugin.version, plugin.summary, plugin.authors, plugin.licence, plugin.homepage, abi, {}, {}};
  for (const Plugin::Entry& entry : plugin.components) m.components.push_back(entry.descriptor);
  return m;
}

std::string manifest_text(const Manifest& m) {
  Json json = {{"tawara_manifest", manifest_format},
               {"text_digest", std::string(digest_length, '0')},
               {"digest", m.digest},
               {"abi", to_json(m.abi)},
               {"name", m.name},
               {"version", m.version},
               {"summary", m.summary},
               {"authors", m.authors},
               {"licence", m.licence},
               {"homepage", m.homepage},
               {"components", Json::array()}};
  for (const Descriptor& d : m.components) {
    json["components"].push_back(to_json(d));
    try {
      (void)json["components"].back().dump();
    } catch (const Json::exception&) {
      throw ManifestError("component '" + d.name +
                          "': a text in its descriptor is not UTF-8; save the source as UTF-8");
    }
  }
  std::string text;
  try {
    text = json.dump();
  } catch (const Json::exception&) {
    throw ManifestError("the plugin's name, version, summary, authors, licence or homepage is not UTF-8");
  }
  // The text's own digest is taken with zeros in its place.
  text.replace(text.find(own_digest_key) + own_digest_key.size(), digest_length, digest_of(text));
  return text;
}

}  // namespace tawara
