#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace tawara {

/// Beside the file, and another for each call: several processes may write the same file at once.
[[nodiscard]] std::filesystem::path temporary_name(const std::filesystem::path& file);
/// Write under a temporary name beside the target, then rename: the file is whole or not there.
/// @throws Error with the file and the system's reason (disk full, no permission)
void write_whole(const std::filesystem::path& file, std::string_view bytes);
/// @throws Error with the file and the system's reason
[[nodiscard]] std::string read_whole(const std::filesystem::path& file);
/// digest_of() its content.
[[nodiscard]] std::string digest_of_file(const std::filesystem::path& file);
/// The same of all a `path` parameter stands for (input_files.hpp), their names included where they are several.
[[nodiscard]] std::string digest_of_input(const std::filesystem::path& path);

}  // namespace tawara
