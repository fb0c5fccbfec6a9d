#pragma once
#include "tawara/component.hpp"

namespace tawara::toys {

/// All components here are alike: what they are, no state, prepared from the context alone.
#define TAWARA_TOY(NAME)                                                                   \
  class NAME final : public Component {                                                    \
   public:                                                                                 \
    static Descriptor describe();                                                          \
    explicit NAME(const Settings&) {}                                                      \
    [[nodiscard]] std::unique_ptr<const Prepared> prepare(PrepareContext&) const override; \
  }

TAWARA_TOY(Bar);
TAWARA_TOY(End);
TAWARA_TOY(Wave);
TAWARA_TOY(Voltage);
TAWARA_TOY(Electrodes);
TAWARA_TOY(Leads);
TAWARA_TOY(Cell);
TAWARA_TOY(Pulse);
TAWARA_TOY(Nothing);
TAWARA_TOY(Beat);
TAWARA_TOY(Dictionary);
TAWARA_TOY(Gaussian);
TAWARA_TOY(Population);
TAWARA_TOY(Cells);

#undef TAWARA_TOY

}  // namespace tawara::toys
