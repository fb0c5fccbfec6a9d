#pragma once
#include <string>

#include "tawara/random.hpp"

/// One to six things done to a scenario, or any other input: bytes, words, numbers, keys, lines and sections changed,
/// repeated or removed.
[[nodiscard]] std::string damaged_text(std::string text, tawara::Random& random);

/// One to four things done to the text of a manifest: values, keys and brackets.
[[nodiscard]] std::string damaged_manifest(std::string text, tawara::Random& random);

/// One to eight bytes changed within [begin, end).
void flip_bytes(std::string& bytes, std::size_t begin, std::size_t end, tawara::Random& random);
