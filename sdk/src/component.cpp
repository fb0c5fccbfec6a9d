#include "tawara/component.hpp"

#include "tawara/array_files.hpp"
#include "tawara/drug.hpp"
#include "tawara/ionic.hpp"
#include "tawara/lanes.hpp"
#include "tawara/products.hpp"
#include "tawara/protocol.hpp"
#include "tawara/recordings.hpp"
#include "tawara/regressor.hpp"
#include "tawara/shards.hpp"
#include "tawara/simulator.hpp"
#include "tawara/table_files.hpp"

namespace tawara {

// Key functions of the interfaces: their type information lives here once, for kernel and plugins alike.
Progress::~Progress() = default;
Host::~Host() = default;
Workspace::~Workspace() = default;
Prepared::~Prepared() = default;
BatchEvaluate::~BatchEvaluate() = default;
Input::~Input() = default;
PrepareContext::~PrepareContext() = default;
Component::~Component() = default;
Batch::~Batch() = default;
Simulator::~Simulator() = default;
IonicModel::~IonicModel() = default;
Protocol::~Protocol() = default;
Drug::~Drug() = default;
Shards::~Shards() = default;
ShardWork::~ShardWork() = default;
Replay::~Replay() = default;
TableFiles::~TableFiles() = default;
ArrayFiles::~ArrayFiles() = default;
Products::~Products() = default;
Recordings::~Recordings() = default;
Regressor::~Regressor() = default;
BatchedModel::~BatchedModel() = default;
template <class T>
LaneStepper<T>::~LaneStepper() = default;
template class LaneStepper<double>;
template class LaneStepper<float>;

IonicModel::Membrane IonicModel::membrane() const { return {}; }

void* Host::service(std::string_view) { return nullptr; }

void PrepareContext::put(std::string_view name, std::string_view value) {
  Table text;
  text.add_text(std::string(name), {std::string(value)});
  put(name, std::move(text));
}

void Prepared::evaluate(int, Row&) const { throw Error("this component computes everything in prepare"); }
std::unique_ptr<Workspace> Prepared::workspace() const { return nullptr; }
const void* Prepared::ability(std::string_view) const { return nullptr; }

namespace {

int declared(int index, const Descriptor& descriptor, const char* what, std::string_view name) {
  if (index >= 0) return index;
  throw Error("'" + descriptor.name + "' declares no " + what + " '" + std::string(name) + "'");
}

int parameter_of(const Batch& b, std::string_view name) {
  return declared(b.descriptor().parameter_index(name), b.descriptor(), "parameter", name);
}
int slot_of(const Batch& b, std::string_view name) {
  return declared(b.descriptor().slot_index(name), b.descriptor(), "slot", name);
}
int output_of(const Descriptor& d, std::string_view name) { return declared(d.output_index(name), d, "output", name); }

}  // namespace

std::span<const double> Row::values(std::string_view name) const {
  return batch_.argument(row_, parameter_of(batch_, name));
}

std::span<const double> Row::arguments_of(std::string_view name, int k) const {
  return batch_.arguments_of(row_, slot_of(batch_, name), k);
}

const Array& Row::input(std::string_view slot_name, std::string_view output_name, int k) const {
  const int s = slot_of(batch_, slot_name);
  return batch_.input(row_, s, k, output_of(batch_.source(s, k).descriptor(), output_name));
}

const Table& Row::input_table(std::string_view slot_name, std::string_view output_name, int k) const {
  const int s = slot_of(batch_, slot_name);
  return batch_.input_table(row_, s, k, output_of(batch_.source(s, k).descriptor(), output_name));
}

const Input& Row::source(std::string_view name, int k) const { return batch_.source(slot_of(batch_, name), k); }
int Row::count(std::string_view name) const { return batch_.count(slot_of(batch_, name)); }
Array& Row::output(std::string_view name) { return batch_.output(row_, output_of(batch_.descriptor(), name)); }
Table& Row::output_table(std::string_view name) {
  return batch_.output_table(row_, output_of(batch_.descriptor(), name));
}

void Row::set(std::string_view name, std::string_view value) {
  Table& table = output_table(name);
  table = {};
  table.add_text(std::string(name), {std::string(value)});
}

void Row::set(std::string_view name, double value) {
  Array& a = output(name);
  a.reshape(DType::f64, {});
  a.mutable_span<double>()[0] = value;
}

}  // namespace tawara
