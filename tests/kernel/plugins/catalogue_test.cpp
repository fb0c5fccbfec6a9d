#include "kernel/plugins/catalogue.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cfenv>
#include <limits>
#include <thread>

#include "tests/kernel/plugins/fixtures.hpp"

using namespace tawara;
using fixtures::contains;
namespace fs = std::filesystem;

namespace {

const std::string this_sdk = std::to_string(sdk_major) + "." + std::to_string(sdk_minor);

Catalogue of(std::vector<fs::path> paths) {
  return Catalogue::discover({.explicit_paths = std::move(paths), .scenario_paths = {}, .standard_places = false});
}

/// The only file of a search for that path.
PluginFile verdict(const fs::path& path) {
  const Catalogue catalogue = of({path});
  REQUIRE(catalogue.files().size() == 1);
  return *catalogue.files().front();
}

Settings moody(const Descriptor& d, const char* mood) { return Settings("patient", &d, {Value(mood)}); }

std::string failure(const Catalogue& catalogue, const ComponentEntry& entry, const Settings& settings = {}) {
  try {
    (void)catalogue.create(entry, settings);
  } catch (const PluginError& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a component is found by short and by full name") {
  const Catalogue catalogue = of({fixtures::library("good")});
  REQUIRE(catalogue.components().size() == 2);
  CHECK(catalogue.components()[0].descriptor->name == "fixture.everything");
  CHECK(catalogue.find("fixture.moody").size() == 1);
  CHECK(catalogue.find("fixture-good:fixture.moody").size() == 1);
  CHECK(catalogue.find("other:fixture.moody").empty());
  CHECK(catalogue.find("fixture.mood").empty());
  CHECK(catalogue.find("fixture.moody")[0].plugin->manifest.version == "1.2.3");
}

TEST_CASE("a component is constructed with its settings") {
  const Catalogue catalogue = of({fixtures::library("good")});
  const auto entry = catalogue.find("fixture.moody").at(0);
  CHECK(catalogue.create(entry, moody(*entry.descriptor, "calm")) != nullptr);
  CHECK(catalogue.take_warnings().empty());
}

TEST_CASE("components are constructed from several threads at once") {
  const Catalogue catalogue = of({fixtures::library("good")});
  const auto entry = catalogue.find("fixture.moody").at(0);
  std::vector<int> made(4, 0);
  {
    std::vector<std::jthread> threads;
    for (int& count : made)
      threads.emplace_back([&] {
        for (int k = 0; k < 50; ++k) count += catalogue.create(entry, moody(*entry.descriptor, "calm")) != nullptr;
      });
  }
  CHECK(made == std::vector<int>{50, 50, 50, 50});
}

TEST_CASE("what a constructor throws arrives with the plugin named, a scenario's fault as it is") {
  const Catalogue catalogue = of({fixtures::library("good")});
  const auto entry = catalogue.find("fixture.moody").at(0);
  try {
    (void)catalogue.create(entry, moody(*entry.descriptor, "scenario"));
    FAIL("nothing was thrown");
  } catch (const ScenarioError& e) {
    CHECK(e.parameter() == "mood");
    CHECK(contains(e.what(), "mood and season do not go together"));
  }
  const std::string who = "plugin fixture-good 1.2.3 (" + fixtures::library("good").string() +
                          "): fixture.moody 'patient' could not be constructed: ";
  CHECK(failure(catalogue, entry, moody(*entry.descriptor, "standard")) == who + "index 7 of 5 (std::out_of_range)");
  CHECK(failure(catalogue, entry, moody(*entry.descriptor, "strange")) ==
        who + "it threw something that is no std::exception");
}

TEST_CASE("a plugin that fails while registering is refused with the reason, and works once the cause is gone") {
  const Catalogue catalogue = of({fixtures::library("throws_in_registration")});
  const auto entry = catalogue.find("fixture.thing").at(0);
  const auto with_mood = [&](const char* mood) {
    const fixtures::Variable variable("FIXTURE_REGISTRATION", mood);
    return failure(catalogue, entry);
  };
  CHECK(contains(
      with_mood("standard"),
      "plugins: cannot use throws_in_registration.so (found by --plugin)\n  plugin  fixture-throws 0.1.0, built for "));
  CHECK(contains(with_mood("standard"),
                 "\n  reason  it failed while registering its components: no licence server found\n  try     "));
  CHECK(contains(with_mood("strange"), "with something that is no std::exception"));
  CHECK(contains(with_mood("renames"),
                 "what it registers is not what its manifest says: it registers as fixture-throws 9.9.9"));
  CHECK(contains(with_mood("adds"), "it also registers 'fixture.thing'"));
  CHECK(contains(with_mood("differs"), "its component 'fixture.thing' describes itself in another way"));
  CHECK(catalogue.create(entry, {}) != nullptr);
}

TEST_CASE("a library linked with fast-math leaves the kernel's arithmetic alone, and is reported") {
  const Catalogue catalogue = of({fixtures::library("fast_math")});
  volatile double tiny = std::numeric_limits<double>::min();
  std::fesetround(FE_UPWARD);  // kept as well
  CHECK(catalogue.create(catalogue.find("fixture.fast").at(0), {}) != nullptr);
  CHECK(std::fegetround() == FE_UPWARD);
  std::fesetround(FE_TONEAREST);
  CHECK(tiny / 4 > 0);
#if defined(__x86_64__)
  const auto warnings = catalogue.take_warnings();
  REQUIRE(warnings.size() == 1);
  CHECK(contains(warnings[0], "plugin fixture-fast-math ("));
  CHECK(contains(warnings[0], "changed the floating-point environment while it was opened (linked with -ffast-math?)"));
  CHECK(catalogue.take_warnings().empty());
#endif
}

TEST_CASE("a refusal says plugin, kernel, reason and remedy") {
  const fixtures::Folder folder;
  const auto path = fixtures::forged(folder.path / "newer.so", [](Manifest& m) { m.abi.sdk_minor = 99; });
  const PluginFile file = verdict(path);
  CHECK(file.verdict == Verdict::refused);
  const std::string tag = std::string(this_abi().standard_library) + ", " + this_abi().compiler;
  CHECK(file.refusal ==
        "plugins: cannot use newer.so (found by --plugin)\n"
        "  plugin  fixture-good 1.2.3, built for Tawara SDK 0.99, " +
            tag +
            "\n"
            "  kernel  Tawara SDK " +
            this_sdk + ", " + tag +
            "\n"
            "  file    " +
            path.string() +
            "\n"
            "  reason  the plugin needs a newer SDK (0.99) than this kernel offers (" +
            this_sdk +
            ")\n"
            "  try     install Tawara >= 0.99, or rebuild the plugin against this Tawara:  cmake --build build "
            "--clean-first\n"
            "  note    its components can still be described:  tawara describe --plugin " +
            path.string() + " fixture.everything");
  CHECK(file.manifest.components.size() == 2);
}

TEST_CASE("each broken file gets its own verdict") {
  const fixtures::Folder folder;
  const auto reason = [](const fs::path& path) { return verdict(path).reason; };
  const std::string good = fixtures::read(fixtures::library("good"));

  fixtures::write(folder.path / "text.so", "not a library");
  CHECK(reason(folder.path / "text.so") == "it is not a shared library (no ELF header)");
  CHECK(reason(folder.path / "absent.so") == "cannot be read: No such file or directory");
  CHECK(reason(fixtures::library("not_a_plugin")) == "it is a shared library, but not a Tawara plugin");
  CHECK(reason(fixtures::library("without_manifest")) == "it is a plugin without a manifest");
  CHECK(contains(verdict(fixtures::library("without_manifest")).refusal, "run:  tawara-manifest "));

  fixtures::write(folder.path / "short.so", good.substr(0, good.size() - 1000));
  CHECK(contains(reason(folder.path / "short.so"), "the library is damaged: its section headers should lie at bytes "));
  std::string flipped = good;
  flipped[flipped.find("Fixture: a plugin as it should be")] = 'f';  // in the code's constants
  fixtures::write(folder.path / "flipped.so", flipped);
  CHECK(reason(folder.path / "flipped.so") ==
        "the library is damaged: its contents do not fit the digest in its manifest");
  flipped = good;
  flipped[flipped.rfind("Fixture: a plugin as it should be")] = 'f';  // in the manifest
  fixtures::write(folder.path / "edited.so", flipped);
  CHECK(reason(folder.path / "edited.so") ==
        "its manifest is damaged: text_digest: the text was changed after it was written");

  CHECK(reason(fixtures::forged(folder.path / "older.so", [](Manifest& m) { m.abi.sdk_minor = 0; })) ==
        "the plugin was built for an older SDK (0.0) than this kernel's (" + this_sdk +
            "), which is not compatible with it");
  CHECK(contains(reason(fixtures::forged(folder.path / "libcxx.so",
                                         [](Manifest& m) { detail::copy(m.abi.standard_library, 32, "libc++"); })),
                 "the plugin uses another C++ standard library (libc++)"));
  CHECK(contains(reason(fixtures::forged(folder.path / "debug.so",
                                         [](Manifest& m) { m.abi.library_debug = !m.abi.library_debug; })),
                 "the standard library's debug mode"));
  CHECK(contains(reason(fixtures::forged(folder.path / "tsan.so",
                                         [](Manifest& m) { detail::copy(m.abi.sanitiser, 16, "thread"); })),
                 "the plugin was built for the sanitiser 'thread'"));
  CHECK(reason(fixtures::forged(folder.path / "twice.so", [](Manifest& m) {
          m.components.push_back(m.components[1]);
        })) == "it offers the component 'fixture.moody' twice");
}

TEST_CASE("a manifest that claims more than the library registers is found out when it is opened") {
  const fixtures::Folder folder;
  const auto path = fixtures::forged(folder.path / "claims.so",
                                     [](Manifest& m) { m.components.emplace_back("fixture.ghost", "Not there"); });
  const Catalogue catalogue = of({path});
  CHECK(contains(failure(catalogue, catalogue.find("fixture.ghost").at(0)),
                 "what it registers is not what its manifest says: it does not register 'fixture.ghost'"));
}

TEST_CASE("a file that changed after it was found is not opened") {
  const fixtures::Folder folder;
  const auto path = folder.path / "changing.so";
  fixtures::write(path, fixtures::read(fixtures::library("good")));
  const Catalogue catalogue = of({path});
  fixtures::write(path, fixtures::read(fixtures::library("fast_math")));
  CHECK(
      contains(failure(catalogue, catalogue.find("fixture.everything").at(0)), "the file changed since it was found"));
}

TEST_CASE("folders are searched in the documented order, sorted, not deeply, for .so only") {
  const fixtures::Folder folder;
  const auto put = [&](const char* where, const char* name) {
    return fixtures::forged(folder.path / where, [&](Manifest& m) { m.name = name; });
  };
  put("path/b.so", "b");
  put("path/a.so", "a");
  put("path/deeper/c.so", "c");
  put("path/d.so.1", "d");
  put("data/tawara/plugins/e.so", "e");
  put("scenario/f.so", "f");
  const auto g = put("g.so", "g");
  const fixtures::Variable search("TAWARA_PLUGIN_PATH", (":relative:" + (folder.path / "path").string()).c_str());
  const fixtures::Variable data("XDG_DATA_HOME", (folder.path / "data").c_str());
  const Catalogue catalogue = Catalogue::discover(
      {.explicit_paths = {g}, .scenario_paths = {folder.path / "scenario"}, .standard_places = true});
  std::vector<std::string> found;
  for (const auto& file : catalogue.files())
    if (file->path.string().starts_with(folder.path.string()))
      found.push_back(file->manifest.name + ": " + file->found_by);
  CHECK(found == std::vector<std::string>{"g: --plugin", "f: the scenario", "a: TAWARA_PLUGIN_PATH, entry 3",
                                          "b: TAWARA_PLUGIN_PATH, entry 3", "e: the user's plugin folder"});
  std::vector<std::string> folders;
  for (const auto& f : catalogue.folders()) folders.push_back(f.found_by);
  CHECK(folders == std::vector<std::string>{"the scenario", "TAWARA_PLUGIN_PATH, entry 2",
                                            "TAWARA_PLUGIN_PATH, entry 3", "the user's plugin folder",
                                            "the folder next to the executable", "the installation"});
}

TEST_CASE("a folder that cannot be trusted or found is not searched") {
  const fixtures::Folder folder;
  fixtures::forged(folder.path / "open/a.so", [](Manifest&) {});
  ::chmod((folder.path / "open").c_str(), 0777);
  const Catalogue catalogue = of({folder.path / "open"});
  CHECK(catalogue.files().empty());
  REQUIRE(catalogue.folders().size() == 1);
  CHECK(catalogue.folders()[0].refusal ==
        "anybody may write into it, so its plugins cannot be trusted; run: chmod o-w " +
            (folder.path / "open").string());
  CHECK(contains(catalogue.summary(), "0 plugins found, 0 folders searched; refused: "));

  const fixtures::Folder here;
  fs::create_directory(here.path / "plugins");
  const fs::path before = fs::current_path();
  fs::current_path(here.path);
  const fixtures::Variable search("TAWARA_PLUGIN_PATH", ("plugins:" + (folder.path / "gone").string()).c_str());
  const Catalogue standard = Catalogue::discover({});
  fs::current_path(before);
  const auto& folders = standard.folders();
  CHECK(folders.at(0).refusal ==
        "it is relative to the current directory, which is never searched; write the whole path");
  CHECK_FALSE(folders.at(1).exists);
}

TEST_CASE("the first plugin of a name wins, and the shadowed one is told apart") {
  const fixtures::Folder folder;
  fixtures::forged(folder.path / "1.so", [](Manifest&) {});
  fixtures::forged(folder.path / "2.so", [](Manifest& m) { m.version = "2.0.0"; });
  const Catalogue catalogue = of({folder.path});
  CHECK(catalogue.files().at(0)->usable());
  const PluginFile& second = *catalogue.files().at(1);
  CHECK(second.verdict == Verdict::shadowed);
  CHECK(second.reason == "shadowed by " + (folder.path / "1.so").string() +
                             " (fixture-good 1.2.3, found by --plugin), which comes first");
  CHECK(catalogue.components().size() == 2);
}

TEST_CASE("a component two plugins offer is found twice, and once by its full name") {
  const fixtures::Folder folder;
  fixtures::forged(folder.path / "1.so", [](Manifest&) {});
  fixtures::forged(folder.path / "2.so", [](Manifest& m) { m.name = "other"; });
  const Catalogue catalogue = of({folder.path});
  CHECK(catalogue.find("fixture.moody").size() == 2);
  CHECK(catalogue.find("other:fixture.moody").size() == 1);
}

TEST_CASE("an ordinary library in a plugin folder is passed over in silence") {
  const fixtures::Folder folder;
  fixtures::write(folder.path / "libother.so", fixtures::read(fixtures::library("not_a_plugin")));
  const Catalogue catalogue = of({folder.path});
  REQUIRE(catalogue.files().size() == 1);
  CHECK(catalogue.files()[0]->verdict == Verdict::not_a_plugin);
  CHECK(catalogue.files()[0]->refusal.empty());
  CHECK(catalogue.summary() == "0 plugins found, 1 folder searched. See: tawara doctor");
}

TEST_CASE("the same file met twice counts once") {
  const fixtures::Folder folder;
  const auto path = fixtures::forged(folder.path / "a.so", [](Manifest&) {});
  fs::create_symlink(path, folder.path / "b.so");
  const Catalogue catalogue = of({path, folder.path});
  CHECK(catalogue.files().size() == 1);
}
