# What `cmake --install` and `cpack -G DEB` put where, under any prefix; nothing installed knows its own path. Plugins
# install themselves (tawara_add_plugin). The layout is fixed (lib, not lib64 or lib/x86_64-linux-gnu), because run paths
# and the search for plugins are relative to it.
include(CMakePackageConfigHelpers)

# One run path for build tree and installation, either of which may be moved.
set_target_properties(tawara tawara_manifest PROPERTIES
  BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "$ORIGIN/../lib" INSTALL_RPATH_USE_LINK_PATH ON)

install(TARGETS tawara_sdk tawara tawara_manifest EXPORT TawaraTargets
  RUNTIME DESTINATION bin
  LIBRARY DESTINATION lib
  INCLUDES DESTINATION include)
add_executable(Tawara::tawara ALIAS tawara)
set_target_properties(tawara_sdk PROPERTIES EXPORT_NAME sdk)
set_target_properties(tawara_manifest PROPERTIES EXPORT_NAME manifest)
install(DIRECTORY sdk/include/tawara DESTINATION include FILES_MATCHING PATTERN "*.hpp")

# find_package(Tawara CONFIG): Tawara::sdk, Tawara::tawara, Tawara::manifest and the functions of sdk/cmake.
set(package lib/cmake/Tawara)
install(EXPORT TawaraTargets NAMESPACE Tawara:: DESTINATION ${package})
install(DIRECTORY sdk/cmake/ DESTINATION ${package} FILES_MATCHING PATTERN "*.cmake")
# While the major number is 0 every minor may break, as with the SDK's own version.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/TawaraConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/TawaraConfigVersion.cmake DESTINATION ${package})

install(DIRECTORY scenarios DESTINATION share/tawara FILES_MATCHING PATTERN "*.toml" PATTERN "*.csv")
file(GLOB readmes RELATIVE ${PROJECT_SOURCE_DIR}
  README.md CHANGELOG.md kernel/README.md kernel/*/README.md sdk/README.md sdk/COMPATIBILITY.md sdk/include/tawara/*/README.md
  plugins/*/README.md plugins/*/*/README.md plugins/*/*/*/README.md)
foreach(readme IN LISTS readmes)
  cmake_path(GET readme PARENT_PATH folder)
  install(FILES ${readme} DESTINATION share/doc/tawara/${folder})
endforeach()
install(FILES LICENSE cmake/copyright DESTINATION share/doc/tawara)
# The worked example that the SDK's README points to.
install(DIRECTORY plugins/ionic/mitchell_schaeffer DESTINATION share/doc/tawara/plugins/ionic)
install(DIRECTORY sdk/tutorials DESTINATION share/doc/tawara/sdk FILES_MATCHING PATTERN "*.md")
# The same as pages, with the reference of the plugins just installed.
if(NOT CMAKE_CROSSCOMPILING)
  install(CODE [[
    set(site $ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/share/doc/tawara/html)
    execute_process(COMMAND ${CMAKE_COMMAND} -E env --unset=TAWARA_PLUGIN_PATH XDG_DATA_HOME=${site}/none
      $ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/bin/tawara docs ${site} OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
    file(GLOB pages ${site}/*)
    list(APPEND CMAKE_INSTALL_MANIFEST_FILES ${pages})]])
endif()

set(CPACK_PACKAGE_NAME tawara)
set(CPACK_PACKAGE_CONTACT "The Tawara developers")
set(CPACK_PACKAGE_DESCRIPTION "A kernel that runs studies from TOML files, its plugins (hearts, cell models, propagation, ECG,
samplers), and what it takes to write plugins: headers, library and CMake package.")
set(CPACK_STRIP_FILES ON)  # strip leaves what is loaded as it is, and with it the digest in each plugin's manifest
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR}/lib)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "g++, cmake, libhwy-dev")  # for writing plugins, and cell models in lanes
include(CPack)
