#include "kernel/plugins/manifest.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "kernel/plugins/digest.hpp"

namespace tawara {

using Json = nlohmann::ordered_json;

namespace {

template <class E>
struct Word {
  E value;
  std::string_view text;
};

constexpr std::array type_words = {Word{Type::boolean, "boolean"}, Word{Type::integer, "integer"},
                                   Word{Type::number, "number"},   Word{Type::text, "text"},
                                   Word{Type::choice, "choice"},   Word{Type::path, "path"},
                                   Word{Type::list, "list"},       Word{Type::record, "record"},
                                   Word{Type::subset, "subset"},   Word{Type::priors, "priors"}};
constexpr std::array acts_at_words = {Word{ActsAt::prepare, "prepare"}, Word{ActsAt::evaluate, "evaluate"}};
constexpr std::array hint_words = {
    Word{Hint::none, "none"},        Word{Hint::scalar, "scalar"},   Word{Hint::trace, "trace"},
    Word{Hint::leads, "leads"},      Word{Hint::field, "field"},     Word{Hint::mesh, "mesh"},
    Word{Hint::table, "table"},      Word{Hint::history, "history"}, Word{Hint::population, "population"},
    Word{Hint::protocol, "protocol"}};
constexpr std::array how_many_words = {Word{HowMany::one, "one"}, Word{HowMany::optional, "optional"},
                                       Word{HowMany::many, "many"}};
constexpr std::array maturity_words = {Word{Maturity::experimental, "experimental"}, Word{Maturity::stable, "stable"},
                                       Word{Maturity::deprecated, "deprecated"}};

template <class Words, class E>
std::string_view word_in(const Words& words, E value) {
  const auto found = std::find_if(words.begin(), words.end(), [&](const auto& w) { return w.value == value; });
  return found == words.end() ? "?" : found->text;
}

constexpr std::string_view own_digest_key = "\"text_digest\":\"";
constexpr std::size_t digest_length = 32;

}  // namespace

std::string_view word_for(Type v) { return word_in(type_words, v); }
std::string_view word_for(ActsAt v) { return word_in(acts_at_words, v); }
std::string_view word_for(Hint v) { return word_in(hint_words, v); }
std::string_view word_for(HowMany v) { return word_in(how_many_words, v); }
std::string_view word_for(Maturity v) { return word_in(maturity_words, v); }

// ------------------------------------------------------------------------------------------------ writing

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

// ------------------------------------------------------------------------------------------------ reading

namespace {

[[noreturn]] void fail(const std::string& place, const std::string& text) {
  throw ManifestError((place.empty() ? "manifest" : place) + ": " + text);
}

Value value_from(const Json& json, const std::string& place) {
  switch (json.type()) {
    case Json::value_t::null:
      return {};
    case Json::value_t::boolean:
      return json.get<bool>();
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      return json.get<std::int64_t>();
    case Json::value_t::number_float:
      return json.get<double>();
    case Json::value_t::string:
      return json.get<std::string>();
    case Json::value_t::array: {
      List list;
      for (std::size_t i = 0; i < json.size(); ++i)
        list.push_back(value_from(json[i], place + "[" + std::to_string(i) + "]"));
      return list;
    }
    case Json::value_t::object: {
      if (json.size() == 1 && json.contains("")) {
        const Json& word = json[""];
        if (word == "inf") return HUGE_VAL;
        if (word == "-inf") return -HUGE_VAL;
        if (word == "nan") return std::nan("");
        fail(place, "expected inf, -inf or nan, found " + word.dump());
      }
      Record record;
      for (const auto& [key, item] : json.items()) record.emplace_back(key, value_from(item, place + "." + key));
      return record;
    }
    default:
      fail(place, "not a value");
  }
}

/// Reads members of a JSON object; absent ones leave the record's default, wrong types say where.
class Reader {
 public:
  Reader(const Json& json, std::string place) : json_(json), place_(std::move(place)) {
    if (!json.is_object()) fail(place_, std::string("expected an object, found ") + json.type_name());
  }
  [[nodiscard]] std::string at(const char* key) const { return place_.empty() ? key : place_ + "." + key; }

