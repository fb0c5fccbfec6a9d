#include "kernel/docs/assets.hpp"

namespace tawara::docs {

const std::string_view style_sheet = R"css(:root {
  color-scheme: light dark;
  --text: #1d2328; --soft: #5b666f; --line: #d9dee2; --back: #ffffff; --panel: #f4f6f8; --link: #0b5cad; --mark: #fff3bf;
  --stable: #1f7a3f; --experimental: #8a5a00; --deprecated: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #dfe4e8; --soft: #9aa6b0; --line: #39424a; --back: #15191c; --panel: #1e2429; --link: #7db8f5; --mark: #4a4115;
    --stable: #6fcf8e; --experimental: #e3b05a; --deprecated: #f28b82;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 4.5rem; }
body { margin: 0; font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; color: var(--text);
  background: var(--back); }
header { position: sticky; top: 0; z-index: 2; background: var(--back); border-bottom: 1px solid var(--line); }
header > div { max-width: 1120px; margin: 0 auto; padding: .6rem 1.2rem; display: flex; gap: 1.2rem;
  align-items: center; }
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

  function entries() {
    var all = [];
    components.forEach(function (c) {
      all.push({ name: c.name, page: c.page, text: c.summary, words: (c.name + " " + c.summary).toLowerCase(), rank: 0 });
      c.parts.forEach(function (p) {
        all.push({ name: p[0], page: c.page + "#" + p[1], text: c.name + ": " + p[2], rank: 1,
          words: (p[0] + " " + c.name + " " + p[2] + " " + (p[3] || "")).toLowerCase() });
      });
    });
    return all;
  }
  var all = entries();

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
      text.textContent = e.text.replace(/`/g, "");
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

  var asked = /[?&]q=([^&]*)/.exec(location.search);
  if (asked) {
    box.value = plain(asked[1].replace(/\+/g, " "));
    show();
  }
})();
)js";

}  // namespace tawara::docs
