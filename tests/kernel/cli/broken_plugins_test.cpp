// Every way to be broken in one folder beside plugins that are well: `tawara` lists, explains and goes on with the
// rest.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <csignal>

#include "../../tawara_command.hpp"
#include "../plugins/fixtures.hpp"

namespace {

namespace fs = std::filesystem;
using fixtures::contains;
using tawara::Manifest;

const std::string this_sdk = std::to_string(tawara::sdk_major) + "." + std::to_string(tawara::sdk_minor);

void place(const std::string& fixture, const fs::path& to) {
  fixtures::write(to, fixtures::read(fixtures::library(fixture)));
}

void with_section(const std::string& fixture, const fs::path& to, const std::string& text) {
  fixtures::write(to, tawara::ElfFile(fixtures::library(fixture)).with_section(tawara::manifest_section, text));
}

/// A library whose code was changed at the last place of `from`, with a manifest that fits it again.
void changed_and_signed(const fs::path& to, const std::string& from, const std::string& into, const std::string& name) {
  std::string bytes = fixtures::read(fixtures::library("good"));
  const std::size_t at = bytes.find(from + '\0');
  REQUIRE(at != std::string::npos);
  bytes.replace(at, into.size(), into);
  fixtures::write(to, bytes);
  const tawara::ElfFile changed(to);
  const auto head = tawara::read_manifest_head(changed.section(tawara::manifest_section).value());
  Manifest m = head.manifest;
  m.components = tawara::components_of(head);
  m.name = name;
  m.digest = changed.digest();
  fixtures::write(to, changed.with_section(tawara::manifest_section, tawara::manifest_text(m)));
}

/// Its entry is of an SDK whose AbiTag is shorter, while its manifest claims to be of this one.
void short_tag(const fs::path& to) {
  const tawara::ElfFile library(fixtures::library("short_tag"));
  Manifest m;
  m.name = "fixture-short-tag";
  m.version = "0.1.0";
  m.abi = tawara::this_abi();
  m.digest = library.digest();
  fixtures::write(to, library.with_section(tawara::manifest_section, tawara::manifest_text(m)));
}

struct Broken {
  std::string file, reason;
};

/// @returns what is broken, and why
std::vector<Broken> break_plugins(const fs::path& folder) {
  const auto at = [&](const char* name) { return folder / name; };
  const std::string good = fixtures::read(fixtures::library("good"));
  place("without_manifest", at("no_manifest.so"));
  with_section("good", at("wrong_magic.so"), "MZ\x01 not ours");
  with_section("good", at("other_json.so"), "{\"name\": \"other\"}");
  std::string text = tawara::ElfFile(fixtures::library("good")).section(tawara::manifest_section).value();
  text.replace(text.find("0.65"), 4, "0.66");
  with_section("good", at("edited.so"), text);
  std::string flipped = fixtures::read(fixtures::library("opened"));
  flipped[flipped.find("Fixture: leaves a mark")] = 'f';
  fixtures::write(at("damaged.so"), flipped);
  fixtures::write(at("cut_short.so"), good.substr(0, good.size() / 2));
  fixtures::forged(at("newer.so"), [](Manifest& m) { m.abi.sdk_minor = 99; });
  fixtures::forged(at("older.so"), [](Manifest& m) { m.abi.sdk_minor = 0; });
  fixtures::forged(at("libcxx.so"), [](Manifest& m) { tawara::detail::copy(m.abi.standard_library, 32, "libc++"); });
  fixtures::forged(at("tag_size.so"), [](Manifest& m) { m.abi.struct_size -= 8; });
  fixtures::forged(at("twice.so"), [](Manifest& m) { m.components.push_back(m.components[1]); });
  fixtures::forged(at("claims.so"), [](Manifest& m) {
    m.name = "fixture-claims";
    m.components = {tawara::Descriptor("fixture.ghost", "Is not there")};
  });
  fixtures::write(at("text.so"), "not a library");
  fixtures::write(at("empty.so"), "");
  fs::create_directories(at("folder.so"));
  fs::create_symlink(folder / "gone", at("dangling.so"));
  changed_and_signed(at("needs_missing.so"), "libtawara_sdk.so." + this_sdk, "libtawara_xyz", "fixture-needs-missing");
  short_tag(at("short_tag.so"));
  place("crashes_when_opened", at("crashes_when_opened.so"));
  place("throws_in_registration", at("throws_in_registration.so"));
  return {
      {"no_manifest.so", "it is a plugin without a manifest"},
      {"wrong_magic.so", "its section .tawara holds no Tawara manifest"},
      {"other_json.so", "its section .tawara holds no Tawara manifest"},
      {"edited.so", "its manifest is damaged: text_digest: the text was changed after it was written"},
      {"damaged.so", "the library is damaged: its contents do not fit the digest in its manifest"},
      {"cut_short.so", "the library is damaged: "},
      {"newer.so", "the plugin needs a newer SDK (0.99) than this kernel offers (" + this_sdk + ")"},
      {"older.so", "the plugin was built for an older SDK (0.0) than this kernel's (" + this_sdk + ")"},
      {"libcxx.so", "the plugin uses another C++ standard library (libc++) than this kernel"},
      {"tag_size.so", "the plugin's SDK headers say " + this_sdk + ", but are not those of this kernel"},
      {"twice.so", "it offers the component 'fixture.moody' twice"},
      {"claims.so", "what it registers is not what its manifest says: it registers as fixture-good 1.2.3"},
      {"text.so", "it is not a shared library (no ELF header)"},
      {"empty.so", "the file is empty"},
      {"folder.so", "it is a folder, not a file"},
      {"dangling.so", "cannot be read: No such file or directory (it is a link to " + (folder / "gone").string() + ")"},
      {"needs_missing.so", "the system cannot open it: libtawara_xyz"},
      {"short_tag.so", "the plugin's SDK headers say " + this_sdk + ", but are not those of this kernel"},
      {"crashes_when_opened.so",
       "it cannot be opened: crashed (SIGABRT); plugin fixture-bomb 0.1.0 crashed at its opening"},
      {"throws_in_registration.so", "it failed while registering its components: no licence server found"}};
}

std::string scenario(const fs::path& folder, const std::string& text) {
  fixtures::write(folder / "scenario.toml", text);
  return "'" + (folder / "scenario.toml").string() + "'";
}

}  // namespace

