# cmake -DFOLDER=kernel/new_plugin -DOUTPUT=file.cpp -P embed.cmake
#
# The templates of `tawara new-plugin` as text in the program, so that they are found wherever it is moved.
cmake_minimum_required(VERSION 3.25)
file(GLOB_RECURSE templates RELATIVE ${FOLDER} ${FOLDER}/*)
list(FILTER templates INCLUDE REGEX "/")
list(SORT templates)
set(text "#include \"kernel/cli/new_plugin.hpp\"\n\nnamespace tawara {\nnamespace {\n\n")
string(APPEND text "constexpr PluginTemplate all[] = {\n")
foreach(template IN LISTS templates)
  string(REGEX MATCH "^[^/]+" kind ${template})
  cmake_path(RELATIVE_PATH template BASE_DIRECTORY ${kind} OUTPUT_VARIABLE path)
  file(READ ${FOLDER}/${template} content)
  string(APPEND text "{\"${kind}\", \"${path}\", R\"tawara_text(${content})tawara_text\"},\n")
endforeach()
string(APPEND text "};\n\n}  // namespace\n\n"
  "std::span<const PluginTemplate> plugin_templates() { return all; }\n\n}  // namespace tawara\n")
file(WRITE ${OUTPUT} "${text}")
