#include "tawara/settings.hpp"

#include "tawara/error.hpp"

namespace tawara {

Settings::Settings(std::string instance, const Descriptor* descriptor, std::vector<Value> values)
    : instance_(std::move(instance)), descriptor_(descriptor), values_(std::move(values)) {
  if (values_.size() != descriptor_->parameters.size())
    throw Error("settings of '" + instance_ + "': " + std::to_string(values_.size()) + " values for " +
                std::to_string(descriptor_->parameters.size()) + " parameters");
}

const Value& Settings::value(std::string_view name) const {
  const int index = descriptor_ ? descriptor_->parameter_index(name) : -1;
  if (index < 0)
    throw Error("'" + (descriptor_ ? descriptor_->name : instance_) + "' asked for '" + std::string(name) +
                "', which its descriptor does not declare");
  return values_[static_cast<std::size_t>(index)];
}

bool Settings::has(std::string_view name) const { return !value(name).empty(); }
double Settings::number(std::string_view name) const { return value(name).number(); }
std::int64_t Settings::integer(std::string_view name) const { return value(name).integer(); }
bool Settings::boolean(std::string_view name) const { return value(name).boolean(); }
const std::string& Settings::text(std::string_view name) const { return value(name).text(); }
std::filesystem::path Settings::path(std::string_view name) const { return value(name).text(); }
const List& Settings::list(std::string_view name) const { return value(name).list(); }

std::vector<double> Settings::numbers(std::string_view name) const {
  std::vector<double> numbers;
  for (const Value& v : list(name)) numbers.push_back(v.number());
  return numbers;
}

std::vector<std::string> Settings::texts(std::string_view name) const {
  std::vector<std::string> texts;
  for (const Value& v : list(name)) texts.push_back(v.text());
  return texts;
}

}  // namespace tawara
