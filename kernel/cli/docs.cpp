#include <ostream>

#include "kernel/cli/commands.hpp"
#include "kernel/cli/run.hpp"
#include "kernel/docs/site.hpp"
#include "kernel/docs/write_site.hpp"

namespace tawara {

int run_docs(const Catalogue& catalogue, const std::filesystem::path& folder, std::ostream& out) {
  if (catalogue.components().empty())
    throw CommandLineError("no component can be used, so there is nothing to document\n  " + catalogue.summary());
  docs::write_site(folder, docs::reference_site(catalogue.components()));
  const std::size_t n = catalogue.components().size();
  out << n << (n == 1 ? " component" : " components") << " and " << docs::guides().size() << " documents; open "
      << (folder / "index.html").string() << '\n';
  return exit_fine;
}

}  // namespace tawara
