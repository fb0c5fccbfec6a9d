# Components that this build leaves out because a library is missing, told to the kernel, so that `tawara doctor` and a
# scenario that uses one say why and what to install.
#
# tawara_left_out(COMPONENT WHY REMEDY)
function(tawara_left_out component why remedy)
  set_property(GLOBAL APPEND_STRING PROPERTY TAWARA_LEFT_OUT "{\"${component}\", \"${why}\", \"${remedy}\"},\n")
endfunction()

# Rows of kernel/plugins/left_out.cpp; after all plugins.
function(tawara_write_left_out)
  get_property(rows GLOBAL PROPERTY TAWARA_LEFT_OUT)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/left_out.inc CONTENT "${rows}" @ONLY)
endfunction()
