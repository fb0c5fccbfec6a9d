#include "interface.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "command_output.hpp"

namespace {

/// A contract in miniature.
const std::string contract = R"(
#define EXPORTED __attribute__((visibility("default")))
namespace tawara {
enum class Kind { scalar, trace };
struct EXPORTED Pair { int first; int second; };
class EXPORTED Service {
 public:
  static constexpr const char* service_name = "pairs";
  virtual ~Service();
  virtual int begin() const = 0;
  virtual int end() const = 0;
  int twice(int n) const { return 2 * n; }
  EXPORTED int count(Kind kind, int least = 1) const;
};
EXPORTED int sum(const Pair&);
namespace model { struct Inside { int n; }; }
})";
/// And what makes it a library.
const std::string definitions = R"(
namespace tawara {
Service::~Service() {}
int Service::count(Kind, int) const { return 0; }
int sum(const Pair& p) { return p.first + p.second; }
model::Inside inside;
}
namespace exported_functions { auto* const sum = &tawara::sum; })";

std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE_MESSAGE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}

Interface compiled(const std::string& header, const std::string& source = definitions) {
  const auto folder = std::filesystem::path(TAWARA_BUILD) / "tests" / "out";
  std::filesystem::create_directories(folder);
  const std::string stem = (folder / "interface").string();
  std::ofstream(stem + ".cpp") << header << source;
  output_of(TAWARA_CXX
            " -std=c++20 -shared -fPIC -fvisibility=hidden -fvisibility-inlines-hidden -g "
            "-fno-eliminate-unused-debug-types -femit-class-debug-always -o '" +
            stem + ".so' '" + stem + ".cpp'");
  Interface interface = interface_of(output_of(TAWARA_READELF " --debug-dump=info '" + stem + ".so'"),
                                     output_of(TAWARA_NM " --dynamic --defined-only '" + stem + ".so'"));
  add_agreed_names(interface, with(header, "class EXPORTED", "class TAWARA_EXPORT"));
  return interface;
}

Difference change(const std::string& from, const std::string& to) {
  static const Interface before = compiled(contract);
  return difference(before, compiled(with(contract, from, to)));
}

Record record(int major, int minor, Interface interface) { return {major, minor, "gcc 12", std::move(interface)}; }

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("what plugins cannot see is no change of the interface") {
  CHECK(change("namespace tawara {", "// A comment.\n\nnamespace tawara {").text == "");
  CHECK(change("int least = 1", "int least = 2").text == "");
  CHECK(change("return 2 * n;", "return n + n;").text == "");
  CHECK(change("struct Inside { int n; }", "struct Inside { double x; int n; }").text == "");
}

TEST_CASE("a virtual function moves those behind it") {
  const Difference middle = change("  virtual int end()", "  virtual int size() const = 0;\n  virtual int end()");
  CHECK(middle.text ==
        "  changed  class tawara::Service\n"
        "    - virtual 3: tawara::Service::end() const -> int\n"
        "    + virtual 3: tawara::Service::size() const -> int\n"
        "    + virtual 4: tawara::Service::end() const -> int\n");
  CHECK_FALSE(middle.only_added);
  // Behind the others it moves none, but a plugin that implements the class lacks it.
  CHECK_FALSE(change("  int twice", "  virtual int size() const = 0;\n  int twice").only_added);
}

TEST_CASE("members that change places are noticed though the size stays") {
  CHECK(change("int first; int second;", "int second; int first;").text ==
        "  changed  class tawara::Pair\n"
        "    - at 0: first, int\n"
        "    - at 4: second, int\n"
        "    + at 0: second, int\n"
        "    + at 4: first, int\n");
  CHECK(says(change("int second;", "float second;").text, "    + at 4: second, float\n"));
  CHECK(says(change("struct EXPORTED Pair", "struct __attribute__((aligned(16))) EXPORTED Pair").text,
             "+ 16 bytes, aligned to 16"));
}

TEST_CASE("an enumerator may follow the others, not come between them") {
  const Difference before = change("scalar, trace", "field, scalar, trace");
  CHECK(says(before.text, "    - scalar = 0\n    - trace = 1\n    + field = 0\n    + scalar = 1\n"));
  CHECK_FALSE(before.only_added);
  const Difference behind = change("scalar, trace", "scalar, trace, field");
  CHECK(behind.text == "  changed  enum tawara::Kind\n    + field = 2\n");
  CHECK(behind.only_added);
}

TEST_CASE("an exported function that goes, or gives back something else, is noticed") {
  const Interface before = compiled(contract);
  std::string header = with(contract, "EXPORTED int sum(const Pair&);", "");
  std::string source = with(definitions, "int sum(const Pair& p) { return p.first + p.second; }", "");
  source = with(source, "auto* const sum = &tawara::sum;", "");
  const Difference gone = difference(before, compiled(header, source));
  CHECK(gone.text == "  removed  exported tawara::sum(tawara::Pair const&)\n");
  CHECK_FALSE(gone.only_added);
  CHECK(difference(compiled(header, source), before).only_added);

  header = with(contract, "EXPORTED int sum", "EXPORTED double sum");
  const Difference other = difference(before, compiled(header, with(definitions, "int sum", "double sum")));
  CHECK(other.text == "  changed  exported tawara::sum(tawara::Pair const&)\n    - -> int\n    + -> double\n");
  CHECK_THROWS_WITH_AS((void)interface_of("", "9d30 T _ZN6tawara3sumERKNS_4PairE\n"),
                       doctest::Contains("auto* const sum = &tawara::sum;"), std::runtime_error);
}

TEST_CASE("names that are agreed on as text belong to the interface") {
  CHECK(change("\"pairs\"", "\"couples\"").text ==
        "  changed  name tawara::Service::service_name\n    - pairs\n    + couples\n");
}

TEST_CASE("which version a change needs") {
  const Interface before = {{"class tawara::A", {"8 bytes"}}};
  const Interface more = {{"class tawara::A", {"8 bytes"}}, {"class tawara::B", {"8 bytes"}}};
  const Interface other = {{"class tawara::A", {"16 bytes"}}};
  CHECK(refusal(record(0, 2, before), record(0, 2, before)) == "");
  CHECK(says(refusal(record(0, 2, before), record(0, 2, more)), "it still calls itself 0.2"));
  CHECK(refusal(record(0, 2, before), record(0, 3, other)) == "");
  CHECK(refusal(record(1, 2, before), record(1, 3, more)) == "");
  CHECK(says(refusal(record(1, 2, before), record(1, 3, other)), "needs another major number than 1"));
  CHECK(refusal(record(1, 2, before), record(2, 0, other)) == "");
  CHECK(says(refusal(record(0, 3, before), record(0, 2, before)), "recorded as 0.3, which is newer than 0.2"));
}

TEST_CASE("a record reads back as it was written") {
  const Record written =
      record(1, 7, {{"class tawara::A", {"8 bytes", "at 0: a, int"}}, {"exported tawara::~A()", {}}});
  const Record read = record_from(to_text(written));
  CHECK(read.version() == "1.7");
  CHECK(read.compiler == written.compiler);
  CHECK(read.interface == written.interface);
  CHECK_THROWS_WITH_AS(record_from("<<<<<<< HEAD\n"), doctest::Contains("'sdk MAJOR.MINOR'"), std::runtime_error);
}
