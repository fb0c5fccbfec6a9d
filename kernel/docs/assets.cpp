#include "kernel/docs/assets.hpp"

namespace tawara::docs {

const std::string_view style_sheet = R"css(:root {
  color-scheme: light dark;
  --text: #1d2328; --soft: #5b666f; --line: #d9dee2; --back: #ffffff; --panel: #f4f6f8; --link: #0b5cad; --mark: #fff3bf;
  --stable: #1f7a3f; --experimental: #8a5a00; --deprecated: #b3261e;
  --comment: #5f6b73; --string: #1f6f4a; --literal: #8a3f00; --keyword: #7a2f8a; --key: #0b5cad;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #dfe4e8; --soft: #9aa6b0; --line: #39424a; --back: #15191c; --panel: #1e2429; --link: #7db8f5; --mark: #4a4115;
    --stable: #6fcf8e; --experimental: #e3b05a; --deprecated: #f28b82;
    --comment: #8d99a3; --string: #8fd3a8; --literal: #e8b27d; --keyword: #d3a4e0; --key: #7db8f5;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 4.5rem; }
@media (max-width: 46rem) { html { scroll-padding-top: 7rem; } }
body { margin: 0; font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; color: var(--text);
  background: var(--back); }
header { position: sticky; top: 0; z-index: 2; background: var(--back); border-bottom: 1px solid var(--line); }
header > div { max-width: 1120px; margin: 0 auto; padding: .6rem 1.2rem; display: flex; gap: 1.2rem;
  align-items: center; }
header nav { display: flex; gap: 1rem; }
header a.home { font-weight: 600; color: var(--text); text-decoration: none; white-space: nowrap; }
.search { position: relative; flex: 1; max-width: 34rem; margin-left: auto; }
.search input { width: 100%; font: inherit; padding: .35rem .7rem; color: inherit; background: var(--panel);
  border: 1px solid var(--line); border-radius: 6px; }
.search ol { position: absolute; left: 0; right: 0; top: 100%; margin: .3rem 0 0; padding: .3rem; list-style: none;
  max-height: 70vh; overflow-y: auto; background: var(--back); border: 1px solid var(--line); border-radius: 6px;
  box-shadow: 0 8px 24px rgb(0 0 0 / .18); }
.search ol[hidden] { display: none; }
.search li a { display: block; padding: .35rem .6rem; border-radius: 4px; color: inherit; text-decoration: none; }
.search li a[aria-selected="true"], .search li a:hover { background: var(--panel); }
.search li b { font: 600 .92em ui-monospace, Menlo, Consolas, monospace; color: var(--link); }
.search li span { display: block; font-size: .85em; color: var(--soft); overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; }
.search li.none { padding: .35rem .6rem; color: var(--soft); }
main { max-width: 1120px; margin: 0 auto; padding: 1.2rem 1.2rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: .2rem 0 .3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.4rem 0 .6rem; padding-bottom: .2rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.3rem 0 .2rem; }
p, ul { margin: .5rem 0; max-width: 78ch; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
code, pre { font: .9em/1.5 ui-monospace, Menlo, Consolas, monospace; }
p code, li code, dd code { overflow-wrap: anywhere; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .8rem 1rem;
  overflow-x: auto; }
.code { position: relative; margin: .8rem 0; }
.code pre { margin: 0; }
.code .caption { margin: 0 0 .2rem; font-size: .85em; color: var(--soft); }
.code .copy { position: absolute; right: .4rem; bottom: .4rem; font: inherit; font-size: .78em; padding: .1rem .5rem;
  color: var(--soft); background: var(--back); border: 1px solid var(--line); border-radius: 5px; cursor: pointer;
  opacity: 0; }
.code:hover .copy, .copy:focus-visible { opacity: 1; }
@media (hover: none) { .code .copy { opacity: 1; } }
pre.text, pre.plain { background: none; }
pre .c { color: var(--comment); }
pre .s { color: var(--string); }
pre .n { color: var(--literal); }
pre .k { color: var(--keyword); }
pre .a { color: var(--key); }
blockquote { margin: .8rem 0; padding: 0 0 0 1rem; border-left: 3px solid var(--line); color: var(--soft); }
.guide article { min-width: 0; }
.guide h3 { font-size: 1.05rem; margin-top: 1.8rem; }
.anchor { color: var(--line); font-weight: 400; }
:is(h2, h3, h4):hover .anchor { color: var(--link); }
.guide ol { max-width: 78ch; padding-left: 1.6rem; }
.guide li { margin: .25rem 0; }
.contents { font-size: .88em; }
.contents p { margin: 0; font-weight: 600; color: var(--soft); }
.contents ul { list-style: none; margin: .2rem 0 0; padding: 0; }
.contents li { margin: .15rem 0; }
@media (min-width: 62rem) {
  .guide { display: grid; grid-template-columns: minmax(0, 1fr) 13rem; gap: 2.5rem; }
  .contents { order: 2; position: sticky; top: 4.5rem; align-self: start; max-height: calc(100vh - 6rem);
    overflow-y: auto; }
}
@media (max-width: 61.99rem) {
  .contents { margin-bottom: 1rem; padding: .6rem 1rem; background: var(--panel); border-radius: 6px; }
  .contents ul { columns: 14rem; }
}
.guides { list-style: none; padding: 0; max-width: none; display: grid; gap: .6rem;
  grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); }
.guides a { display: block; height: 100%; padding: .6rem .9rem; color: inherit; border: 1px solid var(--line);
  border-radius: 6px; overflow-wrap: anywhere; }
.guides a:hover { border-color: var(--link); text-decoration: none; }
.guides strong { color: var(--link); font-weight: 600; }
.guides span { display: block; font-size: .88em; color: var(--soft); }
.crumbs { margin: 0; font-size: .9em; }
.summary { font-size: 1.1em; }
.fine { font-size: .88em; color: var(--soft); }
.type { font-weight: 400; font-size: .85em; color: var(--soft); }
th .type { display: block; }
.maturity { font-size: .85em; padding: .05em .55em; border: 1px solid currentColor; border-radius: 99px;
  white-space: nowrap; }
.stable { color: var(--stable); }
.experimental { color: var(--experimental); }
.deprecated { color: var(--deprecated); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92em; }
th, td { text-align: left; vertical-align: top; padding: .45rem .9rem .45rem 0; border-bottom: 1px solid var(--line); }
thead th { font-size: .88em; font-weight: 600; color: var(--soft); white-space: nowrap; }
tbody th { font-weight: 600; }
tbody th code { white-space: nowrap; }
td[data-label="usual"] { white-space: nowrap; }
td.meaning { min-width: 20rem; width: 45%; }
td.meaning p, td.meaning ul { margin: 0 0 .3rem; }
.overview th:nth-child(1) { width: 24%; }
.overview th:nth-child(2) { width: 42%; }
.overview th:nth-child(3) { width: 12%; }
tr.member th { padding-left: 1.2rem; }
:target { background: var(--mark); }
.choices { margin: .2rem 0; }
.choices div { display: flex; gap: .8rem; }
.choices dt { flex: 0 0 8rem; overflow-wrap: anywhere; }
.choices dd { margin: 0; color: var(--soft); }
.links { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin-top: 0; }
details { margin: .8rem 0; }
summary { cursor: pointer; color: var(--link); }
.kinds { columns: 12rem; list-style: none; padding: 0; }
footer { max-width: 1120px; margin: 0 auto; padding: 1rem 1.2rem 2rem; color: var(--soft); font-size: .85em; }
@media (max-width: 46rem) {
  header > div { flex-wrap: wrap; gap: .4rem 1rem; }
  .search { flex-basis: 100%; max-width: none; }
  .parameters thead { display: none; }
  .parameters tr { display: block; padding: .6rem 0; border-bottom: 1px solid var(--line); }
  .parameters th, .parameters td { display: block; border: 0; padding: .1rem 0; width: auto; min-width: 0; }
  .parameters td:empty { display: none; }
  td[data-label="usual"] { white-space: normal; }
  .parameters td[data-label]::before { content: attr(data-label) ": "; color: var(--soft); }
}
@media print {
  :root { --text: #000; --soft: #444; --line: #bbb; --back: #fff; --panel: #fff; --link: #000; --mark: #fff; }
  header, .search { position: static; }
  .search { display: none; }
  body { font-size: 10pt; }
  pre { white-space: pre-wrap; }
  tr, pre { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}
)css";

const std::string_view search_script = R"js((function () {
  "use strict";
  var box = document.getElementById("search"), list = document.getElementById("results"), chosen = -1;
  if (!box || !list) return;
  box.parentNode.hidden = false;

  function plain(text) {
    try { return decodeURIComponent(text); } catch (malformed) { return text; }
  }

  function searched() {
    var all = [];
    entries.forEach(function (c) {
      all.push({ name: c.name, page: c.page, text: c.summary, more: c.text || "", rank: 0,
        words: (c.name + " " + c.summary + " " + (c.text || "")).toLowerCase() });
      c.parts.forEach(function (p) {
        // A section of a document is found by its own words, a parameter by those of its component too.
        var about = c.text === undefined ? c.name + " " + p[2] : "";
        all.push({ name: p[0], page: c.page + "#" + p[1], text: c.name + (p[2] ? ": " + p[2] : ""), more: p[3] || "",
          rank: 1, words: (p[0] + " " + about + " " + (p[3] || "")).toLowerCase() });
      });
    });
    return all;
  }
  var all = searched();

  // Every word must occur; a name that begins with the first word comes first, then names that hold it.
  function found(query) {
    var words = query.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    var hits = [];
    all.forEach(function (e, order) {
      if (!words.every(function (w) { return e.words.indexOf(w) >= 0; })) return;
      var name = e.name.toLowerCase(), at = name.indexOf(words[0]);
      var score = name === words[0] ? 0 : at === 0 || name.charAt(at - 1) === "." ? 1 : at > 0 ? 2 : 3;
      hits.push({ entry: e, score: score * 2 + e.rank, order: order });
    });
    hits.sort(function (a, b) { return a.score - b.score || a.order - b.order; });
    return hits.slice(0, 30).map(function (h) { return h.entry; });
  }

  // What is said of a hit: when the words are further down in its text, the place where they are.
  function said(e, query) {
    var word = query.toLowerCase().split(/\s+/)[0], at = e.more.toLowerCase().indexOf(word);
    if (at < 0 || (e.name + " " + e.text).toLowerCase().indexOf(word) >= 0) return e.text;
    return e.text + (at > 30 ? " ... " : " ") + e.more.slice(Math.max(0, at - 30), at + 90);
  }

  function links() { return list.querySelectorAll("a"); }

  function choose(index) {
    var shown = links();
    if (!shown.length) return;
    chosen = (index + shown.length) % shown.length;
    Array.prototype.forEach.call(shown, function (a, i) {
      a.setAttribute("aria-selected", i === chosen ? "true" : "false");
      if (i === chosen) {
        box.setAttribute("aria-activedescendant", a.id);
        a.scrollIntoView({ block: "nearest" });
      }
    });
  }

  function close() {
    list.hidden = true;
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function show() {
    var query = box.value.trim();
    list.textContent = "";
    if (!query) return close();
    var hits = found(query);
    hits.forEach(function (e, i) {
      var item = document.createElement("li"), a = document.createElement("a");
      var name = document.createElement("b"), text = document.createElement("span");
      item.setAttribute("role", "presentation");
      a.setAttribute("role", "option");
      a.id = "result-" + i;
      a.tabIndex = -1;
      a.href = e.page;
      name.textContent = e.name;
      text.textContent = said(e, query).replace(/`/g, "");
      a.appendChild(name);
      a.appendChild(text);
      item.appendChild(a);
      list.appendChild(item);
    });
    if (!hits.length) {
      var none = document.createElement("li");
      none.className = "none";
      none.textContent = "Nothing found";
      list.appendChild(none);
    }
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    choose(0);
  }

  box.addEventListener("input", show);
  box.addEventListener("focus", function () { if (box.value.trim() && list.hidden) show(); });
  box.addEventListener("keydown", function (event) {
    if (event.key === "ArrowDown") { choose(chosen + 1); event.preventDefault(); }
    if (event.key === "ArrowUp") { choose(chosen - 1); event.preventDefault(); }
    if (event.key === "Enter" && chosen >= 0 && !list.hidden) { links()[chosen].click(); event.preventDefault(); }
    if (event.key === "Escape") { box.value = ""; close(); }
  });
  list.addEventListener("click", close);
  document.addEventListener("click", function (event) { if (!box.parentNode.contains(event.target)) close(); });
  document.addEventListener("keydown", function (event) {
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
    if (event.key === "/" && !typing) { box.focus(); event.preventDefault(); }
  });

  // What a fragment or a printout must show may be folded away.
  function unfold() {
    var target = location.hash && document.getElementById(plain(location.hash.slice(1)));
    var folded = target && target.closest("details");
    if (folded) { folded.open = true; target.scrollIntoView(); }
  }
  window.addEventListener("hashchange", unfold);
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (d) { d.open = true; });
  });
  unfold();

  // Commands and scenarios are there to be taken along.
  document.querySelectorAll(".code").forEach(function (block) {
    var button = document.createElement("button"), code = block.querySelector("pre").textContent;
    if (block.querySelector("pre").className === "text") return;
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    function done(well) {
      button.textContent = well ? "Copied" : "Select it by hand";
      setTimeout(function () { button.textContent = "Copy"; }, 1500);
    }
    function the_old_way() {
      var area = document.createElement("textarea");
      area.value = code;
      document.body.appendChild(area);
      area.select();
      var well = document.execCommand("copy");
      area.remove();
      done(well);
    }
    button.addEventListener("click", function () {
      if (!navigator.clipboard) return the_old_way();
      navigator.clipboard.writeText(code).then(function () { done(true); }, the_old_way);
    });
    block.appendChild(button);
  });

  var asked = /[?&]q=([^&]*)/.exec(location.search);
  if (asked) {
    box.value = plain(asked[1].replace(/\+/g, " "));
    show();
  }
})();
)js";

}  // namespace tawara::docs