TEST_CASE("broken plugins are listed and explained, and the others can be used") {
  const fs::path folder = fresh_folder("broken_plugins");
  const auto broken = break_plugins(folder / "plugins");
  place("moods", folder / "plugins/moods.so");
  place("fast_math", folder / "plugins/fast_math.so");
  place("not_a_plugin", folder / "plugins/libother.so");
  const fixtures::Variable mark("FIXTURE_MARK", (folder / "mark").c_str());
  const fixtures::Variable opening("FIXTURE_OPENING", "1"), registration("FIXTURE_REGISTRATION", "standard");
  const std::string with = " --plugin '" + (folder / "plugins").string() + "'";

  const CommandResult listed = tawara_command("list fixture" + with);
  CHECK(listed.code == 0);
  CHECK(contains(listed.out, "fixture.case "));
  CHECK_FALSE(contains(listed.out, "libother.so"));
  CHECK(contains(listed.out, "15 refused (what to do about them: tawara doctor):\n"));
  CHECK(contains(listed.out, "\n  text.so (it is not a shared library (no ELF header))\n"));

  const CommandResult doctor = tawara_command("doctor" + with);
  CHECK(doctor.code == 4);
  for (const Broken& b : broken) {
    CAPTURE(b.file);
    const std::string path = (folder / "plugins" / b.file).string();
    CHECK_MESSAGE(contains(doctor.out, "  refused    " + path + "\n             " + b.reason), doctor.out);
    const std::size_t block = doctor.out.find("plugins: cannot use " + b.file + " (found by --plugin)\n");
    REQUIRE(block != std::string::npos);
    const std::string told = doctor.out.substr(block, doctor.out.find("\n\n", block) - block);
    CHECK_MESSAGE(contains(told, "\n  reason  " + b.reason), told);
    CHECK_MESSAGE(contains(told, "\n  try     "), told);
  }
  CHECK(contains(doctor.out, "  usable     " + (folder / "plugins/moods.so").string()));
  CHECK(contains(doctor.out, "  no plugin  " + (folder / "plugins/libother.so").string()));
#if defined(__x86_64__)
  CHECK(contains(doctor.out, "note: plugin fixture-fast-math ("));
#endif
  std::size_t told = 0;  // the build's own plugins are among them
  const auto seen = nlohmann::json::parse(tawara_command("doctor --json" + with).out);
  for (const auto& file : seen["files"])
    told += contains(file["path"].get<std::string>(), (folder / "plugins").string()) ? 1 : 0;
  CHECK(told == broken.size() + 3);

  const CommandResult run = tawara_command("run " + scenario(folder, "[a]\nuse = \"fixture.case\"\n") + with +
                                           " --output '" + (folder / "out").string() + "'");
  REQUIRE_MESSAGE(run.code == 0, run.err);
  CHECK(summary_of(folder / "out")["a"]["square"] == 4);
  // damaged.so would have left it.
  CHECK_FALSE(fs::exists(folder / "mark"));
}

