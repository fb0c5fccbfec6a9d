# cmake -DNM=nm -DISA=avx2 -DOBJECT=file.o -P CheckLanesSymbols.cmake
#
# Fails when an object compiled for an instruction set defines a symbol that others may bind to and that does not carry
# the instruction set in its name (the namespace TAWARA_ISA, or Highway's for that target). The linker could take that
# copy for every caller, and a CPU without the instruction set would stop there.
execute_process(COMMAND ${NM} --defined-only --extern-only ${OBJECT} OUTPUT_VARIABLE symbols RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${NM} could not read ${OBJECT}")
endif()
string(LENGTH ${ISA} length)
string(REPLACE "\n" ";" symbols "${symbols}")
set(foreign "")
foreach(line IN LISTS symbols)
  string(REGEX REPLACE "^[0-9a-fA-F]* *[A-Za-z] " "" name "${line}")
  # DW.ref.* are addresses of the language runtime, not code.
  if(NOT name STREQUAL "" AND NOT name MATCHES "${length}${ISA}|N_SSE4|N_AVX[23]|^DW\\.ref\\.")
    list(APPEND foreign ${name})
  endif()
endforeach()
if(foreign)
  list(JOIN foreign "\n  " foreign)
  message(FATAL_ERROR "compiled for ${ISA}, yet open to every caller:\n  ${foreign}\n"
    "Put what is yours into `inline namespace TAWARA_ISA`; avoid functions and containers of the standard library "
    "that are not inlined in what lanes files include.")
endif()
