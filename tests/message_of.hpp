#pragma once
#include <functional>
#include <string>

#include "tawara/error.hpp"

/// The text of the error an action throws; "" when it throws none.
inline std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const tawara::Error& error) {
    return error.what();
  }
  return "";
}
