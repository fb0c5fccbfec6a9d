#pragma once
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "kernel/scenario/scenario.hpp"

/// A small world of components that exist as descriptors only.
inline const tawara::ComponentLookup& components() {
  using namespace tawara;
  static const auto world = [] {
    struct World {
      std::vector<std::unique_ptr<Descriptor>> descriptors;
      std::vector<std::unique_ptr<PluginFile>> plugins;
      ComponentLookup lookup;
      PluginFile* plugin(const char* name) {
        plugins.push_back(std::make_unique<PluginFile>());
        plugins.back()->manifest.name = name;
        return plugins.back().get();
      }
      void add(PluginFile* plugin, Descriptor d) {
        descriptors.push_back(std::make_unique<Descriptor>(std::move(d)));
        lookup.components.push_back({descriptors.back().get(), plugin});
      }
    };
    World w;
    w.lookup.note = "2 plugins found in 1 folder; 1 refused: libmy_atria.so. See: tawara doctor";
    w.lookup.left_out = {{"learner.mlp", "LibTorch was not found when this was built", "install libtorch-dev"}};
    PluginFile* ionic = w.plugin("tawara-ionic");
    PluginFile* heart = w.plugin("tawara-heart");
    PluginFile* other = w.plugin("other");

    Descriptor torord("ionic.torord", "a cell");
    torord.choice("sex", "", {{"male", ""}, {"female", ""}, {"baseline", ""}}).required().may_vary();
    torord.choice("layer", "endo", {{"endo", ""}, {"mid", ""}, {"epi", ""}}).may_vary();
    torord.number("G_Kr_scale", "1", 1).above(0).usual(0.2, 5).log().evaluate();
    torord.number("G_Ks_scale", "1", 1).at_least(0).usual(0.02, 50).log().evaluate().was("gks");
    torord.number("temperature", "K", 310).allowed(280, 320);
    torord.boolean("clamped", false).evaluate();
    torord.output("V_m", "mV", "n_samples");
    w.add(ionic, torord);

    Descriptor old("ionic.torord_2019", "an old cell");
    old.maturity = Maturity::deprecated;
    old.replaced_by = "ionic.torord";
    old.output("V_m", "mV");
    w.add(ionic, old);

    Descriptor pacing("protocol.pacing", "beats");
    pacing.number("period", "ms", 1000).above(0).usual(250, 2000).may_vary();
    pacing.number("duration", "ms", 1).above(0);
    pacing.number("amplitude", "uA/uF").absent_by_default();
    pacing.integer("beats", 1).allowed(1, 1000).may_vary();
    pacing.output_table("waveform");
    w.add(ionic, pacing);

    Descriptor single("experiment.single_cell", "one cell");
    single.slot("cell", "ionic").needs("V_m", "mV").offers("ionic");
    single.slot("protocol", "protocol").optional();
    single.slot("drugs", "drug").many();
    single.list("biomarkers", make_parameter("biomarker", Type::text)).default_value = List{"APD90"};
    single.output("APD90", "ms").summary_as("APD90");
    w.add(ionic, single);

    Descriptor slab("geometry.slab", "a bar");
    slab.number("edge", "mm", 1).above(0).usual(0.1, 3).may_vary();
    slab.path("surface").absent_by_default();
    slab.constant("nodes", "mm", "n_nodes x 3");
    slab.constant("scar", "m/s", "n_nodes");
    slab.constant("border", "1", "n_nodes");
    w.add(heart, slab);

    Descriptor eikonal("propagation.eikonal", "activation");
    eikonal.slot("geometry", "geometry").needs("nodes", "mm");
    eikonal.slot("sites", "").optional().needs("candidates", "mm");
    eikonal.number("CV_fibre", "m/s", 0.65).above(0).at_most(3).usual(0.4, 0.9).evaluate().per_node();
    eikonal.number("CV_sheet", "m/s", 0.4).above(0).at_most(3).evaluate();
    eikonal.subset("root_nodes", "sites.candidates").absent_by_default().evaluate().allowed(1, 10);
    eikonal.record("stop", {make_parameter("tolerance", Type::number, "ms", 0.1).above(0),
                            make_parameter("sweeps", Type::integer, "1", 10)});
    eikonal.output("LAT", "ms", "n_nodes");
    w.add(heart, eikonal);

    Descriptor twin("propagation.reaction_eikonal", "activation and recovery");
    twin.slot("activation", "propagation").needs("LAT", "ms");
    twin.number("APD_min", "ms", 200).above(0).evaluate();
    twin.number("g_tm", "1", 0).allowed(-1, 1).evaluate();
    twin.output("V_m", "mV", "n_nodes x n_times");
    twin.output("LAT", "ms", "n_nodes");
    w.add(heart, twin);

    Descriptor sites("conduction.sites", "candidate roots");
    sites.slot("geometry", "geometry").needs("nodes", "mm");
    sites.constant("candidates", "mm", "n x 3");
    w.add(heart, sites);

    Descriptor pseudo("ecg.pseudo", "leads");
    pseudo.slot("source", "propagation").needs("V_m", "mV").or_else().needs("LAT", "ms").needs("AP", "1");
    pseudo.output("leads", "mV", "12 x n_samples");
    w.add(heart, pseudo);

    Descriptor recording("dataset.ecg", "a recording");
    recording.path("file");
    recording.constant("leads", "V", "12 x n_samples");
    w.add(heart, recording);

    Descriptor mismatch("discrepancy.ecg", "a number");
    mismatch.slot("simulated", "").needs("leads", "mV");
    mismatch.slot("observed", "").optional().needs("leads", "mV");
    mismatch.output("value", "1");
    w.add(heart, mismatch);

    Descriptor sampler("sampler.smc_abc", "a posterior");
    sampler.slot("discrepancy", "discrepancy").needs("value", "1").over("parameters");
    sampler.integer("particles", 128).at_least(2);
    sampler.priors("parameters");
    sampler.output_table("population");
    w.add(heart, sampler);

    Descriptor spread("sampler.spread", "varies what it likes, simulates nothing itself");
    spread.priors("vary").absent_by_default();
    w.add(heart, spread);

    Descriptor block("drug.block", "a drug");
    block.number("dose", "umol/L", 0).at_least(0).evaluate();
    w.add(heart, block);

    Descriptor cohort("experiment.cohort", "many rows of what it holds");
    cohort.slot("cell", "ionic").spread("parameters");
    cohort.slot("drugs", "drug").many().spread("parameters");
    cohort.slot("maps", "propagation").many().spread("parameters");
    cohort.slot("protocol", "protocol").optional();
    cohort.slot("design", "").optional().needs("population", "");
    cohort.priors("parameters").absent_by_default();
    cohort.integer("rows", 16).at_least(1);
    cohort.output("APD90", "ms");
    w.add(heart, cohort);

    Descriptor nobody("test.nobody", "asks for what nobody has");
    nobody.slot("source", "").needs("gold", "kg");
    w.add(heart, nobody);

    Descriptor twice("test.twice", "offered by two");
    w.add(heart, twice);
    w.add(other, twice);

    Descriptor free("test.free", "types");
    free.record("anything", {}).absent_by_default();
    free.list("rows", make_parameter("row", Type::number, "ms")).absent_by_default();
    free.list("steps",
              [] {
                Parameter step = make_parameter("step", Type::record);
                step.members = {make_parameter("V_m", Type::number, "mV"),
                                make_parameter("duration", Type::number, "ms", 100.0).above(0)};
                return step;
              }())
        .absent_by_default();
    free.text("label", "none");
    free.number("density", "1/mm").absent_by_default().per_node();
    w.add(heart, free);
    return w;
  }();
  return world.lookup;
}

