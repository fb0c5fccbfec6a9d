# find_package(Tawara CONFIG) outside of Tawara's own tree:
#   Tawara::sdk       headers and library to build plugins with; nothing but the standard library
#   Tawara::tawara    the program
#   Tawara::manifest  stores a plugin's manifest in its file, used by tawara_add_plugin
# and the functions tawara_add_plugin(), tawara_model_lanes() (which needs Highway), tawara_add_plugin_tests().

# Found as /lib/cmake/Tawara, where /lib is a link to /usr/lib, the prefix is still /usr.
file(REAL_PATH ${CMAKE_CURRENT_LIST_DIR} tawara_package)
include(${tawara_package}/TawaraTargets.cmake)
include(${tawara_package}/TawaraPlugin.cmake)
include(${tawara_package}/TawaraPluginTests.cmake)
unset(tawara_package)
