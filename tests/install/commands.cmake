# What the tests of an installation share; they set `scratch`, the folder they work in.

function(fail)
  list(JOIN ARGV " " text)
  message(FATAL_ERROR "${text}\nLeft for inspection: ${scratch}")
endfunction()

# A command that has to end with 0; its standard output is in `out`.
macro(run)
  execute_process(COMMAND ${ARGV} OUTPUT_VARIABLE out ERROR_VARIABLE err RESULT_VARIABLE code)
  if(NOT code STREQUAL "0")
    fail("${ARGV}\nended with ${code}:\n${out}${err}")
  endif()
endmacro()
