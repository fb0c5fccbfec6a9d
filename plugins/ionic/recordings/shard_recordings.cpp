#include "recordings/shard_recordings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "recordings/table_rows.hpp"
#include "tawara/error.hpp"

namespace tawara::recordings {
namespace {

constexpr std::size_t most_recent = 2;

}  // namespace

ShardRecordings::ShardRecordings(About about, std::vector<Shard> shards, std::size_t first, std::size_t cells,
                                 Files files, std::string remedy)
    : Described(std::move(about)),
      shards_(std::move(shards)),
      begins_{0},
      first_(first),
      cells_(cells),
      files_(files),
      remedy_(std::move(remedy)) {
  for (const Shard& shard : shards_) begins_.push_back(begins_.back() + shard.cells);
  if (first > begins_.back() || cells > begins_.back() - first)
    throw Error(fmt::format("{} cells from cell {} on are asked of shards of {} cells", cells, first, begins_.back()));
}

void ShardRecordings::for_parts(std::size_t first, std::size_t n,
                                const std::function<void(std::size_t, std::size_t, std::size_t)>& part) const {
  require_cells(first, n);
  const std::size_t end = first_ + first + n;
  for (std::size_t at = first_ + first; at < end;) {
    const auto after = std::upper_bound(begins_.begin(), begins_.end(), at);
    const auto shard = static_cast<std::size_t>(after - begins_.begin()) - 1;
    const std::size_t rows = std::min(end, *after) - at;
    part(shard, at - begins_[shard], rows);
    at += rows;
  }
}

template <class T, class Load>
std::shared_ptr<const T> ShardRecordings::recent(Recent<T>& kept, std::size_t shard, const Load& load) const {
  const std::lock_guard lock(mutex_);
  auto& shards = kept.shards;
  auto found = std::find_if(shards.begin(), shards.end(), [&](const auto& entry) { return entry.first == shard; });
  if (found == shards.end()) {
    if (shards.size() == most_recent) shards.pop_back();
    try {
      shards.emplace_back(shard, std::make_shared<const T>(load()));
    } catch (const DataError& e) {
      throw DataError(fmt::format("a recording does not read back: {}; {}", e.what(), remedy_));
    }
    found = std::prev(shards.end());
  }
  std::rotate(shards.begin(), found, std::next(found));
  return shards.front().second;
}

Array ShardRecordings::read_traces(const Shard& shard) const {
  Array traces = files_.arrays.read(shard.file, trace_prefix + signal().name).values;
  if (traces.shape() != std::vector<std::size_t>{shard.cells, times().size()})
    throw DataError(fmt::format("{}: {}{} is not {} cells x {} samples", shard.file.string(), trace_prefix,
                                signal().name, shard.cells, times().size()));
  return traces;
}

Table ShardRecordings::read_table(const Shard& shard) const {
  Table table = files_.tables.read(shard.file);
  if (table.rows() != shard.cells)
    throw DataError(fmt::format("{} has {} rows, not {}", shard.file.string(), table.rows(), shard.cells));
  return table;
}

Table ShardRecordings::known(std::size_t first, std::size_t n) const {
  Table rows;
  for_parts(first, n, [&](std::size_t s, std::size_t row, std::size_t count) {
    const auto table = recent(tables_, s, [&] { return read_table(shards_[s]); });
    append_rows(rows, rows_of(*table, row, count));
  });
  return rows;
}

void ShardRecordings::read(std::size_t first, std::size_t n, std::span<float> out) const {
  require_room(n, out);
  const std::size_t width = times().size();
  auto to = out.begin();
  for_parts(first, n, [&](std::size_t s, std::size_t row, std::size_t count) {
    const auto traces = recent(traces_, s, [&] { return read_traces(shards_[s]); });
    if (traces->type() == DType::f32) {
      to = std::copy_n(traces->span<float>().begin() + static_cast<std::ptrdiff_t>(row * width), count * width, to);
    } else {  // of versions that wrote 64 bits
      for (std::size_t k = row * width; k < (row + count) * width; ++k) *to++ = static_cast<float>(traces->at(k));
    }
  });
}

}  // namespace tawara::recordings
