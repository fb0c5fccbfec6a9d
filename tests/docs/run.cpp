#include "run.hpp"

#include <sys/wait.h>

#include <toml++/toml.h>
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "document.hpp"

namespace tawara::documents {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

void write(const fs::path& file, const std::string& text) {
  if (file.has_parent_path()) fs::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

bool of_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// Does the word or number end between these two? 1.5 is not found in 11.5, 1.55 or 1.5e3.
bool cut(char before, char after) {
  return (of_word(before) && of_word(after)) || (before == '.' && std::isdigit(static_cast<unsigned char>(after))) ||
         (std::isdigit(static_cast<unsigned char>(before)) && after == '.');
}

/// Position behind `piece` in `line`, whole words only; npos when it is not there.
std::size_t behind(const std::string& line, const std::string& piece, std::size_t from) {
  for (std::size_t at = line.find(piece, from); at != line.npos; at = line.find(piece, at + 1)) {
    const std::size_t end = at + piece.size();
    const bool begins = at == 0 || !cut(line[at - 1], piece.front());
    // A full stop behind a number may end a sentence.
    const bool sentence = end < line.size() && line[end] == '.' && (end + 1 == line.size() || line[end + 1] == ' ');
    const bool ends = end == line.size() || sentence || !cut(piece.back(), line[end]);
    if (begins && ends) return end;
  }
  return line.npos;
}

/// "a ... b": the pieces between the dots, in order within one line.
bool occurs(const std::string& expected, const std::string& line) {
  std::size_t at = 0, from = 0;
  while (from <= expected.size()) {
    const std::size_t dots = std::min(expected.find("...", from), expected.size());
    const std::string piece = trimmed(expected.substr(from, dots - from));
    if (!piece.empty() && (at = behind(line, piece, at)) == line.npos) return false;
    from = dots + 3;
  }
  return true;
}

std::string last_lines(const std::string& text, std::size_t count) {
  const std::vector<std::string> lines = lines_of(text);
  std::string out;
  if (lines.size() > count) out += "    ...\n";
  for (std::size_t i = lines.size() > count ? lines.size() - count : 0; i < lines.size(); ++i)
    out += "    " + lines[i] + '\n';
  return out.empty() ? "    (nothing)\n" : out;
}

class Runner {
 public:
  Runner(const fs::path& file, const Workplace& workplace, std::ostream& out)
      : workplace_(workplace), out_(out), state_(fs::absolute(workplace.folder).string() + ".state") {
    const fs::path relative = fs::absolute(file).lexically_relative(fs::absolute(workplace.source));
    name_ = relative.empty() || *relative.begin() == ".." ? file.string() : relative.string();
    fs::remove_all(workplace_.folder);
    fs::remove_all(state_);
    fs::create_directories(workplace_.folder);
    fs::create_directories(state_ / "home");
    folder_ = fs::absolute(workplace_.folder);
    write(state_ / "environment",
          "export PATH=" + quoted((fs::absolute(workplace.prefix) / "bin").string()) +
              ":$PATH\nexport CMAKE_PREFIX_PATH=" + quoted(fs::absolute(workplace.prefix).string()) +
              "\nexport HOME=" + quoted((state_ / "home").string()) +
              "\nexport XDG_DATA_HOME=$HOME/data LC_ALL=C.UTF-8\nunset TAWARA_PLUGIN_PATH\n");
  }

  int all(const std::string& markdown) {
    const Document document = read_document(markdown);
    for (const Problem& p : document.problems) say(p.line, p.words);
    if (problems_ > 0) return problems_;
    if (!workplace_.before.empty() && run(workplace_.before) != 0) {
      say(1, "what is run before the document failed:\n    " + workplace_.before + "\n" + last_lines(output_, 40));
      return problems_;
    }
    for (const Block& block : document.blocks)
      if (!one(block)) break;
    out_ << name_ << ": " << document.blocks.size() << " blocks, " << ran_ << " run, " << checked_
         << " checked otherwise, " << skipped_ << " skipped, " << problems_ << " wrong\n";
    return problems_;
  }

 private:
  void say(int line, const std::string& words) {
    out_ << name_ << ':' << line << ": " << words << '\n';
    ++problems_;
  }

  /// @returns whether the blocks after it make sense
  bool one(const Block& block) {
    if (block.language == "sh") return shell(block);
    if (block.language == "text") {
      output_of_shell(block);
    } else if (block.has("file")) {
      write(folder_ / block.tag("file"), block.text);
      if (block.language == "toml") parses(block);
      ++checked_;
    } else if (block.has("in")) {
      excerpt(block);
    } else if (block.has("replaces")) {
      return edit(block);
    } else if (block.language == "toml") {
      scenario(block);
    }
    return true;
  }

  bool shell(const Block& block) {
    shell_was_skipped_ = block.has("skip");
    if (shell_was_skipped_) {
      out_ << name_ << ':' << block.line << ": skipped: " << block.tag("skip") << '\n';
      ++skipped_;
      return true;
    }
    const int code = run(block.text);
    ++ran_;
    if ((code != 0) == block.has("fails")) return true;
    say(block.line, (block.has("fails") ? "should have failed and ended with 0; its output was:\n"
                                        : "ended with " + std::to_string(code) + "; its output was:\n") +
                        last_lines(output_, 40));
    return false;
  }

  /// One block in a shell of its own; folder and exported variables go on to the next.
  int run(const std::string& commands) {
    write(state_ / "block.sh", "source " + quoted((state_ / "environment").string()) + "\ncd " +
                                   quoted(folder_.string()) + "\ntrap 'export -p >" +
                                   quoted((state_ / "environment").string()) + "; pwd >" +
                                   quoted((state_ / "folder").string()) + "' EXIT\nset -euo pipefail\n" + commands);
    const std::string line = "bash " + quoted((state_ / "block.sh").string()) + " >" +
                             quoted((state_ / "output").string()) + " 2>&1 </dev/null";
    const int status = std::system(line.c_str());
    output_ = read(state_ / "output");
    const std::string folder = trimmed(read(state_ / "folder").substr(0, read(state_ / "folder").find('\n')));
    if (!folder.empty()) folder_ = folder;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  void output_of_shell(const Block& block) {
    if (shell_was_skipped_) return;
    ++checked_;
    const std::string missing = missing_line(block.text, output_);
    if (!missing.empty())
      say(block.line,
          "expected line '" + missing + "' not in output (or not in this order):\n" + last_lines(output_, 60));
  }

  /// The file of a tag: in the working folder, or else in the checkout.
  fs::path found(const std::string& path) const {
    for (const fs::path& root : {folder_, workplace_.source})
      if (fs::is_regular_file(root / path)) return root / path;
    return {};
  }

  void excerpt(const Block& block) {
    ++checked_;
    const fs::path file = found(block.tag("in"));
    if (file.empty()) return say(block.line, "there is no file " + block.tag("in") + " to quote from");
    std::vector<std::string> whole = lines_of(read(file)), part = lines_of(block.text);
    for (auto* lines : {&whole, &part}) std::transform(lines->begin(), lines->end(), lines->begin(), trimmed);
    if (std::search(whole.begin(), whole.end(), part.begin(), part.end()) != whole.end()) return;
    std::string first;
    for (const std::string& line : part)
      if (first.empty() && std::find(whole.begin(), whole.end(), line) == whole.end()) first = line;
    say(block.line, "does not occur in " + block.tag("in") +
                        (first.empty() ? ": its lines do, but not together" : ", which has no line '" + first + "'"));
  }

  bool edit(const Block& block) {
    ++checked_;
    const fs::path file = folder_ / block.tag("replaces");
    if (!fs::is_regular_file(file))
      return say(block.line, "there is no file " + block.tag("replaces") + " to edit"), false;
    const std::vector<std::string> lines = lines_of(read(file));
    const auto count = [&](const std::string& wanted, std::size_t from, std::size_t& at) {
      int times = 0;
      for (std::size_t i = lines.size(); i-- > from;)
        if (trimmed(lines[i]) == trimmed(wanted)) at = i, ++times;
      return times;
    };
    std::size_t first = 0, last = 0;
    const int times = count(block.tag("from"), 0, first);
    if (times != 1)
      return say(block.line, "expected the line '" + block.tag("from") + "' once in " + block.tag("replaces") +
                                 ", found it " + std::to_string(times) + " times"),
             false;
    // Of several possible ends, such as "}", the first one behind the beginning.
    if (block.has("to") ? count(block.tag("to"), first, last) == 0 : (last = first, false))
      return say(block.line, "found no line '" + block.tag("to") + "' behind '" + block.tag("from") + "' in " +
                                 block.tag("replaces")),
             false;
    std::string text;
    for (std::size_t i = 0; i < first; ++i) text += lines[i] + '\n';
    text += block.text;
    for (std::size_t i = last + 1; i < lines.size(); ++i) text += lines[i] + '\n';
    write(file, text);
    return true;
  }

  bool parses(const Block& block) {
    try {
      const toml::table parsed = toml::parse(block.text);
      return true;
    } catch (const toml::parse_error& e) {
      std::ostringstream words;
      words << "is no TOML: " << e.description();
      say(block.line + static_cast<int>(e.source().begin.line), words.str());
      return false;
    }
  }

  void scenario(const Block& block) {
    ++checked_;
    if (!parses(block) || block.has("piece")) return;
    const toml::table parsed = toml::parse(block.text);
    const bool used = std::any_of(parsed.begin(), parsed.end(), [](const auto& entry) {
      return entry.first == "tawara" || (entry.second.is_table() && entry.second.as_table()->contains("use"));
    });
    std::string text = block.text;
    if (block.has("with")) {
      const fs::path other = found(block.tag("with"));
      if (other.empty()) return say(block.line, "there is no scenario " + block.tag("with"));
      text = read(other) + '\n' + text;
    } else if (!used) {
      return;
    }
    const fs::path file = folder_ / ".block.toml";
    write(file, text);
    const std::string stays = output_;
    const int code = run("tawara check .block.toml");
    if (code != 0)
      say(block.line, "'tawara check' ended with " + std::to_string(code) + ":\n" + last_lines(output_, 40));
    output_ = stays;
    fs::remove(file);
  }

  Workplace workplace_;
  std::ostream& out_;
  fs::path folder_;  ///< where the last block left off
  fs::path state_;   ///< ours, beside the working folder
  std::string name_, output_;
  bool shell_was_skipped_ = false;
  int problems_ = 0, ran_ = 0, checked_ = 0, skipped_ = 0;
};

}  // namespace

std::string missing_line(const std::string& expected, const std::string& output) {
  const std::vector<std::string> lines = lines_of(output);
  std::size_t at = 0;
  for (const std::string& line : lines_of(expected)) {
    const std::string wanted = trimmed(line);
    if (wanted.empty() || wanted == "...") continue;
    while (at < lines.size() && !occurs(wanted, lines[at])) ++at;
    if (at++ >= lines.size()) return wanted;
  }
  return "";
}

int run_document(const fs::path& file, const Workplace& workplace, std::ostream& out) {
  if (!fs::is_regular_file(file)) {
    out << file.string() << ": there is no such document\n";
    return 1;
  }
  return Runner(file, workplace, out).all(read(file));
}

}  // namespace tawara::documents
