#pragma once
#include <array>
#include <string_view>

#include "tawara/descriptor.hpp"

namespace tawara::manifest_words {

// The manifest's vocabulary, for the file that writes it and the one that reads it.

template <class E>
struct Word {
  E value;
  std::string_view text;
};
template <class E>
Word(E, std::string_view) -> Word<E>;  // clang 14 does not find it by itself

inline constexpr std::array type_words = {Word{Type::boolean, "boolean"}, Word{Type::integer, "integer"},
                                          Word{Type::number, "number"},   Word{Type::text, "text"},
                                          Word{Type::choice, "choice"},   Word{Type::path, "path"},
                                          Word{Type::list, "list"},       Word{Type::record, "record"},
                                          Word{Type::subset, "subset"},   Word{Type::priors, "priors"}};
inline constexpr std::array acts_at_words = {Word{ActsAt::prepare, "prepare"}, Word{ActsAt::evaluate, "evaluate"}};
inline constexpr std::array hint_words = {
    Word{Hint::none, "none"},        Word{Hint::scalar, "scalar"},   Word{Hint::trace, "trace"},
    Word{Hint::leads, "leads"},      Word{Hint::field, "field"},     Word{Hint::mesh, "mesh"},
    Word{Hint::table, "table"},      Word{Hint::history, "history"}, Word{Hint::population, "population"},
    Word{Hint::protocol, "protocol"}};
inline constexpr std::array how_many_words = {Word{HowMany::one, "one"}, Word{HowMany::optional, "optional"},
                                              Word{HowMany::many, "many"}};
inline constexpr std::array maturity_words = {Word{Maturity::experimental, "experimental"},
                                              Word{Maturity::stable, "stable"},
                                              Word{Maturity::deprecated, "deprecated"}};

inline constexpr std::string_view own_digest_key = "\"text_digest\":\"";
inline constexpr std::size_t digest_length = 32;

}  // namespace tawara::manifest_words
