#include "kernel/plugins/elf.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>

#include "kernel/plugins/digest.hpp"

namespace tawara {

static_assert(std::endian::native == std::endian::little, "the reader takes ELF fields as they lie in memory");

namespace {

#if defined(__x86_64__)
constexpr Elf64_Half this_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half this_machine = EM_AARCH64;
#else
#error "name this processor's ELF machine number here"
#endif

constexpr std::uint64_t table_alignment = 8;

using Kind = ElfError::Kind;

[[noreturn]] void damaged(const std::string& text) { throw ElfError(Kind::damaged, text); }

template <class T>
std::vector<T> records(const std::string& bytes) {
  std::vector<T> out(bytes.size() / sizeof(T));
  if (!out.empty()) std::memcpy(out.data(), bytes.data(), out.size() * sizeof(T));
  return out;
}

template <class T>
std::string_view bytes_of(const T& record) {
  return {reinterpret_cast<const char*>(&record), sizeof record};
}

void pad(std::string& bytes) { bytes.resize((bytes.size() + table_alignment - 1) / table_alignment * table_alignment); }

}  // namespace

ElfFile::ElfFile(const std::filesystem::path& path) {
  // O_NONBLOCK: a named pipe in a plugin folder must not hang us.
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor_ < 0) throw ElfError(Kind::unreadable, std::string("cannot be read: ") + std::strerror(errno));
  try {
    struct stat info {};
    if (::fstat(descriptor_, &info) != 0 || !S_ISREG(info.st_mode))
      throw ElfError(Kind::not_a_library,
                     S_ISDIR(info.st_mode) ? "it is a folder, not a file" : "it is not a regular file");
    size_ = static_cast<std::uint64_t>(info.st_size);

    const std::string magic = read(0, std::min<std::uint64_t>(size_, EI_NIDENT), "file header");
    if (magic.size() < SELFMAG || std::memcmp(magic.data(), ELFMAG, SELFMAG) != 0)
      throw ElfError(Kind::not_a_library,
                     size_ == 0 ? "the file is empty" : "it is not a shared library (no ELF header)");
    std::memcpy(&header_, read(0, sizeof header_, "file header").data(), sizeof header_);
    if (header_.e_ident[EI_CLASS] != ELFCLASS64 || header_.e_ident[EI_DATA] != ELFDATA2LSB ||
        header_.e_machine != this_machine)
      throw ElfError(Kind::not_a_library, "it is built for another kind of processor (ELF machine " +
                                              std::to_string(header_.e_machine) + ", this one is " +
                                              std::to_string(this_machine) + ")");
    if (header_.e_type != ET_DYN)
      throw ElfError(Kind::not_a_library, "it is an ELF file, but not a shared library (an object file or a program?)");
    if (header_.e_phentsize != sizeof(Elf64_Phdr) || header_.e_shentsize != sizeof(Elf64_Shdr))
      damaged("its header tables have entries of an impossible size");
    segments_ = records<Elf64_Phdr>(
        read(header_.e_phoff, std::uint64_t{header_.e_phnum} * sizeof(Elf64_Phdr), "program headers"));
    sections_ = records<Elf64_Shdr>(
        read(header_.e_shoff, std::uint64_t{header_.e_shnum} * sizeof(Elf64_Shdr), "section headers"));
    if (header_.e_shstrndx >= sections_.size()) damaged("it has no table of section names");
    const Elf64_Shdr& names = sections_[header_.e_shstrndx];
    names_ = read(names.sh_offset, names.sh_size, "section names");
    names_.push_back('\0');
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

ElfFile::~ElfFile() { ::close(descriptor_); }

std::string ElfFile::read(std::uint64_t offset, std::uint64_t size, std::string_view what) const {
  if (size > size_ || offset > size_ - size)
    damaged("its " + std::string(what) + " should lie at bytes " + std::to_string(offset) + " to " +
            std::to_string(offset) + "+" + std::to_string(size) + ", but the file has " + std::to_string(size_) +
            " bytes: it was cut short or changed");
  std::string bytes(size, '\0');
  std::uint64_t done = 0;
  while (done < size) {
    const ssize_t n = ::pread(descriptor_, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw ElfError(Kind::unreadable, std::string("cannot be read: ") + std::strerror(errno));
    if (n == 0) damaged("it became shorter while it was read");
    done += static_cast<std::uint64_t>(n);
  }
  return bytes;
}

std::optional<std::size_t> ElfFile::find(std::string_view name) const {
  for (std::size_t i = 1; i < sections_.size(); ++i) {
    if (sections_[i].sh_name >= names_.size()) continue;
    if (std::string_view(names_.c_str() + sections_[i].sh_name) == name) return i;
  }
  return std::nullopt;
}

std::optional<std::string> ElfFile::section(std::string_view name) const {
  const auto index = find(name);
  if (!index) return std::nullopt;
  const Elf64_Shdr& s = sections_[*index];
  return read(s.sh_offset, s.sh_size, "section " + std::string(name));
}

std::string ElfFile::digest() const {
  Digest digest;
  Elf64_Ehdr header = header_;
  header.e_shoff = 0;
  header.e_shnum = header.e_shstrndx = 0;
  digest.add(bytes_of(header));
  for (const Elf64_Phdr& segment : segments_) digest.add(bytes_of(segment));

  // Segments do not overlap in a real library; without this a damaged table could name the whole file 65535 times.
  std::uint64_t total = 0;
  for (const Elf64_Phdr& segment : segments_) {
    if (segment.p_type != PT_LOAD) continue;
    total += segment.p_filesz;
    if (segment.p_filesz > size_ || total > 2 * size_) damaged("its loadable segments are larger than the file");
    constexpr std::uint64_t chunk = 1 << 20;
    for (std::uint64_t done = 0; done < segment.p_filesz; done += chunk) {
      const std::uint64_t here = segment.p_offset + done;
      std::string bytes = read(here, std::min(chunk, segment.p_filesz - done), "loadable segment");
      if (here < sizeof header)  // the header itself, as masked above
        std::memcpy(bytes.data(), bytes_of(header).data() + here,
                    std::min<std::size_t>(bytes.size(), sizeof header - here));
      digest.add(bytes);
    }
  }
  return digest.hex();
}

std::string ElfFile::with_section(std::string_view name, std::string_view contents) const {
  auto sections = sections_;
  auto names = names_.substr(0, names_.size() - 1);
  const std::size_t index = find(name).value_or(sections.size());
  std::uint64_t keep = size_;
  if (index < sections.size()) {
    // When only the tables rewritten below lie behind the old contents, cut there: the same bytes come out however
    // often the section is replaced.
    std::uint64_t end = header_.e_phoff + segments_.size() * sizeof(Elf64_Phdr);
    for (const Elf64_Phdr& s : segments_) end = std::max(end, s.p_offset + s.p_filesz);
    for (std::size_t i = 0; i < sections.size(); ++i)
      if (i != index && i != header_.e_shstrndx && sections[i].sh_type != SHT_NOBITS)
        end = std::max(end, sections[i].sh_offset + sections[i].sh_size);
    if (end <= sections[index].sh_offset) keep = sections[index].sh_offset;
  } else {
    sections.emplace_back();
  }

  std::string bytes = read(0, keep, "contents");
  pad(bytes);
  const std::string entry = std::string(name) + '\0';
  auto name_at = names.find(entry);
  if (name_at == std::string::npos) {
    name_at = names.size();
    names += entry;
  }
  Elf64_Shdr section{};
  section.sh_name = static_cast<Elf64_Word>(name_at);
  section.sh_type = SHT_PROGBITS;
  section.sh_addralign = 1;
  section.sh_offset = bytes.size();
  section.sh_size = contents.size();
  sections[index] = section;
  bytes += contents;

  pad(bytes);
  sections[header_.e_shstrndx].sh_offset = bytes.size();
  sections[header_.e_shstrndx].sh_size = names.size();
  bytes += names;

  pad(bytes);
  Elf64_Ehdr header = header_;
  header.e_shoff = bytes.size();
  header.e_shnum = static_cast<Elf64_Half>(sections.size());
  for (const Elf64_Shdr& s : sections) bytes += bytes_of(s);
  bytes.replace(0, sizeof header, bytes_of(header));
  return bytes;
}

void replace_file(const std::filesystem::path& path, std::string_view bytes) {
  struct stat info {};
  const mode_t mode = ::stat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0644;
  const std::filesystem::path temporary = path.string() + ".new." + std::to_string(::getpid());
  const auto fail = [&](const char* what) {
    const std::string why = std::strerror(errno);
    ::unlink(temporary.c_str());
    throw ElfError(Kind::unreadable, std::string(what) + ' ' + temporary.string() + ": " + why);
  };
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (file < 0) fail("cannot create");
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::write(file, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      const int error = errno;
      ::close(file);
      errno = error;
      fail("cannot write");
    }
    done += static_cast<std::size_t>(n);
  }
  if (::fchmod(file, mode) != 0 || ::close(file) != 0) fail("cannot finish");
  if (::rename(temporary.c_str(), path.c_str()) != 0) fail("cannot rename");
}

}  // namespace tawara
