#pragma once
/// Version of the plugin contract. While the major number is 0 every minor is a breaking change, so a plugin
/// and a kernel must agree on both; from 1.0 on an older minor is accepted (new abilities are new interfaces).
namespace tawara {
inline constexpr int sdk_major = 0;
inline constexpr int sdk_minor = 4;
inline constexpr const char* project_version = "0.1.0";
}  // namespace tawara
