#include "experiments/beat.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tawara::experiments {
namespace {

template <class List>
int index_of(const List& list, std::string_view name) {
  for (std::size_t i = 0; i < list.size(); ++i)
    if (list[i].name == name) return static_cast<int>(i);
  return -1;
}

}  // namespace

CellReader::CellReader(const IonicModel& model, std::span<const double> parameters)
    : model_(model),
      parameters_(parameters),
      Ca_state_(index_of(model.states(), "Ca_i")),
      Ca_observable_(index_of(model.observables(), "Ca_i")),
      observed_(model.observables().size()),
      rates_(model.states().size()) {}

CellBlock CellReader::block(std::span<const double> state, double t, const double* I_stim) const {
  return {.cells = 1,
          .stride = 1,
          .state = state.data(),
          .parameters = parameters_.data(),
          .parameter_stride = 0,
          .I_stim = I_stim,
          .t = t};
}

std::span<const double> CellReader::observe(std::span<const double> state) {
  const double none = 0;
  model_.observe(block(state, 0, &none), observed_.data());
  return observed_;
}

double CellReader::V_m(std::span<const double> state) { return model_.membrane().V_m(state[0]); }

double CellReader::Ca_i(std::span<const double> state) {
  return Ca_state_ >= 0 ? state[static_cast<std::size_t>(Ca_state_)]
                        : observe(state)[static_cast<std::size_t>(Ca_observable_)];
}

double CellReader::dVdt(std::span<const double> state, double t, double I_stim) {
  model_.rates(block(state, t, &I_stim), rates_.data());
  return model_.membrane().per_unit * rates_[0];
}

Beat record_beat(cvode::CellIntegrator& integrator, CellReader& reader, const Protocol::Drive& drive, int n,
                 std::span<const double> extra, const OnSample& on_sample) {
  const Stretch stretch = Stretch::of(drive, n);
  return record_stretch(integrator, reader, drive, stretch, beat_grid(stretch.duration()), extra, on_sample);
}

Beat record_stretch(cvode::CellIntegrator& integrator, CellReader& reader, const Protocol::Drive& drive,
                    const Stretch& stretch, std::span<const double> grid, std::span<const double> extra,
                    const OnSample& on_sample, std::vector<double>* dVdt) {
  // Both sets of times in one ascending list; `since` keeps them free of the rounding of absolute time.
  struct Instant {
    double since;
    bool on_grid, wanted;
  };
  std::vector<Instant> instants;
  for (std::size_t g = 0, e = 0; g < grid.size() || e < extra.size();) {
    constexpr double same = 1e-9;
    const double next_grid = g < grid.size() ? grid[g] : std::numeric_limits<double>::infinity();
    const double next_extra = e < extra.size() ? extra[e] : std::numeric_limits<double>::infinity();
    const double since = std::min(next_grid, next_extra);
    const bool on_grid = next_grid <= since + same, wanted = next_extra <= since + same;
    instants.push_back({since, on_grid, wanted});
    g += on_grid;
    e += wanted;
  }
  std::vector<double> times;
  for (const Instant& instant : instants) times.push_back(std::min(stretch.start + instant.since, stretch.end));

  Beat beat;
  beat.t.reserve(grid.size());
  beat.V_m.reserve(grid.size());
  double steepest = -std::numeric_limits<double>::infinity(), steepest_ionic = steepest;
  std::size_t k = 0;
  integrator.advance(drive, stretch.end, times, [&](double t, std::span<const double> state, double I_stim) {
    const Instant& instant = instants[k++];
    if (instant.wanted) on_sample(instant.since, state);
    if (!instant.on_grid) return;
    const double V = reader.V_m(state);
    // Rates are dear beside interpolated states: only where the slope between samples can compete.
    const double slope = beat.t.empty() ? std::numeric_limits<double>::infinity()
                                        : (V - beat.V_m.back()) / (instant.since - beat.t.back());
    const bool steep = slope > 0.5 * std::min(steepest, steepest_ionic);
    double rate = slope;
    if (steep || (dVdt && std::fabs(slope) > 1)) rate = reader.dVdt(state, t, I_stim);
    if (steep) {
      steepest = std::max(steepest, rate);
      steepest_ionic = std::max(steepest_ionic, rate + I_stim);
    }
    if (dVdt) dVdt->push_back(rate);
    beat.t.push_back(instant.since);
    beat.V_m.push_back(V);
    if (reader.has_calcium()) beat.Ca_i.push_back(reader.Ca_i(state));
  });
  beat.dVdt_max = steepest;
  beat.dVdt_max_ionic = steepest_ionic;
  return beat;
}

}  // namespace tawara::experiments
