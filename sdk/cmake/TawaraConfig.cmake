# find_package(Tawara CONFIG) outside of Tawara's own tree:
#   Tawara::sdk       headers and library to build plugins with; nothing but the standard library
#   Tawara::tawara    the program
#   Tawara::manifest  stores a plugin's manifest in its file, used by tawara_add_plugin
# and the functions tawara_add_plugin(), tawara_model_lanes() (which needs Highway), tawara_add_plugin_tests().
include(${CMAKE_CURRENT_LIST_DIR}/TawaraTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/TawaraPlugin.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/TawaraPluginTests.cmake)
