#include "activation_ecg.hpp"

#include <fmt/format.h>

#include "binned_ecg.hpp"
#include "direct_ecg.hpp"
#include "voltage_ecg.hpp"

namespace tawara::ecg {
namespace {

/// The constants a source hands over, checked.
struct Source {
  Array AP_values;  // keeps the table's storage alive
  ApTable AP;
  SmoothingView smoothing;
  std::span<const std::int32_t> passes;

  Source(const Input& source, std::size_t n_nodes)
      : AP_values(source.array("AP")),
        AP{AP_values.span<float>(), AP_values.extent(0), AP_values.extent(1), source.array("AP_upstroke").number()},
        smoothing{source.array("smoothing_rows").span<std::int32_t>(),
                  source.array("smoothing_columns").span<std::int32_t>(),
                  source.array("smoothing_weights").span<double>()},
        passes(source.array("smoothing_passes").span<std::int32_t>()) {
    const auto t = source.array("t").span<double>();
    for (std::size_t j = 0; j < t.size(); ++j)
      if (t[j] != static_cast<double>(j))
        throw DataError(
            fmt::format("instance '{}' has sample {} at {} ms; its t must run 0, 1, 2, ... ms, as its action "
                        "potentials do",
                        source.instance(), j, t[j]));
    if (smoothing.rows.size() != n_nodes + 1)
      throw DataError(
          fmt::format("instance '{}' lives on {} nodes, the geometry here has {}: both must use the same one",
                      source.instance(), smoothing.rows.size() - 1, n_nodes));
    if (passes.size() != t.size())
      throw DataError(fmt::format("instance '{}' gives smoothing_passes for {} samples; its t has {}",
                                  source.instance(), passes.size(), t.size()));
  }
};

/// Rows arrive as LAT and AP_entry; both precisions fill samples x 8.
class ActivationEcg : public Prepared {
 public:
  ActivationEcg(const Source& source, std::size_t n_nodes, std::size_t n_qrs)
      : AP_values_(source.AP_values),
        AP_(source.AP),
        n_nodes_(n_nodes),
        n_samples_(source.passes.size()),
        n_qrs_(n_qrs) {}

  void evaluate(int group, Row& row) const override {
    const Array& LAT = row.input("source", "LAT");
    const Array& AP_entry = row.input("source", "AP_entry");
    if (!row.active()) return;
    const Activation activation{LAT.span<float>(), AP_entry.span<std::int32_t>()};
    if (activation.LAT.size() != n_nodes_ || activation.AP_entry.size() != n_nodes_)
      return row.fail("shape", fmt::format("LAT has {} and AP_entry {} numbers; expected one per node, {}",
                                           activation.LAT.size(), activation.AP_entry.size(), n_nodes_));
    if (const std::size_t x = first_unusable(activation, AP_.n_entries); x < n_nodes_)
      return row.fail("activation", fmt::format("node {} has LAT {} ms and action potential {} of {}", x,
                                                activation.LAT[x], activation.AP_entry[x], AP_.n_entries));
    fill(activation, group == 0, *row.batch().workspace(), row.output(group == 0 ? "qrs" : "leads"));
  }

 protected:
  virtual void fill(const Activation& activation, bool qrs_only, Workspace& workspace, Array& out) const = 0;

  Array AP_values_;
  ApTable AP_;
  std::size_t n_nodes_, n_samples_, n_qrs_;
};

struct Scratch : Workspace {
  Bins bins;
  std::vector<double> eight;
};

class SinglePrecision : public ActivationEcg {
 public:
  SinglePrecision(const Source& source, std::span<const std::vector<double>> fields, std::size_t n_nodes,
                  std::size_t n_qrs)
      : ActivationEcg(source, n_nodes, n_qrs),
        padded_(source.AP, n_samples_),
        qrs_(fields, segments(source.passes, 0, n_qrs)),
        rest_(fields, segments(source.passes, n_qrs, n_samples_)) {}

  std::unique_ptr<Workspace> workspace() const override { return std::make_unique<Scratch>(); }

 private:
  void fill(const Activation& activation, bool qrs_only, Workspace& workspace, Array& out) const override {
    auto& scratch = static_cast<Scratch&>(workspace);
    sort_into_bins(activation, AP_, n_samples_, scratch.bins);
    scratch.eight.resize((qrs_only ? n_qrs_ : n_samples_) * n_independent);
    const std::span<double> eight(scratch.eight);
    qrs_.evaluate(scratch.bins, padded_, eight.first(n_qrs_ * n_independent));
    if (!qrs_only) rest_.evaluate(scratch.bins, padded_, eight.subspan(n_qrs_ * n_independent));
    write_leads(eight, out);
  }

  PaddedAps padded_;
  BinnedLeads qrs_, rest_;
};

class DoublePrecision : public ActivationEcg {
 public:
  DoublePrecision(const Source& source, std::vector<std::vector<double>> fields, std::size_t n_nodes, std::size_t n_qrs)
      : ActivationEcg(source, n_nodes, n_qrs),
        fields_(std::move(fields)),
        qrs_(segments(source.passes, 0, n_qrs)),
        all_(segments(source.passes, 0, n_samples_)) {}

  std::unique_ptr<Workspace> workspace() const override { return std::make_unique<Scratch>(); }

 private:
  void fill(const Activation& activation, bool qrs_only, Workspace& workspace, Array& out) const override {
    auto& eight = static_cast<Scratch&>(workspace).eight;
    eight.resize((qrs_only ? n_qrs_ : n_samples_) * n_independent);
    ecg_of_activation(fields_, qrs_only ? qrs_ : all_, activation, AP_, eight);
    write_leads(eight, out);
  }

  std::vector<std::vector<double>> fields_;
  std::vector<Segment> qrs_, all_;
};

}  // namespace

std::unique_ptr<const Prepared> prepare_activation_ecg(const PrepareContext& context, std::vector<double> L,
                                                       std::size_t n_qrs) {
  const std::size_t n_nodes = L.size() / n_independent;
  const Source source(context.input("source"), n_nodes);
  auto fields = folded_lead_fields(std::move(L), source.smoothing, source.passes);
  if (context.settings().text("precision") == "double")
    return std::make_unique<DoublePrecision>(source, std::move(fields), n_nodes, n_qrs);
  return std::make_unique<SinglePrecision>(source, fields, n_nodes, n_qrs);
}

}  // namespace tawara::ecg
