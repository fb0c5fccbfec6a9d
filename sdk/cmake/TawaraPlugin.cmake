# tawara_add_plugin(NAME SOURCES file... [LIBRARIES target...])
#
# A plugin library NAME.so in ${CMAKE_BINARY_DIR}/plugins: hidden symbols, nothing left undefined at link, no prefix or
# version suffix, and its manifest stored inside the file after linking, so that the kernel can list it unopened.
# `cmake --install` puts it into lib/tawara/plugins, where the tawara of the same prefix finds it.
function(tawara_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  add_library(${name} MODULE ${arg_SOURCES})
  target_compile_features(${name} PRIVATE cxx_std_20)
  target_link_libraries(${name} PRIVATE Tawara::sdk ${arg_LIBRARIES})
  if(TARGET tawara_flags)
    target_link_libraries(${name} PRIVATE tawara_flags)
  else()
    target_compile_options(${name} PRIVATE -ffp-contract=off)  # floating point as written
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
  get_target_property(outside Tawara::sdk IMPORTED)
  if(outside OR TAWARA_PLUGIN_GROUP)
    install(TARGETS ${name} LIBRARY DESTINATION lib/tawara/plugins)
  endif()
endfunction()

# tawara_model_lanes(TARGET FILE)
#
# Compile a model's lanes file (tawara/model/lane_maker.hpp) once per instruction set into TARGET, the library that holds
# the model's component. Which copy runs is decided when the model is prepared. Only the baseline off x86-64.
# Needs Highway, which nothing else in the SDK does.
function(tawara_model_lanes target file)
  find_package(hwy QUIET)
  if(NOT hwy_FOUND)
    message(FATAL_ERROR "tawara_model_lanes(${target} ${file}) needs Highway (Debian: libhwy-dev), which was not found.\n"
      "Install it, or tell CMake where it is: -Dhwy_DIR=FOLDER_OF/hwy-config.cmake")
  endif()
  target_link_libraries(${target} PUBLIC hwy::hwy)
  set(instruction_sets baseline)
  set(flags_baseline "")
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|amd64|AMD64)$")
    list(APPEND instruction_sets sse4 avx2 avx512)
    # Highway takes a set for given only when all it uses is allowed: plain x86-64-v3 lacks AES and carry-less products.
    set(flags_sse4 -march=x86-64-v2 -maes -mpclmul)
    set(flags_avx2 -march=x86-64-v3 -maes -mpclmul)
    set(flags_avx512 -march=skylake-avx512)
    target_compile_definitions(${target} PRIVATE TAWARA_LANES_X86)
  endif()
  foreach(isa IN LISTS instruction_sets)
    set(object ${target}_lanes_${isa})
    add_library(${object} OBJECT ${file})
    target_compile_features(${object} PRIVATE cxx_std_20)
    target_compile_definitions(${object} PRIVATE TAWARA_ISA=${isa})
    target_include_directories(${object} PRIVATE $<TARGET_PROPERTY:${target},INCLUDE_DIRECTORIES>)
    target_link_libraries(${object} PRIVATE Tawara::sdk hwy::hwy)
    if(TARGET tawara_flags)
      target_link_libraries(${object} PRIVATE tawara_flags)
    endif()
    # Optimised in every configuration: unoptimised, each inline function of the standard library would become a symbol
    # of its own, compiled for this instruction set and open to every caller in the library.
    target_compile_options(${object} PRIVATE ${flags_${isa}} -O3 -ffp-contract=off -fno-math-errno)
    if(isa STREQUAL "baseline" AND CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|amd64|AMD64)$")
      # Highway has no vectors for plain x86-64.
      target_compile_definitions(${object} PRIVATE HWY_COMPILE_ONLY_SCALAR)
    endif()
    set_target_properties(${object} PROPERTIES CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden
      VISIBILITY_INLINES_HIDDEN ON POSITION_INDEPENDENT_CODE ON)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${object}>)
    if(NOT isa STREQUAL "baseline")
      set(checked ${CMAKE_CURRENT_BINARY_DIR}/${object}.checked)
      add_custom_command(OUTPUT ${checked}
        COMMAND ${CMAKE_COMMAND} -DNM=${CMAKE_NM} -DISA=${isa} -DOBJECT=$<TARGET_OBJECTS:${object}>
          -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/CheckLanesSymbols.cmake
        COMMAND ${CMAKE_COMMAND} -E touch ${checked}
        DEPENDS $<TARGET_OBJECTS:${object}> ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/CheckLanesSymbols.cmake
        COMMENT "Symbols of ${object}" VERBATIM)
      target_sources(${target} PRIVATE ${checked})
    endif()
  endforeach()
endfunction()
