#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "kernel/plugins/digest.hpp"
#include "kernel/plugins/manifest.hpp"
#include "kernel/plugins/manifest_words.hpp"

namespace tawara {

using Json = nlohmann::ordered_json;
using namespace manifest_words;

namespace {

constexpr int deepest = 64;  // far beyond any descriptor, and no danger to the stack of whoever recurses through it

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
      .read("spread_over", s.spread_over)
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
  bool too_deep = false;
  const auto within_depth = [&](int depth, Json::parse_event_t, Json&) { return !(too_deep |= depth > deepest); };
  const Json json = Json::parse(text, within_depth, /*allow_exceptions=*/false);
  if (too_deep) fail("", "nested deeper than " + std::to_string(deepest) + " levels");
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
