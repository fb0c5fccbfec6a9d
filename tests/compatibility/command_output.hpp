#pragma once
#include <cstdio>
#include <stdexcept>
#include <string>

/// What a command of the shell prints. @throws std::runtime_error  it did not end with 0
inline std::string output_of(const std::string& command) {
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (!pipe) throw std::runtime_error("cannot run " + command);
  std::string text, buffer(1 << 16, '\0');
  while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe)) text.append(buffer, 0, n);
  if (::pclose(pipe) != 0) throw std::runtime_error("failed: " + command);
  return text;
}
