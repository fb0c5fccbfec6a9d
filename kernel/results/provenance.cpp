#include "kernel/results/provenance.hpp"

#include <chrono>
#include <ctime>
#include <fstream>
#include <set>

#include "kernel/results/files.hpp"
#include "kernel/scenario/input_files.hpp"

namespace tawara {

std::string timestamp() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

std::string cpu_model() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

nlohmann::ordered_json provenance_of(const Scenario& s, int threads) {
  nlohmann::ordered_json p;
  p["tawara"] = project_version;
  p["scenario"] = s.file.string();
  p["title"] = s.title;
  p["seed"] = s.seed;
  p["threads"] = threads;
  const AbiTag abi = this_abi();
  p["compiler"] = abi.compiler;
  p["cpu"] = cpu_model();

  std::set<const PluginFile*> plugins;
  std::set<std::string> citations;
  nlohmann::ordered_json inputs = nlohmann::ordered_json::array();
  for (const Instance& i : s.instances) {
    plugins.insert(i.component.plugin);
    const Descriptor& d = *i.component.descriptor;
    citations.insert(d.citations.begin(), d.citations.end());
    for (std::size_t k = 0; k < d.parameters.size(); ++k)
      for (const std::string& file : files_in(d.parameters[k], i.settings.values()[k]))
        inputs.push_back({{"instance", i.name},
                          {"parameter", d.parameters[k].name},
                          {"file", file},
                          {"xxh128", digest_of_input(file)}});
  }
  std::map<std::string, nlohmann::ordered_json> by_name;  // sorted by name, not by address
  for (const PluginFile* f : plugins)
    by_name[f->manifest.name] = {{"name", f->manifest.name},
                                 {"version", f->manifest.version},
                                 {"file", f->path.string()},
                                 {"xxh128", f->manifest.digest}};
  p["plugins"] = nlohmann::ordered_json::array();
  for (auto& [name, entry] : by_name) p["plugins"].push_back(std::move(entry));
  p["inputs"] = std::move(inputs);
  p["citations"] = citations;
  return p;
}

}  // namespace tawara
