#include "kernel/docs/fit.hpp"

#include "kernel/scenario/scenario.hpp"

namespace tawara::docs {

bool takes_anything(const Slot& slot) { return slot.kind.empty() && slot.alternatives.empty(); }

std::optional<std::size_t> alternative_served(const Slot& slot, const Descriptor& component) {
  if (!slot.kind.empty() && component.kind() != slot.kind) return std::nullopt;
  if (slot.alternatives.empty()) return 0;
  for (std::size_t i = 0; i < slot.alternatives.size(); ++i)
    if (serves(component, slot.alternatives[i])) return i;
  return std::nullopt;
}

}  // namespace tawara::docs
