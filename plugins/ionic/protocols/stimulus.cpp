#include "protocols/stimulus.hpp"

#include <fmt/format.h>

#include "tawara/error.hpp"

namespace tawara::protocols {
namespace {

std::optional<double> optional_number(const Settings& settings, const char* name) {
  return settings.has(name) ? std::optional(settings.number(name)) : std::nullopt;
}

}  // namespace

void StimulusSettings::describe(Descriptor& d) {
  d.number("duration", "ms")
      .absent_by_default()
      .above(0)
      .usual(0.5, 5)
      .may_vary()
      .says("Length of a pulse; absent: the model's default.");
  d.number("amplitude", "uA/uF")
      .absent_by_default()
      .usual(-100, 0)
      .may_vary()
      .says("Stimulus current, negative depolarises; absent: the model's default.");
}

StimulusSettings StimulusSettings::of(const Settings& settings) {
  return {optional_number(settings, "duration"), optional_number(settings, "amplitude")};
}

void require_shorter(double duration, const char* name, double interval) {
  if (!(duration < interval))
    throw ScenarioError("duration",
                        fmt::format("the stimulus lasts {} ms, which is not less than the {} of {} ms; shorten "
                                    "duration or lengthen {}",
                                    duration, name, interval, name));
}

}  // namespace tawara::protocols
