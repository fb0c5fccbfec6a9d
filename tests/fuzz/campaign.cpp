// campaign scenarios|plugins --cases N [--seed S] [--only K] [--limit SECONDS] [--runs EVERY] --tawara FILE --plugins
// DIR
//          --scenarios DIR --keep DIR
//
// Damaged scenarios and plugin files through the built `tawara`, as a user would meet them. Whatever the damage: no
// crash, no hang, an exit code from 0 to 4, and words when it is not 0. A case is a function of seed and number; what
// goes wrong is kept in DIR with the number that repeats it. Exit code 1 when anything did.
#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "child.hpp"
#include "kernel/plugins/digest.hpp"
#include "kernel/plugins/elf.hpp"
#include "kernel/plugins/manifest.hpp"
#include "kernel/plugins/manifest_words.hpp"
#include "mutate.hpp"

namespace fs = std::filesystem;
using tawara::Random;

namespace {

struct Options {
  std::string mode, tawara;
  fs::path plugins, scenarios, keep;
  std::uint64_t cases = 100, seed = 1, runs = 0;  ///< runs: every so many-th scenario that could be run, is; 0: none
  int limit = 20;                                 ///< seconds a command has
  std::optional<std::uint64_t> only;
};

std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> files_in(const fs::path& folder, const std::string& extension) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == extension) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

/// What nobody should have to read: texts of the standard library and of JSON where a message should be.
const char* unhelpful_words_in(const std::string& text) {
  for (const char* words : {"terminate called", "std::", "basic_string", "vector::", "json.exception", "_M_", "map::at",
                            "bad_alloc", "bad optional", "stoi", "stod"})
    if (text.find(words) != std::string::npos) return words;
  return nullptr;
}

