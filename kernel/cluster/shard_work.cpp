#include "kernel/cluster/shard_work.hpp"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "kernel/cluster/bytes.hpp"
#include "kernel/cluster/group.hpp"
#include "kernel/host/host.hpp"

namespace tawara {
namespace {

using Indices = std::vector<std::size_t>;

/// "3, 7, 12, ..."
std::string first_of(const Indices& indices) {
  std::string text;
  for (std::size_t k = 0; k < indices.size() && k < 5; ++k) text += fmt::format("{}{}", k ? ", " : "", indices[k]);
  return text + (indices.size() > 5 ? ", ..." : "");
}

}  // namespace

void DividedShards::make_missing(std::string_view name, std::span<const std::size_t> indices,
                                 const std::function<void(std::size_t)>& make) {
  const Division& division = services_.division();
  services_.note_divided_work();
  const auto missing_of = [&](const auto& belongs) {
    Indices missing;
    for (std::size_t k = 0; k < indices.size(); ++k)
      if (belongs(k) && !shards_.has(name, indices[k])) missing.push_back(indices[k]);
    return missing;
  };
  const auto any = [](std::size_t) { return true; };

  if (division.collect) {
    if (const Indices missing = missing_of(any); !missing.empty())
      throw DataError(fmt::format(
          "{} of {} shards {}.{}.*.h5 {} missing: {}; run again the parts that did not end well (finished "
          "shards are kept), or make the rest here with --resume instead of --collect",
          missing.size(), indices.size(), instance_, name, missing.size() == 1 ? "is" : "are", first_of(missing)));
    return;
  }
  if (division.part) {
    make_all(name, missing_of([&](std::size_t k) { return division.part->has(k); }), make);
    if (!missing_of(any).empty()) throw PartDone();
    return;
  }
  // What rank 0 misses is dealt, so that all deal the same.
  Group& group = Group::get();
  const std::string series = fmt::format("shards {}.{}", instance_, name);
  ByteWriter words;
  if (group.is_first())
    for (const std::size_t index : missing_of(any)) words.put(index);
  const std::string told = group.from_first(series, words.bytes());
  Indices missing, mine;
  for (ByteReader in(told); !in.at_end();) missing.push_back(in.get<std::size_t>());
  for (std::size_t k = 0; k < missing.size(); ++k)
    if (k % group.size() == group.rank()) mine.push_back(missing[k]);
  if (!missing.empty() && missing.size() < group.size())
    services_.log(Host::Level::warn, instance_,
                  fmt::format("{} shard{} to make and {} processes: some have nothing to do; make shards smaller "
                              "(shard_size of a population)",
                              missing.size(), missing.size() == 1 ? "" : "s", group.size()));
  make_all(name, mine, make);
  group.exchange(series + " made", "");
  for (const std::size_t index : missing) wait_for(name, index);
}

void DividedShards::make_all(std::string_view name, const Indices& mine, const std::function<void(std::size_t)>& make) {
  const auto progress = services_.progress(instance_, name);
  for (std::size_t k = 0; k < mine.size(); ++k) {
    if (interrupted()) throw Cancelled();
    make(mine[k]);
    progress->update(static_cast<double>(k + 1), static_cast<double>(mine.size()));
  }
}

/// A network's file system may show a file of another machine late.
void DividedShards::wait_for(std::string_view name, std::size_t index) {
  using namespace std::chrono;
  const auto begin = steady_clock::now();
  while (!shards_.has(name, index)) {
    if (steady_clock::now() - begin > minutes(2))
      throw DataError(
          fmt::format("shard {} of {}.{} was made by another process and cannot be read here; put --output on a "
                      "file system that all machines share",
                      index, instance_, name));
    std::this_thread::sleep_for(milliseconds(100));
  }
}

}  // namespace tawara
