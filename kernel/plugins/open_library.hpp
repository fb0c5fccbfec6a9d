#pragma once
#include <string>
#include <vector>

#include "kernel/plugins/catalogue.hpp"
#include "tawara/plugin.hpp"

namespace tawara {

/// Why a library that looked well cannot be used after all; what() is the whole refusal.
class OpenError : public PluginError {
 public:
  OpenError(const std::string& refusal, std::string reason) : PluginError(refusal), reason_(std::move(reason)) {}
  [[nodiscard]] const std::string& reason() const { return reason_; }

 private:
  std::string reason_;
};

/// Open a usable plugin's library and let it register; a second call returns what the first one made. Libraries stay
/// open to the end of the process: unloading under living objects, thread-locals and GNU-unique symbols is not worth
/// designing for.
/// @param warnings  gets a line when the library changed the floating-point environment (it is restored)
/// @throws OpenError with the whole story
[[nodiscard]] const Plugin& open_library(const PluginFile& file, std::vector<std::string>& warnings);

}  // namespace tawara
