#pragma once
#include <string>
#include <vector>

#include "kernel/docs/example.hpp"
#include "kernel/plugins/catalogue.hpp"

namespace tawara::docs {

/// What a page needs to know of the others.
struct Reference {
  const std::vector<ComponentEntry>& components;
  std::vector<std::string> pages;  ///< file name of each component's page
  Examples examples;
};

/// Everything between header and footer of a component's page.
[[nodiscard]] std::string component_page(const Reference& reference, std::size_t component);

/// The id of a parameter, slot or output on its component's page: what = "param", "slot" or "output".
[[nodiscard]] std::string anchor(const std::string& what, const std::string& name);

}  // namespace tawara::docs
