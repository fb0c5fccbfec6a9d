# cmake -DROOT=checkout -DGUIDES="README.md;sdk/README.md" -DOUTPUT=file.cpp -P embed_guides.cmake
#
# The tree's documents as text in the program, so that the site is the same from a build tree, from an installation that
# was moved, and where a distribution leaves share/doc out.
cmake_minimum_required(VERSION 3.25)
set(text "#include \"kernel/docs/guides.hpp\"\n\nnamespace tawara::docs {\nnamespace {\n\nconstexpr Guide all[] = {\n")
foreach(guide IN LISTS GUIDES)
  file(READ ${ROOT}/${guide} content)
  # A compiler need not take literals above 64 KiB; pieces that stand side by side are one.
  string(LENGTH "${content}" length)
  string(APPEND text "{\"${guide}\", ")
  set(at 0)
  while(at LESS length)
    string(SUBSTRING "${content}" ${at} 10000 piece)
    string(APPEND text "R\"tawara_text(${piece})tawara_text\"\n")
    math(EXPR at "${at} + 10000")
  endwhile()
  string(APPEND text "},\n")
endforeach()
string(APPEND text "};\n\n}  // namespace\n\nstd::span<const Guide> guides() { return all; }\n\n}  // namespace tawara::docs\n")
file(WRITE ${OUTPUT} "${text}")
