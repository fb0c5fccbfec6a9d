#pragma once
#include <cstddef>
#include <optional>
#include <string>

#include "tawara/error.hpp"

namespace tawara {

/// One of `count` parts of a run, each made by a process of its own that need not know of the others: `--part 3/16`.
/// Of a sweep these are its rows, of a single run the shards of its populations, dealt out in turn.
struct Part {
  std::size_t index = 0;  ///< from 0
  std::size_t count = 1;
  [[nodiscard]] bool has(std::size_t i) const { return i % count == index; }
  [[nodiscard]] std::string text() const { return std::to_string(index) + "/" + std::to_string(count); }
};

/// "3/16". @throws Error
[[nodiscard]] Part parse_part(const std::string& text);

/// What a process does of a run.
struct Division {
  std::optional<Part> part;  ///< this part, and nothing is put together
  bool collect = false;      ///< nothing is computed that parts should have left
  [[nodiscard]] bool whole() const { return !part && !collect; }
};

/// Rank 0 goes on alone, with something that cannot be handed to other processes. Not a failure of theirs.
class HelpEnded : public Cancelled {};

/// A component's share of a part is done, and what it stands on is not complete here. Not a failure.
class PartDone : public Cancelled {};

}  // namespace tawara
