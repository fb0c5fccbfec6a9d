#pragma once
#include <optional>

#include "tawara/descriptor.hpp"

namespace tawara::docs {

/// A slot that names neither a kind nor outputs: what may stand in it is known only when it is prepared.
[[nodiscard]] bool takes_anything(const Slot& slot);

/// Which of the slot's alternatives the component serves, judged as the scenario loader does.
/// @returns 0 for a slot without alternatives, nothing when it does not fit
[[nodiscard]] std::optional<std::size_t> alternative_served(const Slot& slot, const Descriptor& component);

}  // namespace tawara::docs
