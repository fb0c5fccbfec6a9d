#include "kernel/plugins/elf.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstring>

#include "kernel/plugins/inspect.hpp"
#include "kernel/plugins/manifest.hpp"
#include "tests/kernel/plugins/fixtures.hpp"

using namespace tawara;

namespace {

const fixtures::Folder folder;

std::string complaint(const fixtures::fs::path& path) {
  try {
    const ElfFile file(path);
    (void)file.digest();
  } catch (const ElfError& e) {
    return e.what();
  }
  return "";
}

/// The verdict on good.so with one byte changed, in a copy that is patched and mended again.
class OneByteChanged {
 public:
  explicit OneByteChanged(const char* name)
      : path_(folder.path / name), bytes_(fixtures::read(fixtures::library("good"))) {
    fixtures::write(path_, bytes_);
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  PluginFile verdict(std::size_t at, int value) {
    put(at, static_cast<char>(value));
    PluginFile file = inspect(path_, "test", true);
    put(at, bytes_[at]);
    return file;
  }

 private:
  void put(std::size_t at, char value) {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(at)).put(value);
  }
  fixtures::fs::path path_;
  std::string bytes_;
};

std::string complaint_about(const std::string& bytes) {
  fixtures::write(folder.path / "x.so", bytes);
  return complaint(folder.path / "x.so");
}

}  // namespace

TEST_CASE("adding a section changes neither the digest nor what the loader sees") {
  const ElfFile plain(fixtures::library("not_a_plugin"));
  CHECK_FALSE(plain.section(".note"));
  fixtures::write(folder.path / "with.so", plain.with_section(".note", "hello"));
  const ElfFile with(folder.path / "with.so");
  CHECK(with.section(".note") == "hello");
  CHECK(with.digest() == plain.digest());
  CHECK(with.section(".dynstr") == plain.section(".dynstr"));
}

TEST_CASE("replacing a section again and again does not make the file grow") {
  const ElfFile plain(fixtures::library("not_a_plugin"));
  fixtures::write(folder.path / "once.so", plain.with_section(".note", "hello"));
  const ElfFile once(folder.path / "once.so");
  fixtures::write(folder.path / "longer.so", once.with_section(".note", std::string(10000, 'x')));
  const ElfFile longer(folder.path / "longer.so");
  CHECK(longer.section(".note")->size() == 10000);
  CHECK(longer.with_section(".note", "hello") == fixtures::read(folder.path / "once.so"));
}

TEST_CASE("two sections added one after the other are both there") {
  fixtures::write(folder.path / "a.so", ElfFile(fixtures::library("not_a_plugin")).with_section(".a", "one"));
  fixtures::write(folder.path / "b.so", ElfFile(folder.path / "a.so").with_section(".b", "two"));
  fixtures::write(folder.path / "c.so", ElfFile(folder.path / "b.so").with_section(".a", "three"));
  const ElfFile file(folder.path / "c.so");
  CHECK(file.section(".a") == "three");
  CHECK(file.section(".b") == "two");
}

TEST_CASE("what is no library is told by what it is") {
  CHECK(complaint_about("") == "the file is empty");
  CHECK(complaint_about("INPUT(libgmsh.so.4.8)\n") == "it is not a shared library (no ELF header)");
  CHECK(complaint("/no/such/file.so") == "cannot be read: No such file or directory");
  CHECK(complaint(folder.path) == "it is a folder, not a file");
  REQUIRE(::mkfifo((folder.path / "pipe.so").c_str(), 0644) == 0);
  CHECK(complaint(folder.path / "pipe.so") == "it is not a regular file");

  std::string bytes = fixtures::read(fixtures::library("good"));
  Elf64_Ehdr header;
  std::memcpy(&header, bytes.data(), sizeof header);
  const auto with_header = [&](auto edit) {
    Elf64_Ehdr changed = header;
    edit(changed);
    std::string copy = bytes;
    std::memcpy(copy.data(), &changed, sizeof changed);
    return copy;
  };
  CHECK(fixtures::contains(complaint_about(with_header([](auto& h) { h.e_machine = EM_RISCV; })),
                           "it is built for another kind of processor (ELF machine 243, this one is "));
  CHECK(complaint_about(with_header([](auto& h) { h.e_type = ET_REL; })) ==
        "it is an ELF file, but not a shared library (an object file or a program?)");
  CHECK(complaint_about(with_header([](auto& h) { h.e_shentsize = 1; })) ==
        "its header tables have entries of an impossible size");
  CHECK(complaint_about(with_header([](auto& h) { h.e_shstrndx = 999; })) == "it has no table of section names");
  CHECK(fixtures::contains(complaint_about(with_header([](auto& h) { h.e_phoff = ~0ull - 4; })),
                           "its program headers should lie at bytes 18446744073709551611"));
}

TEST_CASE("a library cut short anywhere is refused") {
  const std::string bytes = fixtures::read(fixtures::library("good"));
  for (std::size_t keep = 1; keep < bytes.size(); keep += 1 + bytes.size() / 60) {
    CAPTURE(keep);
    CHECK(complaint_about(bytes.substr(0, keep)) != "");
  }
  CHECK(fixtures::contains(complaint_about(bytes.substr(0, bytes.size() / 2)), "it was cut short or changed"));
}

TEST_CASE("a byte changed in anything that is loaded changes the verdict") {
  OneByteChanged changed("flipped.so");
  const std::string& good = changed.bytes();
  REQUIRE(inspect(fixtures::library("good"), "test", true).usable());
  Elf64_Ehdr header;
  std::memcpy(&header, good.data(), sizeof header);
  int tried = 0;
  for (int i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment;
    std::memcpy(&segment, good.data() + header.e_phoff + static_cast<std::size_t>(i) * sizeof segment, sizeof segment);
    if (segment.p_type != PT_LOAD) continue;
    const std::size_t step = 1 + segment.p_filesz / 60;
    for (std::size_t at = segment.p_offset; at < segment.p_offset + segment.p_filesz; at += step) {
      if (at >= offsetof(Elf64_Ehdr, e_shoff) && at < sizeof header) continue;
      const PluginFile file = changed.verdict(at, good[at] ^ 0x10);
      CAPTURE(at);
      CHECK_FALSE(file.usable());
      CHECK(file.reason != "");
      ++tried;
    }
  }
  CHECK(tried > 100);
}

TEST_CASE("whatever byte of the headers and tables is changed, the file gets a verdict") {
  OneByteChanged changed("mutated.so");
  const std::size_t size = changed.bytes().size();
  const auto try_changes = [&](std::size_t from, std::size_t to) {
    for (std::size_t at = from; at < to; ++at)
      for (const int value : {0x00, 0x7f, 0xff}) {
        const PluginFile file = changed.verdict(at, value);
        CHECK(file.usable() == file.refusal.empty());
      }
  };
  try_changes(0, sizeof(Elf64_Ehdr) + 2 * sizeof(Elf64_Phdr));
  try_changes(size - 3 * sizeof(Elf64_Shdr), size);
}

TEST_CASE("a file is replaced whole, with its permissions kept") {
  const auto path = folder.path / "replaced.so";
  fixtures::write(path, "old");
  ::chmod(path.c_str(), 0750);
  replace_file(path, "new contents");
  CHECK(fixtures::read(path) == "new contents");
  struct stat info {};
  ::stat(path.c_str(), &info);
  CHECK((info.st_mode & 07777) == 0750);
  CHECK_THROWS_AS(replace_file("/no/such/folder/x.so", "x"), ElfError);
}
