#include "kernel/cli/isolated_opening.hpp"

#include "kernel/cli/isolate.hpp"
#include "kernel/cli/run.hpp"
#include "kernel/plugins/inspect.hpp"
#include "kernel/plugins/open_library.hpp"

namespace tawara {

namespace {

using Json = nlohmann::ordered_json;
constexpr double most_seconds = 60;

}  // namespace

OpenTrial open_apart(const PluginFile& file) {
  const Ending ending =
      in_own_process({{"open", file.path.string()}, {"found_by", file.found_by}}, file.path.string(), most_seconds);
  if (ending.kind == Ending::answered)
    return {ending.answer.value("reason", ""), ending.answer.value("refusal", ""),
            ending.answer.value("warnings", std::vector<std::string>())};
  const std::string reason = "it cannot be opened: " + ending.status + "; " + ending.message;
  return {reason,
          refusal_block(file, reason,
                        "this is a fault of the plugin, or of a library it needs; report it to its authors (" +
                            file.manifest.authors + ")"),
          {}};
}

Json carry_out_opening(const Json& task) {
  const PluginFile file = inspect(task.at("open").get<std::string>(), task.at("found_by"), true);
  std::vector<std::string> warnings;
  Json answer = {{"exit", static_cast<int>(exit_fine)}};
  try {
    if (!file.usable()) throw OpenError(file.refusal, file.reason);
    (void)open_library(file, warnings);
  } catch (const OpenError& e) {
    answer = {{"exit", static_cast<int>(exit_plugin)}, {"reason", e.reason()}, {"refusal", e.what()}};
  }
  answer["warnings"] = warnings;
  return answer;
}

}  // namespace tawara
