#include "recordings/kept_recordings.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "recordings/table_rows.hpp"
#include "tawara/error.hpp"

namespace tawara::recordings {

void sort_by_name(std::vector<Recordings::Quantity>& quantities) {
  std::sort(quantities.begin(), quantities.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
}

void Described::require_cells(std::size_t first, std::size_t n) const {
  if (first > cells() || n > cells() - first)
    throw Error(fmt::format("cells {} to {} of recordings of {} cells are asked for", first, first + n, cells()));
}

void Described::require_room(std::size_t n, std::span<float> out) const {
  if (out.size() != n * times().size())
    throw Error(fmt::format("room for {} samples of {} cells with {} each", out.size(), n, times().size()));
}

KeptRecordings::KeptRecordings(About about, Table known, std::vector<float> samples)
    : Described(std::move(about)), known_(std::move(known)), samples_(std::move(samples)) {}

Table KeptRecordings::known(std::size_t first, std::size_t n) const {
  require_cells(first, n);
  return rows_of(known_, first, n);
}

void KeptRecordings::read(std::size_t first, std::size_t n, std::span<float> out) const {
  require_cells(first, n);
  require_room(n, out);
  std::copy_n(samples_.begin() + static_cast<std::ptrdiff_t>(first * times().size()), out.size(), out.begin());
}

}  // namespace tawara::recordings