  Reader& read(const char* key, std::string& to) { return typed(key, to, &Json::is_string, "a text"); }
  Reader& read(const char* key, bool& to) { return typed(key, to, &Json::is_boolean, "true or false"); }
  Reader& read(const char* key, int& to) { return typed(key, to, &Json::is_number_integer, "an integer"); }
  Reader& read(const char* key, long& to) { return typed(key, to, &Json::is_number_integer, "an integer"); }
  Reader& read(const char* key, Value& to) {
    if (const Json* found = find(key)) to = value_from(*found, at(key));
    return *this;
  }
  Reader& read(const char* key, std::optional<double>& to) {
    Value value;
    read(key, value);
    if (value.empty()) return *this;
    if (!value.is_number()) fail(at(key), "expected a number");
    to = value.number();
    return *this;
  }
  Reader& read(const char* key, std::vector<std::string>& to) {
    return each(key, [&](const Json& item, const std::string& place) {
      if (!item.is_string()) fail(place, std::string("expected a text, found ") + item.type_name());
      to.push_back(item.get<std::string>());
    });
  }
  template <std::size_t N>
  Reader& read(const char* key, char (&to)[N]) {
    std::string text;
    read(key, text);
    detail::copy(to, N, text.c_str());
    return *this;
  }
  template <class E, std::size_t N>
  Reader& word(const char* key, E& to, const std::array<Word<E>, N>& words) {
    std::string text;
    read(key, text);
    if (text.empty()) return *this;
    const auto found = std::find_if(words.begin(), words.end(), [&](const auto& w) { return w.text == text; });
    if (found == words.end()) {
      std::string all;
      for (const auto& w : words) all += (all.empty() ? "" : ", ") + std::string(w.text);
      fail(at(key), "expected one of " + all + "; found '" + text + "'");
    }
    to = found->value;
    return *this;
  }
  template <class F>
  Reader& each(const char* key, F body) {
    const Json* found = find(key);
    if (!found) return *this;
    if (!found->is_array()) fail(at(key), std::string("expected a list, found ") + found->type_name());
    for (std::size_t i = 0; i < found->size(); ++i) body((*found)[i], at(key) + "[" + std::to_string(i) + "]");
    return *this;
  }
  [[nodiscard]] const Json* find(const char* key) const {
    const auto found = json_.find(key);
    return found == json_.end() ? nullptr : &*found;
  }