TEST_CASE("a library is opened by the run that uses it and by doctor, never by list") {
  const fs::path folder = fresh_folder("opened_plugins");
  place("opened", folder / "plugins/opened.so");
  const fixtures::Variable mark("FIXTURE_MARK", (folder / "mark").c_str());
  const std::string with = " --plugin '" + (folder / "plugins").string() + "'";
  CHECK(contains(tawara_command("list" + with).out, "fixture.marked"));
  CHECK(tawara_command("describe fixture.marked" + with).code == 0);
  CHECK_FALSE(fs::exists(folder / "mark"));
  CHECK(tawara_command("check " + scenario(folder, "[a]\nuse = \"fixture.marked\"\n") + with).code == 0);
  CHECK(fs::exists(folder / "mark"));
}

TEST_CASE("a run that needs a broken plugin says what is broken about it") {
  const fs::path folder = fresh_folder("needed_plugins");
  break_plugins(folder / "plugins");
  const fixtures::Variable opening("FIXTURE_OPENING", "1"), registration("FIXTURE_REGISTRATION", "standard");
  const auto run = [&](const std::string& component) {
    return tawara_command("run " + scenario(folder, "[a]\nuse = \"" + component + "\"\n") + " --plugin '" +
                          (folder / "plugins").string() + "' --output '" + (folder / "out").string() + "'");
  };
  const CommandResult ghost = run("fixture.ghost");
  CHECK(ghost.code == 4);
  CHECK(contains(ghost.err, "what it registers is not what its manifest says: it registers as fixture-good 1.2.3"));
  const CommandResult missing = run("fixture-needs-missing:fixture.moody");
  CHECK(missing.code == 4);
  CHECK(contains(missing.err, "the system cannot open it: libtawara_xyz"));
  const CommandResult throwing = run("fixture.thing");
  CHECK(throwing.code == 4);
  CHECK(contains(throwing.err, "it failed while registering its components: no licence server found"));
  const CommandResult bomb = run("fixture.bomb");
  CHECK(bomb.code == 128 + SIGABRT);
  CHECK(contains(bomb.err, "tawara: plugin fixture-bomb 0.1.0 crashed at its opening: SIGABRT"));
  CHECK_FALSE(fs::exists(folder / "out"));
}

TEST_CASE("two plugins that offer a name are told apart by their own") {
  const fs::path folder = fresh_folder("same_names");
  place("good", folder / "plugins/1.so");
  place("moods", folder / "plugins/2.so");
  fixtures::forged(folder / "plugins/3.so", [](Manifest& m) { m.name = "fixture-other"; });
  const std::string with = " --plugin '" + (folder / "plugins").string() + "'";
  const CommandResult unclear = tawara_command("check " + scenario(folder, "[a]\nuse = \"fixture.moody\"\n") + with);
  CHECK(unclear.code == 3);
  CHECK(contains(unclear.out, "2 plugins offer 'fixture.moody'"));
  CHECK(contains(unclear.out, "'fixture-good:fixture.moody'"));
  CHECK(tawara_command("check " + scenario(folder, "[a]\nuse = \"fixture-good:fixture.moody\"\n") + with).code == 0);
}

TEST_CASE("a folder that anybody may write into is not searched, and doctor says so") {
  const fs::path folder = fresh_folder("open_folder");
  place("moods", folder / "plugins/moods.so");
  ::chmod((folder / "plugins").c_str(), 0777);
  const std::string with = " --plugin '" + (folder / "plugins").string() + "'";
  const CommandResult doctor = tawara_command("doctor" + with);
  CHECK(doctor.code == 4);
  CHECK(contains(doctor.out, "refused: anybody may write into it, so its plugins cannot be trusted; run: chmod o-w "));
  CHECK_FALSE(contains(tawara_command("list" + with).out, "fixture.case"));
}
