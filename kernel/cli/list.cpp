#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>

#include "kernel/cli/commands.hpp"
#include "kernel/cli/run.hpp"
#include "kernel/scenario/suggest.hpp"

namespace tawara {

namespace {

using Json = nlohmann::ordered_json;

Json plugin_json(const PluginFile& file) {
  const Manifest& m = file.manifest;
  return {{"name", m.name},       {"version", m.version},       {"summary", m.summary},
          {"licence", m.licence}, {"path", file.path.string()}, {"found_by", file.found_by}};
}

void check_kind(const Catalogue& catalogue, const std::string& kind) {
  std::set<std::string> kinds;
  for (const ComponentEntry& c : catalogue.components()) kinds.emplace(c.descriptor->kind());
  if (kind.empty() || kinds.count(kind)) return;
  const std::vector<std::string> known(kinds.begin(), kinds.end());
  std::string message = "no component of kind '" + kind + "'";
  const std::string meant = did_you_mean(suggest(kind, known));
  if (!meant.empty()) message += "; " + meant;
  message += "\n  kinds: ";
  for (const std::string& k : known) message += (k == known.front() ? "" : ", ") + k;
  throw CommandLineError(message + "\n  " + catalogue.summary());
}

}  // namespace

int run_list(const Catalogue& catalogue, const std::string& kind, bool json, std::ostream& out) {
  check_kind(catalogue, kind);
  std::vector<ComponentEntry> shown;
  for (const ComponentEntry& c : catalogue.components())
    if (kind.empty() || c.descriptor->kind() == kind) shown.push_back(c);

  if (json) {
    Json all = {{"plugins", Json::array()}, {"components", Json::array()}};
    for (const auto& file : catalogue.files())
      if (file->usable()) all["plugins"].push_back(plugin_json(*file));
    for (const ComponentEntry& c : shown)
      all["components"].push_back({{"name", c.descriptor->name},
                                   {"kind", c.descriptor->kind()},
                                   {"summary", c.descriptor->summary},
                                   {"maturity", word_for(c.descriptor->maturity)},
                                   {"plugin", c.plugin->manifest.name},
                                   {"version", c.plugin->manifest.version}});
    out << all.dump(2) << '\n';
    return exit_fine;
  }

  std::size_t width = 0;
  for (const ComponentEntry& c : shown) width = std::max(width, c.descriptor->name.size());
  std::string_view last_kind;
  for (const ComponentEntry& c : shown) {
    if (c.descriptor->kind() != last_kind && !last_kind.empty()) out << '\n';
    last_kind = c.descriptor->kind();
    out << c.descriptor->name << std::string(width + 2 - c.descriptor->name.size(), ' ') << c.descriptor->summary
        << "   (" << c.plugin->manifest.name << ' ' << c.plugin->manifest.version << ")\n";
  }
  out << (shown.empty() ? "" : "\n") << catalogue.summary() << '\n';
  return exit_fine;
}

}  // namespace tawara