class Campaign {
 public:
  explicit Campaign(Options options) : options_(std::move(options)) {
    fs::create_directories(options_.keep);
    if (options_.mode == "scenarios")
      bases_ = files_in(options_.scenarios, ".toml");
    else
      for (const fs::path& file : files_in(options_.plugins, ".so"))
        if (fs::file_size(file) < 500'000) bases_.push_back(file);  // large ones take long to damage and tell no more
    if (bases_.empty()) throw std::runtime_error("nothing to damage");
  }

  int run() {
    std::vector<std::jthread> workers;
    const unsigned n = options_.only ? 1 : std::max(1u, std::min(2u, std::thread::hardware_concurrency()));
    for (unsigned w = 0; w < n; ++w)
      workers.emplace_back([this, w] { work(options_.keep / ("worker" + std::to_string(w))); });
    workers.clear();
    for (const auto& [what, count] : counts_)
      std::printf("%8llu  %s\n", static_cast<unsigned long long>(count), what.c_str());
    std::printf("%s\n", failures_ == 0 ? "nothing went wrong" : "see above");
    return failures_ == 0 ? 0 : 1;
  }

 private:
  void work(const fs::path& folder) {
    fs::create_directories(folder);
    for (std::uint64_t k; (k = next_++) < options_.cases;) {
      if (options_.only && *options_.only != k) continue;
      Random random(options_.seed, "campaign/" + options_.mode, k);
      if (options_.mode == "scenarios")
        scenario_case(k, random, folder);
      else
        plugin_case(k, random, folder);
    }
  }

  /// Runs `tawara` and judges how it ended. @returns its exit code
  int judged(std::uint64_t k, const std::vector<std::string>& arguments, const fs::path& folder, const fs::path& input,
             bool may_take_long = false) {
    std::vector<std::string> words = {options_.tawara};
    words.insert(words.end(), arguments.begin(), arguments.end());
    const ChildResult r = run_child(words, folder, options_.limit);
    const std::string said = r.err + (arguments[0] == "check" || arguments[0] == "doctor" ? r.out : "");
    std::string wrong;
    if (r.hung)
      wrong = "hung";
    else if (r.signal != 0)
      wrong = "ended by signal " + std::to_string(r.signal);
    else if (r.late && !may_take_long)
      wrong = "took too long";
    else if (r.code > 4)
      wrong = "exit code " + std::to_string(r.code);
    else if (r.code != 0 && said.empty())
      wrong = "exit code " + std::to_string(r.code) + " and not a word";
    else if (r.code == 3 && said.find(input.filename().string()) == std::string::npos)
      wrong = "exit code 3 without a place";
    else if (const char* unhelpful = r.code == 0 ? nullptr : unhelpful_words_in(r.err))
      wrong = std::string("says ") + unhelpful;
    const std::lock_guard lock(mutex_);
    ++counts_[arguments[0] + (arguments.back() == "--dry-run" ? " --dry-run" : "") +
              (r.late ? ": stopped when asked" : ": exit code " + std::to_string(r.code))];
    if (!wrong.empty()) {
      ++failures_;
      const fs::path kept = options_.keep / (std::to_string(k) + "_" + input.filename().string());
      fs::copy_file(input, kept, fs::copy_options::overwrite_existing);
      std::printf("case %llu: tawara", static_cast<unsigned long long>(k));
      for (const std::string& word : arguments) std::printf(" %s", word.c_str());
      std::printf(": %s; kept %s\n%s\n", wrong.c_str(), kept.c_str(), r.err.substr(0, 600).c_str());
      std::fflush(stdout);
    }
    return r.code;
  }

  void scenario_case(std::uint64_t k, Random& random, const fs::path& folder) {
    const fs::path& base = bases_[random.below(bases_.size())];
    const fs::path study = folder / "study.toml";
    std::ofstream(study, std::ios::binary) << damaged_text(contents(base), random);
    if (judged(k, {"check", study.string()}, folder, study) != 0) return;
    if (judged(k, {"run", study.string(), "--dry-run"}, folder, study) != 0) return;
    if (options_.runs == 0 || k % options_.runs != 0) return;
    const fs::path out = folder / "out";
    fs::remove_all(out);
    (void)judged(k, {"run", study.string(), "--quiet", "--threads", "1", "--output", out.string()}, folder, study,
                 true);
  }

  static std::string damaged_plugin(const fs::path& base, Random& random) {
    using namespace tawara;
    using manifest_words::digest_length, manifest_words::own_digest_key;
    std::string bytes = contents(base);
    Elf64_Ehdr header;
    std::memcpy(&header, bytes.data(), sizeof header);
    switch (random.below(7)) {
      case 0:
        flip_bytes(bytes, 0, sizeof header, random);
        break;
      case 1:
        flip_bytes(bytes, header.e_phoff, header.e_phoff + header.e_phnum * sizeof(Elf64_Phdr), random);
        break;
      case 2:
        flip_bytes(bytes, header.e_shoff, header.e_shoff + header.e_shnum * sizeof(Elf64_Shdr), random);
        break;
      case 3:
        flip_bytes(bytes, 0, bytes.size(), random);
        break;
      case 4:
        bytes.resize(random.below(bytes.size()));
        break;
      default: {  // a manifest that says other things and fits its file all the same
        const ElfFile file(base);
        std::string text = damaged_manifest(file.section(manifest_section).value_or("{}"), random);
        const std::size_t key = text.find(own_digest_key);
        if (key != std::string::npos && key + own_digest_key.size() + digest_length <= text.size()) {
          text.replace(key + own_digest_key.size(), digest_length, std::string(digest_length, '0'));
          text.replace(key + own_digest_key.size(), digest_length, digest_of(text));
        }
        bytes = file.with_section(manifest_section, text);
      }
    }
    return bytes;
  }

  void plugin_case(std::uint64_t k, Random& random, const fs::path& folder) {
    const fs::path& base = bases_[random.below(bases_.size())];
    const fs::path plugin = folder / "plugin.so", study = folder / "study.toml";
    std::ofstream(plugin, std::ios::binary) << damaged_plugin(base, random);
    const std::string component = one_component_of(base, random);
    const std::vector<std::string> with = {"--plugin", plugin.string()};
    const auto command = [&](std::vector<std::string> words, const fs::path& input) {
      words.insert(words.end(), with.begin(), with.end());
      return judged(k, words, folder, input);
    };
    (void)command({"list"}, plugin);
    (void)command({"doctor"}, plugin);
    (void)command({"describe", component, random.below(2) == 0 ? "--toml" : "--json"}, plugin);
    std::ofstream(study) << "[a]\nuse = \"" << component << "\"\n"
                         << (random.below(2) == 0 ? settings_of(component) : "");
    const fs::path out = folder / "out";
    fs::remove_all(out);
    if (command({"run", study.string(), "--output", out.string()}, study) > 4)
      fs::copy_file(plugin, options_.keep / (std::to_string(k) + "_plugin.so"), fs::copy_options::overwrite_existing);
  }

  static std::string one_component_of(const fs::path& base, Random& random) {
    const auto head = tawara::read_manifest_head(tawara::ElfFile(base).section(tawara::manifest_section).value());
    const auto components = tawara::components_of(head);
    return components[random.below(components.size())].name;
  }

  /// What a component cannot do without.
  static std::string settings_of(const std::string& component) {
    if (component == "ionic.torord") return "sex = \"male\"\n";
    if (component == "fixture.everything") return "time = 1\nsites = [1]\n";
    return "";
  }

  Options options_;
  std::vector<fs::path> bases_;
  std::atomic<std::uint64_t> next_ = 0;
  std::mutex mutex_;
  std::map<std::string, std::uint64_t> counts_;
  int failures_ = 0;
};

std::uint64_t number(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) throw std::runtime_error("no number: " + text);
  return value;
}

Options options_of(const std::vector<std::string>& words) {
  Options o;
  if (words.size() % 2 == 0 || (words[0] != "scenarios" && words[0] != "plugins"))
    throw std::runtime_error("expected: campaign scenarios|plugins --cases N ... (see the head of campaign.cpp)");
  o.mode = words[0];
  for (std::size_t w = 1; w + 1 < words.size(); w += 2) {
    const std::string &name = words[w], &value = words[w + 1];
    if (name == "--cases")
      o.cases = number(value);
    else if (name == "--seed")
      o.seed = number(value);
    else if (name == "--only")
      o.only = number(value);
    else if (name == "--limit")
      o.limit = static_cast<int>(number(value));
    else if (name == "--runs")
      o.runs = number(value);
    else if (name == "--tawara")
      o.tawara = value;
    else if (name == "--plugins")
      o.plugins = value;
    else if (name == "--scenarios")
      o.scenarios = value;
    else if (name == "--keep")
      o.keep = value;
    else
      throw std::runtime_error("no option " + name);
  }
  return o;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Campaign(options_of({argv + 1, argv + argc})).run();
  } catch (const std::exception& e) {
    std::cerr << "campaign: " << e.what() << '\n';
    return 2;
  }
}
