#include "tawara/plugin.hpp"
#include "made_up_cells.hpp"
#include "my_component.hpp"

// The plugin's name, version and summary, and the components in it: one `plugin.add` for each.
TAWARA_PLUGIN("my-component", "0.1.0", "What this plugin is for, in one line") {
  plugin.authors = "Your name";
  plugin.licence = "Apache-2.0";
  plugin.add<my_component::MyComponent>();
  plugin.add<my_component::MadeUpCells>();
}
