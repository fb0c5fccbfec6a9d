# tawara_add_plugin(NAME SOURCES file... [LIBRARIES target...])
#
# A plugin library NAME.so in ${CMAKE_BINARY_DIR}/plugins: hidden symbols, nothing left undefined at link, no prefix or
# version suffix, and its manifest stored inside the file after linking, so that the kernel can list it unopened.
function(tawara_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  add_library(${name} MODULE ${arg_SOURCES})
  target_compile_features(${name} PRIVATE cxx_std_20)
  target_link_libraries(${name} PRIVATE Tawara::sdk ${arg_LIBRARIES})
  if(TARGET tawara_flags)
    target_link_libraries(${name} PRIVATE tawara_flags)
  endif()
  target_link_options(${name} PRIVATE -Wl,--no-undefined -Wl,--as-needed -Wl,--build-id)
  set_target_properties(${name} PROPERTIES
    PREFIX "" CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins
    # The run path of the installed file from the start: were it rewritten at installation, the manifest's digest would
    # no longer fit. ../lib is the build tree's, ../.. that of lib/tawara/plugins.
    BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "$ORIGIN/../lib;$ORIGIN/../.." INSTALL_RPATH_USE_LINK_PATH ON)
  add_custom_command(TARGET ${name} POST_BUILD
    COMMAND Tawara::manifest $<TARGET_FILE:${name}>
    COMMENT "Manifest of ${name}" VERBATIM)
  add_dependencies(${name} Tawara::manifest)
  if(TAWARA_PLUGIN_GROUP)
    add_dependencies(${TAWARA_PLUGIN_GROUP} ${name})
  endif()
endfunction()
