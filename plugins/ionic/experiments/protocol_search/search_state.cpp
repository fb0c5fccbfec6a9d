#include "experiments/protocol_search/search_state.hpp"

#include <fmt/format.h>

#include <locale>
#include <sstream>

#include "tawara/error.hpp"

namespace tawara::experiments {
namespace {

constexpr const char* heading = "tawara protocol_search 1";

[[noreturn]] void damaged() {
  throw DataError("the state of the search to be resumed is damaged or of another version; run without --resume");
}

}  // namespace

std::string SearchState::text() const {
  // fmt writes the shortest number that reads back to the same bits.
  std::string text = fmt::format("{}\ncells {}\n", heading, cells.size());
  for (const Candidates& cell : cells) {
    text += cell.kept ? fmt::format("{}", *cell.kept) : "-1";
    for (const int n : cell.rejected) text += fmt::format(" {}", n);
    text += '\n';
  }
  text += fmt::format("slots {}\n", slots.size());
  for (const Slot& slot : slots) {
    text += fmt::format("{} {}\n", slot.chosen, slot.V.size());
    for (std::size_t k = 0; k < slot.V.size(); ++k)
      text += fmt::format("{} {} {}\n", slot.V[k], slot.mse[k], slot.strength[k]);
  }
  return text + "end\n";
}

SearchState SearchState::read(std::string_view bytes) {
  std::istringstream in{std::string(bytes)};
  in.imbue(std::locale::classic());
  std::string line, word;
  const auto next = [&](auto& value) {
    if (!(in >> value)) damaged();
  };
  const auto count = [&](const char* of, std::size_t most) {
    next(word);
    std::size_t n = 0;
    next(n);
    if (word != of || n > most) damaged();
    return n;
  };
  if (!std::getline(in, line) || line != heading) damaged();
  SearchState state;
  const std::size_t longest = bytes.size();  // every entry takes a byte at least
  state.cells.resize(count("cells", longest));
  for (Candidates& cell : state.cells) {
    std::int64_t kept = 0;
    next(kept);
    if (kept >= 0) cell.kept = static_cast<std::uint64_t>(kept);
    for (int& n : cell.rejected) next(n);
  }
  state.slots.resize(count("slots", longest));
  for (Slot& slot : state.slots) {
    std::size_t n = 0;
    next(slot.chosen);
    next(n);
    if (slot.chosen >= n || n > longest) damaged();
    for (std::size_t k = 0; k < n; ++k) {
      double V = 0, mse = 0, strength = 0;
      next(V);
      next(mse);
      next(strength);
      slot.V.push_back(V);
      slot.mse.push_back(mse);
      slot.strength.push_back(strength);
    }
  }
  next(word);
  if (word != "end") damaged();
  return state;
}

}  // namespace tawara::experiments
