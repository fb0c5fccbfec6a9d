# cmake -DBUILD=folder -DSOURCE=folder -DREFERENCE=plugin.so -DCOMPILER=c++ -DFLAGS=... -DNAME=... [-DREFUSALS=ON] -P mixed_builds.cmake
#
# A plugin compiled in another way than the kernel runs in it, passes exceptions in both directions, and computes the
# same bytes as one that was compiled like the kernel. With REFUSALS, those that cannot are refused in words.
cmake_minimum_required(VERSION 3.25)

set(scratch ${BUILD}/tests/out/mixed_${NAME})
file(REMOVE_RECURSE ${scratch})
file(MAKE_DIRECTORY ${scratch})
set(ENV{TAWARA_CACHE} off)
set(ENV{XDG_DATA_HOME} ${scratch}/data)
unset(ENV{TAWARA_PLUGIN_PATH})
include(${CMAKE_CURRENT_LIST_DIR}/../install/commands.cmake)

# As tawara_add_plugin() does it, without looking for a compiler each time.
set(always -std=c++20 -fPIC -shared -fvisibility=hidden -fvisibility-inlines-hidden -ffp-contract=off
  -I${SOURCE}/sdk/include -L${BUILD}/lib -Wl,-rpath,${BUILD}/lib -Wl,--no-undefined)
function(compile plugin source)
  run(${COMPILER} ${always} ${ARGN} ${source} -o ${plugin} -ltawara_sdk)
endfunction()

# A command that has to end with `code`, saying `words` wherever its lines break.
macro(run_saying code words)
  execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE out ERROR_VARIABLE err RESULT_VARIABLE found)
  string(REGEX REPLACE "[ \n]+" " " said "${out}${err}")
  string(FIND "${said}" "${words}" at)
  if(NOT found STREQUAL "${code}" OR at EQUAL -1)
    fail("${ARGN}\nended with ${found} and should have ended with ${code}, saying '${words}':\n${out}${err}")
  endif()
endmacro()

set(tawara ${BUILD}/bin/tawara)
set(manifest ${BUILD}/bin/tawara-manifest)
set(scenario ${CMAKE_CURRENT_LIST_DIR}/mixed.toml)
separate_arguments(FLAGS)

compile(${scratch}/other.so ${CMAKE_CURRENT_LIST_DIR}/mixed.cpp ${FLAGS})
run(${manifest} ${scratch}/other.so)
run(${tawara} run ${scenario} --plugin ${REFERENCE} --output ${scratch}/reference)
run(${tawara} run ${scenario} --plugin ${scratch}/other.so --output ${scratch}/other)
foreach(file IN ITEMS summary.json samples.table.csv)
  file(READ ${scratch}/reference/${file} reference)
  file(READ ${scratch}/other/${file} other)
  if(NOT other STREQUAL reference)
    fail("${file} depends on how the plugin was compiled.\nLike the kernel:\n${reference}\n${COMPILER} ${FLAGS}:\n${other}")
  endif()
endforeach()
file(READ ${scratch}/other/summary.json summary)
string(JSON caught GET "${summary}" samples caught)
if(NOT caught STREQUAL "no column 'nothing'; there are: name, length")
  fail("the plugin should have caught what the SDK threw, found: ${caught}")
endif()

# What the plugin throws reaches the kernel as what it is.
run_saying(3 "this mood suits nobody"
  ${tawara} run ${scenario} --plugin ${scratch}/other.so --output ${scratch}/thrown --set samples.mood=scenario)
run_saying(1 "index 7 of 5"
  ${tawara} run ${scenario} --plugin ${scratch}/other.so --output ${scratch}/thrown --set samples.mood=standard)

# A note, no refusal.
run(${tawara} doctor --json --plugin ${scratch}/other.so)
string(JSON verdict GET "${out}" files 0 verdict)
string(JSON notes GET "${out}" files 0 notes)
if(NOT verdict STREQUAL "usable" OR NOT notes MATCHES "${NOTE}")
  fail("doctor should call the plugin usable and note '${NOTE}', found ${verdict}: ${notes}")
endif()

if(REFUSALS)
  # What the linker misses first where lists or texts are passed to the SDK.
  set(simple ${SOURCE}/tests/fixtures/plugins/fast_math.cpp)
  compile(${scratch}/debug.so ${simple} -D_GLIBCXX_DEBUG)
  run_saying(1 "with the standard library's debug mode (_GLIBCXX_DEBUG), this kernel without it"
    ${manifest} ${scratch}/debug.so)
  compile(${scratch}/old.so ${simple} -D_GLIBCXX_USE_CXX11_ABI=0)
  run_saying(1 "the plugin uses another C++ standard library (libstdc++ old) than this kernel (libstdc++ cxx11)"
    ${manifest} ${scratch}/old.so)
endif()
file(REMOVE_RECURSE ${scratch})
