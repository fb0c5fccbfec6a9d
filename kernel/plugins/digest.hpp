#pragma once
#include <string>
#include <string_view>

struct XXH3_state_s;

namespace tawara {

/// XXH3-128 of a stream of bytes: finds damage and change, gives keys; no protection against malice.
class Digest {
 public:
  Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;
  ~Digest();
  void add(std::string_view bytes);
  [[nodiscard]] std::string hex() const;  ///< 32 digits

 private:
  XXH3_state_s* state_;
};

[[nodiscard]] std::string digest_of(std::string_view bytes);

}  // namespace tawara
