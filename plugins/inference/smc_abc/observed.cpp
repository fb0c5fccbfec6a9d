#include "observed.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "report.hpp"
#include "tawara/error.hpp"

namespace tawara::smc_abc {
namespace {

struct Wanted {
  std::vector<int> scalars, leads;
};

Wanted wanted_of(std::span<const ObservableInfo> observables) {
  Wanted wanted;
  for (std::size_t i = 0; i < observables.size(); ++i) {
    const ObservableInfo& info = observables[i];
    if (info.slot != "observe" || info.output.table || info.output.constant) continue;
    if (info.output.hint == Hint::leads)
      wanted.leads.push_back(static_cast<int>(i));
    else if (info.output.shape.empty())
      wanted.scalars.push_back(static_cast<int>(i));
  }
  return wanted;
}

double mean_of(const std::vector<double>& x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

double sd_of(const std::vector<double>& x) {
  const double mean = mean_of(x);
  double sum = 0;
  for (const double v : x) sum += (v - mean) * (v - mean);
  return std::sqrt(sum / static_cast<double>(x.size()));
}

struct Band {
  std::vector<double> mean, low, high, best;
};

// @param members  one array per particle, best first
Band band_of(const std::vector<const Array*>& members, std::size_t from, std::size_t n) {
  Band band;
  std::vector<double> values(members.size());
  for (std::size_t i = from; i < from + n; ++i) {
    for (std::size_t m = 0; m < members.size(); ++m) values[m] = members[m]->at(i);
    band.best.push_back(values[0]);
    band.mean.push_back(mean_of(values));
    std::sort(values.begin(), values.end());
    band.low.push_back(quantile(values, 0.025));
    band.high.push_back(quantile(values, 0.975));
  }
  return band;
}

bool all_nan(const Array& a, std::size_t from, std::size_t n) {
  for (std::size_t i = from; i < from + n; ++i)
    if (!std::isnan(a.at(i))) return false;
  return true;
}

bool same_in_all(const std::vector<const Array*>& members, std::size_t from, std::size_t n) {
  for (const Array* a : members)
    for (std::size_t i = from; i < from + n; ++i)
      if (a->at(i) != members[0]->at(i)) return false;
  return members.size() > 1;
}

// Columns of one lead share their first word, so that they are drawn in one chart. A lead that no particle changes (the
// recording) is shown once, under the output's name.
void add_leads(Table& table, const ObservableInfo& info, const std::vector<const Array*>& members) {
  const auto& shape = members[0]->shape();
  if (shape.size() != 2) return;
  if (table.columns.empty()) {
    std::vector<double> t(shape[1]);
    std::iota(t.begin(), t.end(), 0.0);
    table.add("t", "ms", std::move(t));
  } else if (table.rows() != shape[1]) {
    return;  // of another length: a second time axis does not fit this table
  }
  for (std::size_t l = 0; l < shape[0]; ++l) {
    const std::size_t from = l * shape[1];
    if (all_nan(*members[0], from, shape[1])) continue;
    std::string name = l < info.output.labels.size() ? info.output.labels[l] : std::to_string(l);
    Band band = band_of(members, from, shape[1]);
    if (same_in_all(members, from, shape[1])) {
      table.add(name + " " + info.output.name, info.output.unit, std::move(band.best));
      continue;
    }
    if (table.find(name + " mean")) name = info.instance + "." + name;
    table.add(name + " mean", info.output.unit, std::move(band.mean));
    table.add(name + " low", info.output.unit, std::move(band.low));
    table.add(name + " high", info.output.unit, std::move(band.high));
    table.add(name + " best", info.output.unit, std::move(band.best));
  }
}

}  // namespace

Observed observe(Simulator& simulator, const std::vector<Particle>& population) {
  Observed out;
  const auto observables = simulator.observables();
  const Wanted wanted = wanted_of(observables);
  std::vector<int> all = wanted.scalars;
  all.insert(all.end(), wanted.leads.begin(), wanted.leads.end());
  std::vector<std::string> instance, output, unit;
  std::vector<double> mean, sd, best;
  if (!all.empty()) {
    const auto distinct = multiplicities(population);
    std::vector<Values> rows;
    for (const auto& [first, m] : distinct) rows.push_back(population[first].values);
    std::vector<Result> results(rows.size());
    simulator.evaluate(rows, all, {}, results);
    std::vector<const Result*> members;  // as often as they occur
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (results[i].status == Status::cancelled) throw Cancelled();
      if (results[i].status == Status::ok)
        members.insert(members.end(), static_cast<std::size_t>(distinct[i].second), &results[i]);
      else
        out.failures.push_back(results[i].cause + ": " + results[i].text);
    }
    for (std::size_t k = 0; k < all.size() && !members.empty(); ++k) {
      const ObservableInfo& info = observables[static_cast<std::size_t>(all[k])];
      if (k >= wanted.scalars.size()) {
        std::vector<const Array*> arrays;
        for (const Result* r : members) arrays.push_back(&r->arrays.at(k));
        add_leads(out.leads, info, arrays);
        continue;
      }
      std::vector<double> values;
      for (const Result* r : members) values.push_back(r->arrays.at(k).number());
      instance.push_back(info.instance);
      output.push_back(info.output.name);
      unit.push_back(info.output.unit);
      mean.push_back(mean_of(values));
      sd.push_back(sd_of(values));
      best.push_back(values[0]);
      out.means.emplace(info.output.name, mean.back());
    }
  }
  out.scalars.add_text("instance", instance).add_text("output", output).add_text("unit", unit);
  out.scalars.add("mean", "", mean).add("sd", "", sd).add("best", "", best);
  return out;
}

}  // namespace tawara::smc_abc
