// What libFuzzer is to the fuzzers, for builds by other compilers: every input of the corpus, then as many damaged ones
// as are asked for, always the same. `NAME_fuzz [-runs=N] [FILE_OR_FOLDER...]`
// The input at work is kept in NAME_fuzz.input beside the program, so that one that crashes can be looked at.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "fuzz.hpp"
#include "mutate.hpp"

namespace fs = std::filesystem;

namespace {

std::vector<std::string> corpus_of(const std::vector<fs::path>& places) {
  std::vector<fs::path> files;
  for (const fs::path& place : places)
    if (fs::is_directory(place))
      for (const fs::directory_entry& entry : fs::directory_iterator(place)) files.push_back(entry.path());
    else
      files.push_back(place);
  std::sort(files.begin(), files.end());
  std::vector<std::string> corpus;
  for (const fs::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return corpus;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t runs = 0;
  std::vector<fs::path> places;
  for (int k = 1; k < argc; ++k)
    if (const std::string_view word = argv[k]; word.starts_with("-runs="))
      runs = std::strtoull(argv[k] + 6, nullptr, 10);
    else
      places.emplace_back(word);
  const auto corpus = corpus_of(places);
  if (corpus.empty()) {
    std::fprintf(stderr, "no inputs\n");
    return 2;
  }
  const std::string kept = std::string(argv[0]) + ".input";
  const auto feed = [&](const std::string& bytes) {
    std::ofstream(kept, std::ios::binary) << bytes;
    (void)LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  };
  for (const std::string& bytes : corpus) feed(bytes);
  for (std::uint64_t k = 0; k < runs; ++k) {
    tawara::Random random(1, "fuzz", k);
    feed(damaged_text(corpus[random.below(corpus.size())], random));
  }
  std::printf("%zu inputs and %llu damaged ones\n", corpus.size(), static_cast<unsigned long long>(runs));
  fs::remove(kept);
  return 0;
}
