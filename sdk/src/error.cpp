#include "tawara/error.hpp"

namespace tawara {

Error::~Error() = default;
ScenarioError::ScenarioError(std::string parameter, const std::string& message)
    : Error(message), parameter_(std::move(parameter)) {}
ScenarioError::~ScenarioError() = default;
PluginError::~PluginError() = default;
GeometryError::~GeometryError() = default;
DataError::~DataError() = default;
SolverError::~SolverError() = default;
Cancelled::~Cancelled() = default;

}  // namespace tawara
