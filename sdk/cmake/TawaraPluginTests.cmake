# tawara_add_plugin_tests(NAME [SCENARIOS file...])
#
# CTest cases for a plugin made with tawara_add_plugin:
#   NAME.usable      `tawara doctor` finds nothing wrong with the file
#   NAME.described   `tawara describe` describes each of its components, as text and as TOML
#   NAME.conforms    `tawara test-plugin` asks of each of its components what every component has to do; in the scenarios
#                    they are used in, or else in ones made from their descriptors
#   NAME.run.STEM    `tawara run` runs STEM.toml; one case per scenario, results in NAME_runs/STEM of the build folder;
#                    the project's other plugins and the installed ones can be used
# Call enable_testing() in the project's top CMakeLists.txt.
function(tawara_add_plugin_tests name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SCENARIOS")
  set(check ${CMAKE_COMMAND} -DTAWARA=$<TARGET_FILE:Tawara::tawara> -DPLUGIN=$<TARGET_FILE:${name}>)
  set(script -P ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/CheckPlugin.cmake)
  add_test(NAME ${name}.usable COMMAND ${check} -DCHECK=usable ${script})
  add_test(NAME ${name}.described COMMAND ${check} -DCHECK=described ${script})
  set(scenarios "")
  foreach(scenario IN LISTS arg_SCENARIOS)
    cmake_path(ABSOLUTE_PATH scenario)
    list(APPEND scenarios --scenario ${scenario})
    cmake_path(GET scenario STEM LAST_ONLY stem)
    set(output ${CMAKE_CURRENT_BINARY_DIR}/${name}_runs/${stem})
    add_test(NAME ${name}.run.${stem}
      COMMAND ${check} -DCHECK=run -DSCENARIO=${scenario} -DOUTPUT=${output} ${script})
  endforeach()
  add_test(NAME ${name}.conforms COMMAND Tawara::tawara test-plugin $<TARGET_FILE:${name}>
    --plugin $<TARGET_FILE_DIR:${name}> ${scenarios})
endfunction()
