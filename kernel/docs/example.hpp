#pragma once
#include <optional>
#include <string>
#include <vector>

#include "kernel/plugins/catalogue.hpp"

namespace tawara::docs {

/// Whole scenarios made from descriptors alone: a component, what fills its slots, and no more settings than it needs.
/// One that shows no results, or is used through an interface (a cell model, a protocol), stands in the slot of
/// another.
///
/// Who fills a slot is the cheapest to write down: few instances, no files, stable rather than experimental. Files are
/// named path/to/PARAMETER; all else loads as it stands. What a component asks for beyond what its descriptor can say
/// (one of several settings) stands in a ```toml block of its doc.
class Examples {
 public:
  explicit Examples(std::vector<ComponentEntry> components);
  /// @returns nothing when a slot that must be filled cannot be by any of the components
  [[nodiscard]] std::optional<std::string> scenario(std::size_t component) const;

 private:
  struct Cost {
    double any, varying;  ///< of the cheapest scenario, and of the cheapest one with a number that priors can name
  };
  struct Writer;
  struct Use {
    std::size_t user;
    const Slot* slot;
  };
  [[nodiscard]] bool stands_alone(std::size_t component) const;
  /// The cheapest component that can be given one like this; of equals the one with most outputs.
  [[nodiscard]] std::optional<Use> cheapest_use(std::size_t component) const;
  [[nodiscard]] std::vector<const Slot*> filled_slots(const Descriptor& d) const;
  [[nodiscard]] bool fits(const Slot& slot, std::size_t candidate) const;
  [[nodiscard]] double cost(std::size_t component, bool varying) const;
  [[nodiscard]] std::optional<std::size_t> cheapest(const Slot& slot, bool varying) const;
  [[nodiscard]] double cost_of_slot(const Slot& slot, bool varying) const;
  /// The slot through which something varies when the component itself has nothing that does.
  [[nodiscard]] const Slot* varying_slot(const Descriptor& d) const;
  [[nodiscard]] std::string use(std::size_t component) const;

  std::vector<ComponentEntry> components_;
  std::vector<Cost> costs_;
};

}  // namespace tawara::docs
