# One broken component per check by kind.
set(kinds ${PROJECT_SOURCE_DIR}/tests/fixtures/conformance_kinds)
tawara_add_plugin(fixture_conformance_kinds SOURCES
  ${kinds}/anatomy.cpp ${kinds}/cells.cpp ${kinds}/ecg.cpp ${kinds}/learners.cpp ${kinds}/plugin.cpp
  ${kinds}/propagation.cpp ${kinds}/protocols_and_drugs.cpp ${kinds}/recordings.cpp ${kinds}/samplers.cpp)
set_target_properties(fixture_conformance_kinds PROPERTIES
  LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/fixtures/conformance_kinds BUILD_WITH_INSTALL_RPATH OFF)

tawara_add_test(kernel_conformance_kinds_test SOURCES ${CMAKE_CURRENT_LIST_DIR}/kinds_test.cpp LIBRARIES tawara_kernel)
target_compile_definitions(kernel_conformance_kinds_test PRIVATE
  TAWARA_KINDS="$<TARGET_FILE:fixture_conformance_kinds>")
add_dependencies(kernel_conformance_kinds_test fixture_conformance_kinds tawara_toys)
