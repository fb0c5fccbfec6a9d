#include "my_component.hpp"

#include <algorithm>
#include <string>

#include "tawara/table_files.hpp"

namespace my_component {
namespace {

const std::vector<double>& column(const tawara::Table& table, const char* name, const char* unit,
                                  const std::filesystem::path& file) {
  const tawara::Table::Column* found = table.find(name);
  if (!found || !found->texts.empty() || found->unit != unit)
    throw tawara::DataError(file.string() + ": there is no column '" + name + " [" + unit +
                            "]'; the first line of the file has to name it, with the unit in brackets");
  return found->numbers;
}

}  // namespace

tawara::Table trace_of(const tawara::Table& recording, const std::filesystem::path& file) {
  std::vector<double> t = column(recording, "t", "ms", file);
  if (t.empty()) throw tawara::DataError(file.string() + ": only a header; expected samples of t and V_m");
  for (std::size_t i = 1; i < t.size(); ++i)
    if (!(t[i] > t[i - 1]))
      throw tawara::DataError(file.string() + ": t does not increase after sample " + std::to_string(i) +
                              "; sort the samples by time, each time once");
  const double start = t[0];
  for (double& time : t) time -= start;
  tawara::Table trace;
  trace.add("t", "ms", std::move(t)).add("V_m", "mV", column(recording, "V_m", "mV", file));
  return trace;
}

tawara::Descriptor MyComponent::describe() {
  tawara::Descriptor d("dataset.my_component", "A recorded action potential");
  d.doc =
      "Reads a CSV whose header is `t [ms],V_m [mV]`; further columns are left out. Time is counted from the start.";
  // The kernel looks for the file beside the scenario, and its contents are part of what identifies a run.
  d.path("file").says("The recording.");
  // Other components find these by name: discrepancy.trace takes a `trace` as what was observed.
  d.constant_table("trace").shown_as(tawara::Hint::trace).says("t and V_m.");
  d.constant("V_peak", "mV", "").summary_as("V_peak").says("Largest V_m.");
  return d;
}

MyComponent::MyComponent(const tawara::Settings& settings) : file_(settings.path("file")) {}

std::unique_ptr<const tawara::Prepared> MyComponent::prepare(tawara::PrepareContext& context) const {
  // The kernel reads CSV; for a format of your own, open file_ here.
  auto* files = context.host().find<tawara::TableFiles>();
  if (!files) throw tawara::Error("this tawara reads no tables; it is older than the plugin");
  tawara::Table trace = trace_of(files->read(file_), file_);
  const std::vector<double>& V_m = trace.at("V_m").numbers;
  context.put("V_peak", *std::max_element(V_m.begin(), V_m.end()));
  context.put("trace", std::move(trace));
  return nullptr;  // all outputs are constant, nothing is left to evaluate
}

}  // namespace my_component
