#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>

#include "kernel/cli/commands.hpp"
#include "kernel/cli/descriptor_words.hpp"
#include "kernel/cli/run.hpp"
#include "kernel/scenario/node.hpp"
#include "kernel/scenario/suggest.hpp"

namespace tawara {

namespace {

/// Rows of cells in aligned columns; empty columns vanish.
std::string table(const std::vector<std::vector<std::string>>& rows, const std::string& indent) {
  std::vector<std::size_t> width;
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i >= width.size()) width.push_back(0);
      if (&row != &rows.front()) width[i] = std::max(width[i], row[i].size());
    }
  for (std::size_t i = 0; i < width.size(); ++i)
    if (width[i] > 0) width[i] = std::max(width[i], rows.front()[i].size());
  std::string text;
  for (const auto& row : rows) {
    std::string line = indent;
    for (std::size_t i = 0; i < row.size(); ++i)
      if (width[i] > 0) line += row[i] + std::string(width[i] + 2 - std::min(width[i], row[i].size()), ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string indented(const std::string& text, const std::string& indent) {
  std::istringstream lines(text);
  std::string out, line;
  while (std::getline(lines, line)) out += line.empty() ? "\n" : indent + line + '\n';
  return out;
}

std::string explanation(const Parameter& p) {
  std::string text = p.doc;
  if (!p.source.empty()) text += " [" + p.source + "]";
  if (!p.renamed_from.empty()) text += " (was '" + p.renamed_from + "')";
  return text;
}

std::vector<std::string> parameter_row(const Parameter& p, const std::string& name) {
  return {name, type_words(p), default_words(p), allowed_words(p), usual_words(p), unit_words(p), flag_words(p)};
}

const std::vector<std::string> parameter_head = {"", "type", "default", "allowed", "usual", "unit", ""};

void add_rows(const Descriptor& d, std::vector<std::vector<std::string>>& rows, std::vector<std::string>& docs) {
  for (const auto& [name, parameter] : with_members(d.parameters)) {
    rows.push_back(parameter_row(*parameter, name));
    docs.push_back(explanation(*parameter));
  }
}

void write_text(const Descriptor& d, const PluginFile& file, std::ostream& out) {
  out << d.name << "   " << d.summary << "   (plugin " << file.manifest.name << ' ' << file.manifest.version << ")\n";
  out << "  Maturity    " << word_for(d.maturity);
  if (!d.replaced_by.empty()) out << ", use " << d.replaced_by << " instead";
  out << '\n';
  for (const std::string& c : d.citations) out << "  Cite        " << c << '\n';
  if (!d.doc.empty()) out << '\n' << indented(d.doc, "  ");

  if (!d.parameters.empty()) {
    std::vector<std::vector<std::string>> rows = {parameter_head};
    std::vector<std::string> docs = {""};
    add_rows(d, rows, docs);
    std::istringstream lines(table(rows, "    "));
    out << "\n  Parameters\n";
    std::string line;
    for (const std::string& doc : docs) {
      std::getline(lines, line);
      out << line << '\n' << indented(doc, "        ");
    }
  }
  if (!d.slots.empty()) out << "\n  Slots (take the name of another instance)\n";
  for (const Slot& s : d.slots)
    out << "    " << s.name << "   " << slot_words(s) << '\n' << indented(s.doc, "        ");
  if (!d.outputs.empty()) out << "\n  Outputs\n";
  for (const Output& o : d.outputs)
    out << "    " << o.name << "   " << output_words(o) << '\n' << indented(o.doc, "        ");
  out << "\n  Try         tawara describe " << d.name << " --toml\n";
}

void write_markdown(const Descriptor& d, const PluginFile& file, std::ostream& out) {
  const auto row = [&](const std::vector<std::string>& cells) {
    for (const std::string& cell : cells) {
      out << "| ";
      for (const char c : cell) out << (c == '|' ? "\\|" : c == '\n' ? " " : std::string(1, c));
      out << ' ';
    }
    out << "|\n";
  };
  const auto code = [](const std::string& s) { return s.empty() ? s : '`' + s + '`'; };
  out << "# " << d.name << "\n\n"
      << d.summary << ". Plugin " << file.manifest.name << ' ' << file.manifest.version << ", " << word_for(d.maturity)
      << ".\n";
  if (!d.doc.empty()) out << '\n' << d.doc << '\n';
  if (!d.parameters.empty()) {
    out << "\n## Parameters\n\n";
    row({"name", "type", "default", "allowed", "usual", "unit", "", "meaning"});
    row({"---", "---", "---", "---", "---", "---", "---", "---"});
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> docs;
    add_rows(d, rows, docs);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i][0] = code(rows[i][0]);
      if (rows[i][2].front() != '(') rows[i][2] = code(rows[i][2]);
      rows[i].push_back(docs[i]);
      row(rows[i]);
    }
  }
  if (!d.slots.empty()) out << "\n## Slots\n\n";
  for (const Slot& s : d.slots) out << "- `" << s.name << "`: " << slot_words(s) << ". " << s.doc << '\n';
  if (!d.outputs.empty()) out << "\n## Outputs\n\n";
  for (const Output& o : d.outputs) out << "- `" << o.name << "`: " << output_words(o) << ". " << o.doc << '\n';
  if (!d.citations.empty()) out << "\n## Citations\n\n";
  for (const std::string& c : d.citations) out << "- " << c << '\n';
}

/// Also components of plugins that cannot be used: their manifests can be read all the same.
ComponentEntry chosen(const Catalogue& catalogue, const std::string& name) {
  std::vector<ComponentEntry> found = catalogue.find(name);
  if (found.empty())
    for (const auto& file : catalogue.files())
      for (const Descriptor& d : file->manifest.components)
        if (d.name == name || file->manifest.name + ':' + d.name == name) found.push_back({&d, file.get()});
  if (found.size() > 1 && found[0].plugin->usable()) {
    std::string message = "several plugins offer '" + name + "'; write one of";
    for (const ComponentEntry& c : found) message += "\n  " + c.plugin->manifest.name + ':' + c.descriptor->name;
    throw CommandLineError(message);
  }
  if (!found.empty()) return found.front();
  std::vector<std::string> known;
  for (const ComponentEntry& c : catalogue.components())
    if (known.empty() || known.back() != c.descriptor->name) known.push_back(c.descriptor->name);
  const std::string meant = did_you_mean(suggest(name, known));
  throw CommandLineError("no component called '" + name + "'" + (meant.empty() ? "" : "; " + meant) + "\n  " +
                         catalogue.summary());
}

}  // namespace

int run_describe(const Catalogue& catalogue, const std::string& name, DescribeFormat format, std::ostream& out) {
  const ComponentEntry entry = chosen(catalogue, name);
  const Descriptor& d = *entry.descriptor;
  const PluginFile& file = *entry.plugin;
  switch (format) {
    case DescribeFormat::text:
      write_text(d, file, out);
      if (!file.usable()) out << '\n' << file.refusal << '\n';
      break;
    case DescribeFormat::toml:
      out << toml_block(d);
      break;
    case DescribeFormat::markdown:
      write_markdown(d, file, out);
      break;
    case DescribeFormat::json: {
      nlohmann::ordered_json json = to_json(d);
      json["plugin"] = {{"name", file.manifest.name},
                        {"version", file.manifest.version},
                        {"path", file.path.string()},
                        {"usable", file.usable()}};
      out << json.dump(2) << '\n';
      break;
    }
  }
  return exit_fine;
}

}  // namespace tawara
