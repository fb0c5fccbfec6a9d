#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "tawara/error.hpp"

/// libFuzzer's entry: one input. What is no tawara::Error ends the process, and that is a finding.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// A folder of this process for readers that take a file; in memory where the system has such a place.
class Scratch {
 public:
  Scratch() {
    std::error_code none;
    const std::filesystem::path memory = "/dev/shm";
    std::string name = (std::filesystem::is_directory(memory, none) ? memory : std::filesystem::temp_directory_path()) /
                       "tawara_fuzz_XXXXXX";
    if (!::mkdtemp(name.data())) std::abort();
    folder_ = name;
  }
  ~Scratch() {
    std::error_code none;
    std::filesystem::remove_all(folder_, none);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::filesystem::path write(const char* name, std::string_view bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return folder_ / name;
  }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

/// Inputs of several files: cut at lines that hold "====" and nothing else.
inline std::string_view take_part(std::string_view& rest) {
  constexpr std::string_view cut = "\n====\n";
  const std::size_t end = rest.find(cut);
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end == rest.npos ? rest.size() : end + cut.size());
  return part;
}

/// Runs a reader; refusing is fine.
template <class Reader>
void attempt(Reader reader) {
  try {
    reader();
  } catch (const tawara::Error& e) {
    if (std::string_view(e.what()).empty()) std::abort();  // a refusal without words
  }
}

}  // namespace fuzz
