#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "kernel/conformance/checks/stand.hpp"

namespace tawara::conformance {
namespace {

/// The output shown as leads, else the one of that name; nullptr when there is neither.
const Output* leads_of(const Descriptor& d) {
  const Output* named = nullptr;
  for (const Output& o : d.outputs) {
    if (o.hint == Hint::leads && !o.table) return &o;
    if (o.name == "leads" && !o.table) named = &o;
  }
  return named;
}

struct Leads {
  std::size_t rows = 0, samples = 0;
  std::vector<double> values;
  [[nodiscard]] double at(std::size_t l, std::size_t j) const { return values[l * samples + j]; }
  [[nodiscard]] double largest() const {
    double largest = 0;
    for (const double v : values) largest = std::isfinite(v) ? std::max(largest, std::abs(v)) : INFINITY;
    return largest;
  }
};

/// The leads of a study; a finding when they have no rows and columns.
std::optional<Leads> record(const Subject& subject, Study& study, Findings& findings) {
  const Array& a = study.array(subject.instance, leads_of(descriptor_of(subject))->name);
  if (a.shape().size() != 2) {
    findings.fail(fmt::format("leads have {} axes; expected leads x samples", a.shape().size()));
    return std::nullopt;
  }
  Leads leads{a.extent(0), a.extent(1), {}};
  for (std::size_t i = 0; i < a.size(); ++i) leads.values.push_back(a.at(i));
  return leads;
}

/// A muscle whose source is known, before the component. @returns nothing after a skip
std::optional<Stand> before_the_muscle(const Subject& subject, std::string_view source, Findings& findings,
                                       std::string_view body = {}, std::string_view offset = {}) {
  if (!has_scenario(subject, findings)) return std::nullopt;
  const Slot* muscle = slot_for(subject, source);
  if (!leads_of(descriptor_of(subject))) {
    findings.skip("it has no leads");
    return std::nullopt;
  }
  if (!muscle) {
    findings.skip(fmt::format("{} fits none of its slots", source));
    return std::nullopt;
  }
  Stand stand(subject);
  stand.add("conformance_bar", "geometry.toy_bar", offset);
  stand.add("conformance_source", source, fmt::format("geometry = \"conformance_bar\"\n{}", body));
  stand.set(muscle->name, filled(*muscle, "conformance_source"));
  if (const Slot* geometry = slot_for(subject, "geometry.toy_bar"))
    stand.set(geometry->name, filled(*geometry, "conformance_bar"));
  if (const Slot* electrodes = slot_for(subject, "ecg.toy_electrodes")) {
    stand.add("conformance_electrodes", "ecg.toy_electrodes", offset);
    stand.set(electrodes->name, filled(*electrodes, "conformance_electrodes"));
  }
  return stand;
}

/// The leads over such a muscle.
std::optional<Leads> leads_before(const Subject& subject, std::string_view source, std::string_view body,
                                  Findings& findings, std::string_view offset = {}) {
  const auto stand = before_the_muscle(subject, source, findings, body, offset);
  if (!stand) return std::nullopt;
  return record(subject, *stand->study(), findings);
}

/// What its source slot takes: V_m where it can be had, else LAT.
std::string_view source_of(const Subject& subject) {
  return slot_for(subject, "propagation.toy_voltage") ? "propagation.toy_voltage" : "propagation.toy_wave";
}

void silent_when_uniform(const Subject& subject, Findings& findings) {
  const bool voltage = source_of(subject) == "propagation.toy_voltage";
  const auto uniform =
      leads_before(subject, source_of(subject), voltage ? "level = -80\na = 0\nb = 0" : "together = true", findings);
  if (!uniform) return;
  const auto usual = leads_before(subject, source_of(subject), voltage ? "level = 0\na = 80\nb = 0" : "", findings);
  if (!usual) return;
  if (!(uniform->largest() <= 1e-5 * usual->largest()))
    findings.fail(fmt::format(
        "over a muscle {} the leads reach {}, over one with {} {}; expected 0, as only "
        "differences within the muscle make a field",
        voltage ? "whose V_m is the same everywhere (-80 to -160 mV over time)" : "that is activated all at once",
        number(uniform->largest()), voltage ? "differences of 80 mV" : "a wave", number(usual->largest())));
  if (usual->largest() == 0) findings.fail("the leads are 0 also over a muscle that is not uniform");
}

void linear_in_the_source(const Subject& subject, Findings& findings) {
  const std::string_view voltage = "propagation.toy_voltage";
  const auto a = leads_before(subject, voltage, "level = 0\na = 10\nb = 0", findings);
  if (!a) return;
  const auto b = leads_before(subject, voltage, "level = 0\na = 0\nb = 10", findings);
  const auto both = leads_before(subject, voltage, "level = 0\na = 20\nb = -30", findings);
  if (!b || !both) return;
  const double size = 2 * a->largest() + 3 * b->largest();
  for (std::size_t l = 0; l < both->rows; ++l)
    for (std::size_t j = 0; j < both->samples; ++j)
      if (const double sum = 2 * a->at(l, j) - 3 * b->at(l, j); !(std::abs(both->at(l, j) - sum) <= 1e-4 * size))
        return findings.fail(
            fmt::format("lead {} at sample {} is {} for V_m = 2 A - 3 B, and 2 times that for A less 3 "
                        "times that for B is {}; the field is linear in V_m",
                        l, j, number(both->at(l, j)), number(sum)));
}

void the_place_does_not_matter(const Subject& subject, Findings& findings) {
  if (!slot_for(subject, "ecg.toy_electrodes"))
    return findings.skip(
        "ecg.toy_electrodes fits none of its slots, so its electrodes cannot be moved with the muscle");
  const auto here = leads_before(subject, source_of(subject), "", findings);
  if (!here) return;
  const auto there =
      leads_before(subject, source_of(subject), "", findings, "offset_x = 40\noffset_y = -70\noffset_z = 25");
  if (!there) return;
  for (std::size_t l = 0; l < here->rows; ++l)
    for (std::size_t j = 0; j < here->samples; ++j)
      if (!(std::abs(here->at(l, j) - there->at(l, j)) <= 1e-5 * here->largest()))
        return findings.fail(
            fmt::format("lead {} at sample {} goes from {} to {} when muscle and electrodes are moved "
                        "together by (40, -70, 25) mm; only their positions to one another count",
                        l, j, number(here->at(l, j)), number(there->at(l, j))));
}

/// Leads of a dataset, an ECG or anything that has them: as they are declared.
void leads_are_as_declared(const Subject& subject, Findings& findings) {
  const Output* output = leads_of(descriptor_of(subject));
  if (!output) return findings.skip("it has no leads");
  if (!has_scenario(subject, findings)) return;
  const auto study = Stand(subject).study();
  const auto leads = record(subject, *study, findings);
  if (!leads) return;
  if (leads->samples == 0) findings.fail("the leads have no sample");
  for (std::size_t l = 0; l < leads->rows; ++l)
    for (std::size_t j = 0; j < leads->samples; ++j)
      if (!std::isfinite(leads->at(l, j)))
        return findings.fail(fmt::format("lead {} at sample {} is {}", l, j, number(leads->at(l, j))));
  if (!output->labels.empty() && output->labels.size() != leads->rows)
    return findings.fail(fmt::format("output {} has {} labels and {} rows; a label per lead", output->name,
                                     output->labels.size(), leads->rows));
  if (const int t = descriptor_of(subject).output_index("t");
      t >= 0 && !descriptor_of(subject).outputs[static_cast<std::size_t>(t)].table) {
    const Array& times = study->array(subject.instance, "t");
    if (times.size() != leads->samples)
      findings.fail(fmt::format("output t has {} times for {} samples of the leads", times.size(), leads->samples));
    for (std::size_t j = 1; j < times.size(); ++j)
      if (!(times.at(j) > times.at(j - 1)))
        return findings.fail(fmt::format("output t goes from {} to {} ms at sample {}; times increase",
                                         number(times.at(j - 1)), number(times.at(j)), j));
  }
}

void einthoven_holds(const Subject& subject, Findings& findings) {
  const Output* output = leads_of(descriptor_of(subject));
  if (!output) return findings.skip("it has no leads");
  std::array<std::size_t, 3> limb{};
  for (std::size_t k = 0; k < 3; ++k) {
    const auto found = std::find(output->labels.begin(), output->labels.end(), std::array{"I", "II", "III"}[k]);
    if (found == output->labels.end()) return findings.skip("its leads are not labelled I, II and III");
    limb[k] = static_cast<std::size_t>(found - output->labels.begin());
  }
  const auto leads = leads_before(subject, source_of(subject), "", findings);
  if (!leads) return;
  for (std::size_t j = 0; j < leads->samples; ++j) {
    const double I = leads->at(limb[0], j), II = leads->at(limb[1], j), III = leads->at(limb[2], j);
    if (!(std::abs(II - I - III) <= 1e-5 * leads->largest()))
      return findings.fail(
          fmt::format("at sample {} II is {} and I + III {}; by Einthoven's law they are equal (I = LA - "
                      "RA, II = LL - RA, III = LL - LA)",
                      j, number(II), number(I + III)));
  }
}

// ------------------------------------------------------------------------------------------------ discrepancy

struct Pair {
  const Slot *simulated, *observed;
  std::string_view toy;
};

/// Two slots that one toy fits, whose `difference` is how far two of it are apart.
std::optional<Pair> pair_of(const Subject& subject) {
  for (const std::string_view toy : {"ecg.toy_leads", "experiment.toy_beat", "propagation.toy_wave"}) {
    std::vector<const Slot*> fitting;
    for (const Slot& slot : descriptor_of(subject).slots)
      if (fills(subject, slot, toy)) fitting.push_back(&slot);
    if (fitting.size() >= 2) return Pair{fitting[0], fitting[1], toy};
  }
  return std::nullopt;
}

/// The output that samplers ask for, else the first scalar.
const Output* discrepancy_of(const Descriptor& d) {
  const Output* first = nullptr;
  for (const Output& o : d.outputs) {
    if (o.table || o.constant || (!o.shape.empty() && o.hint != Hint::scalar)) continue;
    if (o.name == "discrepancy") return &o;
    if (!first && o.hint == Hint::scalar) first = &o;
  }
  return first;
}

double discrepancy_at(const Subject& subject, const Pair& pair, double difference) {
  const bool wave = pair.toy == "propagation.toy_wave";
  const std::string_view muscle = wave ? "geometry = \"conformance_bar\"\n" : "";
  Stand stand(subject);
  if (wave) stand.add("conformance_bar", "geometry.toy_bar");
  stand.add("conformance_simulated", pair.toy, fmt::format("{}difference = {}", muscle, difference));
  stand.add("conformance_observed", pair.toy, muscle);
  stand.set(pair.simulated->name, filled(*pair.simulated, "conformance_simulated"));
  stand.set(pair.observed->name, filled(*pair.observed, "conformance_observed"));
  return stand.study()->array(subject.instance, discrepancy_of(descriptor_of(subject))->name).number();
}

void least_when_equal(const Subject& subject, Findings& findings) {
  if (!has_scenario(subject, findings)) return;
  const auto pair = pair_of(subject);
  if (!discrepancy_of(descriptor_of(subject))) return findings.skip("it has no scalar output");
  if (!pair) return findings.skip("no toy fits two of its slots, so nothing equal can be put before it");
  const std::array<double, 4> differences = {0, 0.05, 0.1, 0.2};
  std::array<double, 4> D{};
  for (std::size_t k = 0; k < D.size(); ++k) {
    D[k] = discrepancy_at(subject, *pair, differences[k]);
    if (!std::isfinite(D[k]) || D[k] < 0)
      return findings.fail(
          fmt::format("{} that differ by {} have a discrepancy of {}; expected a finite number from 0 on", pair->toy,
                      differences[k], number(D[k])));
    if (k > 0 && !(D[k] > D[k - 1]))
      return findings.fail(
          fmt::format("{} that differ by {} have a discrepancy of {}, those that differ by {} of {}; the "
                      "more they differ the larger it is, and least when they are equal",
                      pair->toy, differences[k - 1], number(D[k - 1]), differences[k], number(D[k])));
  }
}

void discrepancy_is_sound(const Subject& subject, Findings& findings) {
  const Output* output = discrepancy_of(descriptor_of(subject));
  if (!output) return findings.skip("it has no scalar output");
  if (!has_scenario(subject, findings)) return;
  const double D = Stand(subject).study()->array(subject.instance, output->name).number();
  if (!std::isfinite(D) || D < 0)
    findings.fail(
        fmt::format("{} is {} in its scenario; expected a finite number from 0 on (a row that has no answer is "
                    "row.fail())",
                    output->name, number(D)));
}

// ------------------------------------------------------------------------------------------------ dataset

/// Extents named alike are equal in all outputs: "12 x n_samples", "n_samples".
void data_are_as_declared(const Subject& subject, Findings& findings) {
  if (!has_scenario(subject, findings)) return;
  const auto study = Stand(subject).study();
  std::map<std::string, std::pair<std::size_t, std::string>> extents;
  for (const Output& o : descriptor_of(subject).outputs) {
    if (o.table) {
      const Table& table = study->table(subject.instance, o.name);
      for (const auto& column : table.columns)
        if (column.size() != table.rows())
          findings.fail(fmt::format("table {}: column {} has {} rows, column {} {}", o.name, table.columns[0].name,
                                    table.rows(), column.name, column.size()));
      continue;
    }
    const Array& a = study->array(subject.instance, o.name);
    for (std::size_t i = 0; i < a.size(); ++i)
      if (!std::isfinite(a.at(i))) {
        findings.fail(fmt::format("output {} has {} at place {}; leave out what is not known, or refuse the file",
                                  o.name, number(a.at(i)), i));
        break;
      }
    std::vector<std::string> names;
    for (std::size_t from = 0; !o.shape.empty() && from != std::string::npos;) {
      const std::size_t cross = o.shape.find(" x ", from);
      names.push_back(o.shape.substr(from, cross == std::string::npos ? cross : cross - from));
      from = cross == std::string::npos ? cross : cross + 3;
    }
    if (names.size() != a.shape().size() && !(names.empty() && a.size() == 1)) {
      findings.fail(fmt::format("output {} is declared as '{}' and has {} axes", o.name, o.shape, a.shape().size()));
      continue;
    }
    for (std::size_t k = 0; k < names.size(); ++k) {
      const bool fixed = std::all_of(names[k].begin(), names[k].end(), [](char c) { return c >= '0' && c <= '9'; });
      const auto [known, fresh] =
          extents.try_emplace(names[k], fixed ? std::stoul(names[k]) : a.extent(k), fixed ? "its declaration" : o.name);
      if (a.extent(k) != known->second.first)
        findings.fail(fmt::format("output {} is declared as '{}', and has {} where {} says {}", o.name, o.shape,
                                  a.extent(k), known->second.second, known->second.first));
    }
    if (!o.labels.empty() && !a.shape().empty() && a.extent(0) != o.labels.size())
      findings.fail(fmt::format("output {} has {} labels and {} rows", o.name, o.labels.size(), a.extent(0)));
  }
}

}  // namespace

void add_ecg_checks(std::vector<Check>& all) {
  const auto add = [&](std::string_view kind, std::string_view name, std::string_view asks, auto* run) {
    all.push_back({name, asks, kind, "", 60, run});
  };
  add("ecg", "silent_when_uniform", "A muscle that is the same everywhere makes no ECG.", silent_when_uniform);
  add("ecg", "linear_in_source", "The leads of a sum of sources are the sum of their leads.", linear_in_the_source);
  add("ecg", "place_indifferent", "Muscle and electrodes moved together give the same leads.",
      the_place_does_not_matter);
  add("ecg", "leads_declared", "Leads are finite, with a row per label and a sample per time.", leads_are_as_declared);
  add("ecg", "einthoven", "Where leads are labelled I, II and III, II = I + III.", einthoven_holds);
  add("discrepancy", "least_when_equal", "It is least for equal inputs and grows with their difference.",
      least_when_equal);
  add("discrepancy", "discrepancy_sound", "It is finite and not negative.", discrepancy_is_sound);
  add("dataset", "data_declared", "Data are finite, in the declared shapes, with a row per label.",
      data_are_as_declared);
}

}  // namespace tawara::conformance
