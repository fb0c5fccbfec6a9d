# The Debian package: made, unpacked, and its plugins, which were stripped on the way, still fit their manifests.
cmake_minimum_required(VERSION 3.25)

execute_process(COMMAND mktemp -d -t tawara-package-XXXXXX OUTPUT_VARIABLE scratch OUTPUT_STRIP_TRAILING_WHITESPACE
  COMMAND_ERROR_IS_FATAL ANY)
set(ENV{XDG_DATA_HOME} ${scratch}/data)
unset(ENV{TAWARA_PLUGIN_PATH})

include(${CMAKE_CURRENT_LIST_DIR}/commands.cmake)

run(${CMAKE_CPACK_COMMAND} -G DEB -C ${CONFIG} --config ${BUILD}/CPackConfig.cmake -B ${scratch})
file(GLOB package ${scratch}/tawara_*.deb)
run(dpkg-deb --field ${package} Depends)
foreach(library IN ITEMS libstdc\\+\\+6 libhdf5 libsundials-cvode libtbb libhwy)
  if(NOT out MATCHES "${library}")
    message(FATAL_ERROR "the package does not depend on ${library}: ${out}\nLeft for inspection: ${scratch}")
  endif()
endforeach()

run(dpkg-deb --extract ${package} ${scratch}/root)
file(GLOB plugins ${scratch}/root/usr/lib/tawara/plugins/*.so)
list(LENGTH plugins expected)
run(${scratch}/root/usr/bin/tawara list)
if(expected EQUAL 0 OR NOT out MATCHES "\n${expected} plugins found, 1 folder searched. See: tawara doctor")
  message(FATAL_ERROR "of ${expected} plugins in the package:\n${out}\nLeft for inspection: ${scratch}")
endif()

file(REMOVE_RECURSE ${scratch})
