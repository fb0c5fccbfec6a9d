#pragma once
#include <stdexcept>
#include <string>

#include "tawara/export.hpp"

namespace tawara {

/// What every failure in Tawara is made of. The type says which stage failed, the text says what was found, what
/// was expected (with its unit) and what to do next. Throwers know values; the kernel adds plugin, instance and
/// the scenario's file:line:column on the way out.
class TAWARA_EXPORT Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  ~Error() override;
};

/// The scenario asks for something that cannot be. `parameter` names the offending key of the component that
/// throws, so that the kernel can point at the line where it was set ("" when no single key is to blame).
class TAWARA_EXPORT ScenarioError : public Error {
 public:
  explicit ScenarioError(const std::string& message) : Error(message) {}
  ScenarioError(std::string parameter, const std::string& message);
  ~ScenarioError() override;
  [[nodiscard]] const std::string& parameter() const noexcept { return parameter_; }

 private:
  std::string parameter_;
};

/// A plugin cannot be used: not a library, damaged, another SDK, threw while registering or constructing.
class TAWARA_EXPORT PluginError : public Error {
 public:
  using Error::Error;
  ~PluginError() override;
};

/// A surface, mesh or position is unusable; the message names the place (mm, patient axes).
class TAWARA_EXPORT GeometryError : public Error {
 public:
  using Error::Error;
  ~GeometryError() override;
};

/// A file cannot be read as what it should be; the message names file and, where it has them, line or byte.
class TAWARA_EXPORT DataError : public Error {
 public:
  using Error::Error;
  ~DataError() override;
};

/// A computation went wrong at run time (NaN from a cell model, an integrator that gave up).
class TAWARA_EXPORT SolverError : public Error {
 public:
  using Error::Error;
  ~SolverError() override;
};

/// The user asked to stop. Not a failure: what is finished is kept.
class TAWARA_EXPORT Cancelled : public Error {
 public:
  Cancelled() : Error("cancelled") {}
  ~Cancelled() override;
};

}  // namespace tawara