 private:
  template <class T>
  Reader& typed(const char* key, T& to, bool (Json::*is)() const noexcept, const char* expected) {
    if (const Json* found = find(key)) {
      if (!(found->*is)()) fail(at(key), std::string("expected ") + expected + ", found " + found->type_name());
      to = found->get<T>();
    }
    return *this;
  }
  const Json& json_;
  std::string place_;
};

Parameter parameter_from(const Json& json, const std::string& place) {
  Parameter p;
  Reader(json, place)
      .read("name", p.name)
      .word("type", p.type, type_words)
      .read("unit", p.unit)
      .read("default", p.default_value)
      .read("optional", p.optional)
      .read("minimum", p.minimum)
      .read("maximum", p.maximum)
      .read("exclusive_minimum", p.exclusive_minimum)
      .read("exclusive_maximum", p.exclusive_maximum)
      .read("usual_low", p.usual_low)
      .read("usual_high", p.usual_high)
      .each("choices",
            [&](const Json& item, const std::string& at) {
              Choice c;
              Reader(item, at).read("name", c.name).read("doc", c.doc);
              p.choices.push_back(std::move(c));
            })
      .read("log_scale", p.log_scale)
      .word("acts_at", p.acts_at, acts_at_words)
      .read("inferable", p.inferable)
      .read("field", p.field)
      .read("advanced", p.advanced)
      .read("changes_results", p.changes_results)
      .read("index_set", p.index_set)
      .each("members", [&](const Json& item, const std::string& at) { p.members.push_back(parameter_from(item, at)); })
      .read("doc", p.doc)
      .read("source", p.source)
      .read("renamed_from", p.renamed_from);
  return p;
}

Slot slot_from(const Json& json, const std::string& place) {
  Slot s;
  Reader(json, place)
      .read("name", s.name)
      .read("kind", s.kind)
      .word("how_many", s.how_many, how_many_words)
      .each("alternatives",
            [&](const Json& needs, const std::string& at) {
              if (!needs.is_array()) fail(at, std::string("expected a list, found ") + needs.type_name());
              auto& all = s.alternatives.emplace_back();
              for (std::size_t i = 0; i < needs.size(); ++i) {
                auto& need = all.emplace_back();
                Reader(needs[i], at + "[" + std::to_string(i) + "]").read("name", need.name).read("unit", need.unit);
              }
            })
      .read("ability", s.ability)
      .read("simulated_over", s.simulated_over)
      .read("doc", s.doc);
  return s;
}

Output output_from(const Json& json, const std::string& place) {
  Output o;
  Reader(json, place)
      .read("name", o.name)
      .read("unit", o.unit)
      .read("shape", o.shape)
      .read("table", o.table)
      .read("constant", o.constant)
      .read("group", o.group)
      .word("hint", o.hint, hint_words)
      .read("labels", o.labels)
      .read("summary_key", o.summary_key)
      .read("doc", o.doc);
  return o;
}

Descriptor descriptor_from(const Json& json, const std::string& place) {
  Descriptor d;
  Reader(json, place)
      .read("name", d.name)
      .read("summary", d.summary)
      .read("doc", d.doc)
      .read("citations", d.citations)
      .word("maturity", d.maturity, maturity_words)
      .read("replaced_by", d.replaced_by)
      .read("cacheable", d.cacheable)
      .each("parameters", [&](const Json& j, const std::string& at) { d.parameters.push_back(parameter_from(j, at)); })
      .each("slots", [&](const Json& j, const std::string& at) { d.slots.push_back(slot_from(j, at)); })
      .each("outputs", [&](const Json& j, const std::string& at) { d.outputs.push_back(output_from(j, at)); });
  return d;
}

AbiTag abi_from(const Json& json, const std::string& place) {
  AbiTag t{};
  std::vector<int> sdk;
  bool library_debug = false, optimised = false, fast_math = false;
  Reader(json, place)
      .each("sdk",
            [&](const Json& item, const std::string& at) {
              if (!item.is_number_integer()) fail(at, "expected an integer");
              sdk.push_back(item.get<int>());
            })
      .read("standard_library", t.standard_library)
      .read("library_debug", library_debug)
      .read("pointer_bits", t.pointer_bits)
      .read("platform", t.platform)
      .read("sanitiser", t.sanitiser)
      .read("cplusplus", t.cplusplus)
      .read("compiler", t.compiler)
      .read("optimised", optimised)
      .read("fast_math", fast_math)
      .read("tag_size", t.struct_size);
  if (sdk.size() != 2) fail(place + ".sdk", "expected two integers, major and minor");
  t.sdk_major = sdk[0];
  t.sdk_minor = sdk[1];
  t.library_debug = library_debug;
  t.optimised = optimised;
  t.fast_math = fast_math;
  return t;
}

}  // namespace

ManifestHead read_manifest_head(std::string_view text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) fail("", "not JSON");
  Reader reader(json, "");
  int format = 0;
  reader.read("tawara_manifest", format);
  if (format != manifest_format)
    fail("tawara_manifest",
         "format " + std::to_string(format) + ", while this kernel reads format " + std::to_string(manifest_format));

  std::string unsigned_text(text);
  const std::size_t key = unsigned_text.find(own_digest_key);
  const std::size_t start = key + own_digest_key.size();
  if (key == std::string::npos || start + digest_length > unsigned_text.size()) fail("text_digest", "missing");
  const std::string stated = unsigned_text.substr(start, digest_length);
  unsigned_text.replace(start, digest_length, std::string(digest_length, '0'));
  if (digest_of(unsigned_text) != stated) fail("text_digest", "the text was changed after it was written");

  ManifestHead head;
  Manifest& m = head.manifest;
  reader.read("digest", m.digest)
      .read("name", m.name)
      .read("version", m.version)
      .read("summary", m.summary)
      .read("authors", m.authors)
      .read("licence", m.licence)
      .read("homepage", m.homepage);
  if (!reader.find("abi")) fail("abi", "missing");
  m.abi = abi_from(*reader.find("abi"), "abi");
  if (m.name.empty()) fail("name", "missing");
  if (m.digest.empty()) fail("digest", "missing");
  head.components = reader.find("components") ? reader.find("components")->dump() : "[]";
  return head;
}

std::vector<Descriptor> components_of(const ManifestHead& head) {
  const Json json = Json::parse(head.components);
  if (!json.is_array()) fail("components", std::string("expected a list, found ") + json.type_name());
  std::vector<Descriptor> components;
  for (std::size_t i = 0; i < json.size(); ++i)
    components.push_back(descriptor_from(json[i], "components[" + std::to_string(i) + "]"));
  return components;
}

}  // namespace tawara
