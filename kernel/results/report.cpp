#include "kernel/results/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "kernel/results/plot.hpp"
#include "kernel/results/text.hpp"

namespace tawara {
namespace {

constexpr const char* style = R"(<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1080px; padding: 0 1rem; color: #222; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .3rem; border-bottom: 1px solid #ddd; }
p.doc { color: #666; margin: 0 0 .5rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 8px; }
svg { width: 100%; height: auto; font: 9px system-ui, sans-serif; } svg .title { font-weight: 600; font-size: 11px; }
svg .grid { stroke: #e5e5e5; stroke-width: .7; } svg .curve { fill: none; stroke-width: 1.2; }
table { border-collapse: collapse; font-size: 13px; display: block; overflow-x: auto; }
td, th { padding: 2px 10px 2px 0; text-align: right; white-space: nowrap; } th { border-bottom: 1px solid #bbb; }
td:first-child, th:first-child, .summary td:nth-child(n+3), .summary th:nth-child(n+3) { text-align: left; }
.summary td:nth-child(n+4) { color: #666; } pre { font-size: 12px; overflow-x: auto; color: #555; }
</style>)";

constexpr std::size_t most_rows = 40;

std::string page(const std::string& title, const std::string& body) {
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + escaped(title) + "</title>" +
         style + "</head><body>\n<h1>" + escaped(title) + "</h1>\n" + body + "</body></html>\n";
}

std::string html_table(const Table& t) {
  std::string s = "<table><tr>";
  for (const auto& c : t.columns) s += "<th>" + escaped(with_unit(c.name, c.unit)) + "</th>";
  s += "</tr>\n";
  const std::size_t rows = std::min(t.rows(), most_rows);
  for (std::size_t r = 0; r < rows; ++r) {
    s += "<tr>";
    for (const auto& c : t.columns)
      s += "<td>" +
           (r >= c.size()     ? ""
            : c.texts.empty() ? fmt::format("{:.6g}", c.numbers[r])
                              : escaped(c.texts[r])) +
           "</td>";
    s += "</tr>\n";
  }
  s += "</table>\n";
  if (t.rows() > rows) s += fmt::format("<p class=\"doc\">{} more rows in the CSV file.</p>\n", t.rows() - rows);
  return s;
}

std::string charts(const std::vector<std::string>& drawn) {
  std::string s = "<div class=\"charts\">\n";
  for (const std::string& c : drawn) s += c;
  return s + "</div>\n";
}

/// As many as are looked at at once; the others open on demand.
std::string first_and_others(const std::vector<std::string>& drawn) {
  constexpr std::size_t at_once = 24;
  const auto at = [&](std::size_t i) { return drawn.begin() + static_cast<std::ptrdiff_t>(i); };
  if (drawn.size() <= at_once) return charts(drawn);
  return charts({drawn.begin(), at(at_once)}) +
         fmt::format("<details><summary>{} more columns</summary>\n{}</details>\n", drawn.size() - at_once,
                     charts({at(at_once), drawn.end()}));
}

}  // namespace

std::string& Report::row_of(const std::string& instance) {
  if (scalars_.empty() || scalars_.back().first != instance) scalars_.emplace_back(instance, "");
  return scalars_.back().second;
}

void Report::text(const std::string& instance, const Output& output, const std::string& value) {
  row_of(instance) += fmt::format("<tr><td>{}.{}</td><td>{}</td><td></td><td>{}</td></tr>\n", escaped(instance),
                                  escaped(output.name), escaped(value), escaped(output.doc));
}

void Report::files(const std::string& names, const std::string& what) {
  files_ += fmt::format("<tr><td>{}</td><td>{}</td></tr>\n", escaped(names), escaped(what));
}

void Report::scalar(const std::string& instance, const Output& output, double value) {
  row_of(instance) +=
      fmt::format("<tr><td>{}.{}</td><td>{:.6g}</td><td>{}</td><td>{}</td></tr>\n", escaped(instance),
                  escaped(output.name), value, output.unit == "1" ? "" : escaped(output.unit), escaped(output.doc));
}

void Report::table(const std::string& instance, const Output& output, const Table& t) {
  Section section{instance, output.name, output.doc, {}};
  if (t.rows() == 0) return;
  switch (output.hint) {
    case Hint::trace:
    case Hint::history:
    case Hint::protocol:
      section.body = charts(charts_of(t));
      break;
    case Hint::population: {
      std::vector<std::string> drawn;
      for (const auto& c : t.columns)
        if (c.texts.empty() && c.name != "index")
          drawn.push_back(histogram(c.name, with_unit(c.name, c.unit), c.numbers));
      section.body = first_and_others(drawn);
      break;
    }
    default:
      section.body = html_table(t);
  }
  sections_.push_back(std::move(section));
}

void Report::leads(const std::string& instance, const Output& output, const Table& t) {
  sections_.push_back({instance, output.name, output.doc, charts(charts_of(t))});
}

std::string Report::html(const nlohmann::ordered_json& provenance) const {
  std::string s = "<table class=\"summary\"><tr><th>result</th><th>value</th><th>unit</th><th></th></tr>\n";
  // The last instances of a graph are what the user asked for: show them first.
  for (auto rows = scalars_.rbegin(); rows != scalars_.rend(); ++rows) s += rows->second;
  s += "</table>\n";
  for (auto end = sections_.end(); end != sections_.begin();) {
    auto begin = end;
    while (begin != sections_.begin() && std::prev(begin)->instance == std::prev(end)->instance) --begin;
    for (auto section = begin; section != end; ++section)
      s += "<h2>" + escaped(section->instance + "." + section->output) + "</h2>\n<p class=\"doc\">" +
           escaped(section->doc) + "</p>\n" + section->body;
    end = begin;
  }
  if (!files_.empty()) s += "<h2>Files</h2>\n<table>" + files_ + "</table>\n";
  s += "<h2>Where it came from</h2>\n<pre>" + escaped(provenance.dump(2)) + "</pre>\n";
  return page(title_, s);
}

std::string sweep_page(const std::string& title, const Table& runs, std::size_t swept) {
  // Along the number with the most values; the other swept settings tell the curves apart.
  std::size_t axis = swept, most = 1;
  for (std::size_t c = 0; c < swept; ++c) {
    const std::set<double> values(runs.columns[c].numbers.begin(), runs.columns[c].numbers.end());
    if (values.size() > most) {
      axis = c;
      most = values.size();
    }
  }
  std::vector<std::string> drawn;
  for (std::size_t c = swept; axis < swept && c < runs.columns.size(); ++c) {
    const Table::Column& result = runs.columns[c];
    if (!result.texts.empty()) continue;
    std::vector<Curve> curves;
    for (std::size_t r = 0; r < runs.rows(); ++r) {
      std::string name;
      for (std::size_t other = 0; other < swept; ++other) {
        const Table::Column& setting = runs.columns[other];
        if (other == axis) continue;
        name += (name.empty() ? "" : ", ") +
                (setting.texts.empty() ? fmt::format("{:g}", setting.numbers[r]) : setting.texts[r]);
      }
      auto curve = std::find_if(curves.begin(), curves.end(), [&](const Curve& x) { return x.name == name; });
      if (curve == curves.end()) curve = curves.insert(curves.end(), {name, {}, {}});
      curve->x.push_back(runs.columns[axis].numbers[r]);
      curve->y.push_back(result.numbers[r]);
    }
    const std::string name = result.name.substr(result.name.find('.') + 1);
    drawn.push_back(line_chart(result.name, with_unit(runs.columns[axis].name, runs.columns[axis].unit),
                               with_unit(name, result.unit), curves));
  }
  return page(title, (drawn.empty() ? "" : charts(drawn)) + "<h2>runs</h2>\n" + html_table(runs));
}

}  // namespace tawara
