#include "kernel/cluster/part.hpp"

#include <fmt/format.h>

#include <charconv>

namespace tawara {

Part parse_part(const std::string& text) {
  Part part;
  const char* end = text.data() + text.size();
  const auto index = std::from_chars(text.data(), end, part.index);
  const bool slash = index.ec == std::errc() && index.ptr != end && *index.ptr == '/';
  const auto count = slash ? std::from_chars(index.ptr + 1, end, part.count)
                           : std::from_chars_result{end, std::errc::invalid_argument};
  if (count.ec != std::errc() || count.ptr != end || part.index >= part.count)
    throw Error(
        fmt::format("--part is '{}'; give K/N with K from 0 to N - 1: the first of sixteen parts is 0/16", text));
  return part;
}

}  // namespace tawara
