#include "kernel/docs/page.hpp"

#include "kernel/docs/html.hpp"
#include "tawara/version.hpp"

namespace tawara::docs {

std::string page(const std::string& title, const std::string& body) {
  return R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>)html" +
         html_text(title) + R"html(</title>
<link rel="stylesheet" href="style.css">
</head>
<body>
<header><div><a class="home" href="index.html">Tawara</a>
<nav><a href="index.html#top">Guides</a> <a href="index.html#components">Components</a></nav>
<div class="search" hidden role="search"><input id="search" type="search" placeholder="Search (press /)" aria-label="Search components, parameters and guides" autocomplete="off" spellcheck="false" role="combobox" aria-expanded="false" aria-controls="results" aria-autocomplete="list"><ol id="results" role="listbox" aria-label="Results" hidden></ol></div></div></header>
<main>
)html" + body +
         R"html(</main>
<footer>Made by tawara )html" +
         html_text(std::string(project_version)) +
         R"html( from the descriptors of the plugins it found and from its own documents.</footer>
<script src="search.js"></script>
</body>
</html>
)html";
}

}  // namespace tawara::docs
