#include <doctest/doctest.h>

#include <regex>

#include "../../tawara_command.hpp"

namespace {

namespace fs = std::filesystem;

const fs::path source = TAWARA_SOURCE;

}  // namespace

TEST_CASE("every file README.md names in the tree is there") {
  const std::string text = contents(source / "README.md");
  const std::regex path("`((?:scenarios|sdk|plugins|kernel|tests|bench)/[A-Za-z0-9_./-]*[A-Za-z0-9_])");
  std::size_t found = 0;
  for (std::sregex_iterator it(text.begin(), text.end(), path), end; it != end; ++it, ++found)
    CHECK_MESSAGE(fs::exists(source / (*it)[1].str()), (*it)[1].str());
  CHECK(found > 0);
}