/// A folder of its own for one test, gone afterwards.
class Folder {
 public:
  Folder() {
    static int number = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("tawara_scenario_" + std::to_string(::getpid()) + "_" + std::to_string(number++));
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path_ / name;
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct Options {
  std::vector<std::string> sets = {}, sweeps = {};
  bool files_must_exist = true;
  bool one_row = false;
};

/// One scenario, loaded or refused.
struct Attempt {
  Folder folder;
  std::optional<tawara::Scenario> scenario;
  std::vector<tawara::Problem> problems;  ///< errors
  std::string text;                       ///< of the errors as rendered, the folder's name removed

  explicit Attempt(const std::string& toml, const Options& options = {}) {
    tawara::ScenarioRequest request;
    request.file = folder.write("twin.toml", toml);
    request.sets = options.sets;
    request.sweeps = options.sweeps;
    request.files_must_exist = options.files_must_exist;
    request.one_row = options.one_row;
    try {
      scenario = tawara::load_scenario(request, components());
    } catch (const tawara::ScenarioProblems& e) {
      problems = e.problems();
      text = e.what();
      const std::string prefix = folder.path().string() + "/";
      for (std::size_t at; (at = text.find(prefix)) != std::string::npos;) text.erase(at, prefix.size());
    }
  }
  [[nodiscard]] bool says(const std::string& words) const { return text.find(words) != std::string::npos; }
  [[nodiscard]] const tawara::Settings& settings(const char* instance) const {
    return scenario->find(instance)->settings;
  }
  [[nodiscard]] std::string warnings() const {
    std::string all;
    if (scenario)
      for (const tawara::Problem& p : scenario->warnings) all += render(p);
    return all;
  }
  [[nodiscard]] bool warns(const std::string& words) const { return warnings().find(words) != std::string::npos; }
};

#define REFUSED(attempt, words) CHECK_MESSAGE((attempt).says(words), (attempt).text)
#define LOADED(attempt) REQUIRE_MESSAGE((attempt).scenario, (attempt).text)
