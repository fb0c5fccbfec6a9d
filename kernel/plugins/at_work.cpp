#include "kernel/plugins/at_work.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>

namespace tawara {

namespace {

static_assert(std::atomic<WorkNote>::is_always_lock_free, "read from other processes and from signal handlers");

constexpr unsigned phase_shift = 24;
constexpr WorkNote name_mask = (WorkNote{1} << phase_shift) - 1;
static_assert(WorkBoard::room_for_names <= name_mask);

WorkBoard own_board;
WorkBoard* board = &own_board;

/// Threads beyond the last slot leave no note.
std::atomic<std::size_t> slots_taken = 0;
thread_local std::size_t slot = slots_taken++;
thread_local WorkNote current = 0;

WorkNote packed(Phase phase, std::uint32_t worker) {
  return (static_cast<WorkNote>(phase) << phase_shift) | (worker & name_mask);
}

}  // namespace

void WorkBoard::use(WorkBoard& other) { board = &other; }
WorkBoard& WorkBoard::in_use() { return *board; }

// Names begin at 1 and end with a zero byte.
std::string_view WorkBoard::name(WorkNote note) const {
  const std::size_t at = note & name_mask;
  if (at == 0 || at > room_for_names) return {};
  const char* text = names_ + at - 1;
  return {text, strnlen(text, room_for_names - (at - 1))};
}

std::vector<WorkNote> WorkBoard::busy() const {
  std::vector<WorkNote> found;
  for (const Slot& s : slots_) {
    const WorkNote note = s.note.load(std::memory_order_relaxed);
    if (note != 0 && std::find(found.begin(), found.end(), note) == found.end()) found.push_back(note);
  }
  return found;
}

WorkNote WorkBoard::first_busy() const {
  for (const Slot& s : slots_)
    if (const WorkNote note = s.note.load(std::memory_order_relaxed)) return note;
  return 0;
}

std::uint32_t worker_called(const std::string& name) {
  static std::mutex mutex;
  static auto& known = *new std::map<std::pair<const WorkBoard*, std::string>, std::uint32_t>;
  const std::lock_guard lock(mutex);
  const auto [entry, fresh] = known.try_emplace({board, name}, 0);
  const std::uint32_t at = board->used_;
  // A full board has no more names: their work is noted without one.
  if (!fresh || name.size() + 1 > WorkBoard::room_for_names - at) return entry->second;
  std::memcpy(board->names_ + at, name.c_str(), name.size() + 1);
  board->used_ = at + static_cast<std::uint32_t>(name.size() + 1);
  return entry->second = at + 1;
}

const char* words_for(Phase phase) {
  switch (phase) {
    case Phase::none:
      break;
    case Phase::opening:
      return "at its opening";
    case Phase::construct:
      return "in its constructor";
    case Phase::prepare:
      return "in prepare";
    case Phase::evaluate:
      return "in evaluate";
    case Phase::destroy:
      return "in its destructor";
  }
  return "at work";
}

Phase phase_of(WorkNote note) {
  const auto phase = note >> phase_shift;
  return phase <= static_cast<WorkNote>(Phase::destroy) ? static_cast<Phase>(phase) : Phase::none;
}

AtWork::AtWork(WorkNote note) : before_(current) {
  current = note;
  if (slot < WorkBoard::threads) board->slots_[slot].note.store(note, std::memory_order_relaxed);
}
AtWork::AtWork(Phase phase, std::uint32_t worker) : AtWork(packed(phase, worker)) {}
AtWork::AtWork(Phase phase) : AtWork(packed(phase, current)) {}
AtWork::~AtWork() {
  current = before_;
  if (slot < WorkBoard::threads) board->slots_[slot].note.store(before_, std::memory_order_relaxed);
}
WorkNote AtWork::now() { return current; }

}  // namespace tawara
