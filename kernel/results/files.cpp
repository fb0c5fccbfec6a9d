#include "kernel/results/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <random>

#include "kernel/plugins/digest.hpp"
#include "kernel/scenario/input_files.hpp"
#include "tawara/error.hpp"

namespace tawara {
namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const char* what) {
  const int error = errno;
  throw Error(fmt::format("cannot {} {}: {}", what, file.string(), std::strerror(error)));
}

}  // namespace

std::filesystem::path temporary_name(const std::filesystem::path& file) {
  std::random_device random;  // process ids repeat on the machines of a cluster
  return fmt::format("{}.{:08x}{:08x}.part", file.string(), random(), random());
}

void write_whole(const std::filesystem::path& file, std::string_view bytes) {
  const std::filesystem::path temporary = temporary_name(file);
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) fail(file, "write");
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t n = ::write(fd, bytes.data() + written, bytes.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const int error = errno;
      ::close(fd);
      ::unlink(temporary.c_str());
      errno = error;
      fail(file, "write");
    }
    written += static_cast<std::size_t>(n);
  }
  if (::close(fd) != 0) {
    const int error = errno;
    ::unlink(temporary.c_str());
    errno = error;
    fail(file, "write");
  }
  std::error_code error;
  std::filesystem::rename(temporary, file, error);
  if (error) ::unlink(temporary.c_str());
  if (error) throw Error(fmt::format("cannot write {}: {}", file.string(), error.message()));
}

std::string read_whole(const std::filesystem::path& file) {
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in || std::filesystem::is_directory(file)) {
    if (errno == 0) errno = EISDIR;
    fail(file, "read");
  }
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string digest_of_file(const std::filesystem::path& file) { return digest_of(read_whole(file)); }

std::string digest_of_input(const std::filesystem::path& path) {
  const auto files = input_files(path);
  if (files.empty() || (files.size() == 1 && files[0] == path)) return digest_of_file(path);
  std::string all;
  for (const auto& file : files) all += file.filename().string() + "|" + digest_of_file(file) + "|";
  return digest_of(all);
}

}  // namespace tawara
