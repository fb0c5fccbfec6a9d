// Learners that offer a regressor: parameters of a cell from its recording.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <set>
#include <thread>

#include "kernel/conformance/checks/stand.hpp"
#include "kernel/scenario/node.hpp"
#include "tawara/recordings.hpp"
#include "tawara/regressor.hpp"

namespace tawara::conformance {
namespace {

constexpr std::string_view toys = "recordings.toy_cells", instance_of_toys = "conformance_recordings";

struct Answer {
  std::vector<double> mean, sd, novelty;
  [[nodiscard]] bool operator==(const Answer& other) const {
    const auto same = [](const std::vector<double>& a, const std::vector<double>& b) {
      return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
    };
    return same(mean, other.mean) && same(sd, other.sd) && same(novelty, other.novelty);
  }
};

/// A learner that has learnt, in the component's own scenario or from toys.
struct Learnt {
  std::unique_ptr<Study> study;
  const Regressor* regressor = nullptr;
  const Recordings* recordings = nullptr;  ///< learnt from; none where it knows from elsewhere, as from a file

  [[nodiscard]] std::size_t samples() const { return regressor->times().size(); }
  [[nodiscard]] std::size_t targets() const { return regressor->targets().size(); }
  [[nodiscard]] Answer predict(std::span<const float> traces) const {
    const std::size_t n = traces.size() / samples();
    // What is not written is then no number.
    const double none = std::numeric_limits<double>::quiet_NaN();
    Answer a{std::vector(n * targets(), none), std::vector(n * targets(), none), std::vector(n, none)};
    regressor->predict(traces, a.mean, a.sd, a.novelty);
    return a;
  }
  /// Signals of these cells where the regressor wants them.
  [[nodiscard]] std::vector<float> traces_of(std::span<const std::size_t> cells) const;
  /// The first cells of the recordings that are "ok", up to so many.
  [[nodiscard]] std::vector<std::size_t> sound_cells(std::size_t at_most) const;
};

std::vector<float> Learnt::traces_of(std::span<const std::size_t> cells) const {
  const auto t = recordings->times();
  std::vector<float> all(t.size()), traces;
  for (const std::size_t cell : cells) {
    recordings->read(cell, 1, all);
    for (const double wanted : regressor->times()) {
      const auto at =
          std::min(std::lower_bound(t.begin(), t.end(), wanted) - t.begin(), static_cast<std::ptrdiff_t>(t.size()) - 1);
      traces.push_back(all[static_cast<std::size_t>(at)]);
    }
  }
  return traces;
}

std::vector<std::size_t> Learnt::sound_cells(std::size_t at_most) const {
  std::vector<std::size_t> cells;
  for (std::size_t i = 0; i < recordings->cells() && cells.size() < at_most; ++i)
    if (recordings->known(i, 1).at("status").texts.at(0) == "ok") cells.push_back(i);
  return cells;
}

const Slot* slot_of_recordings(const Subject& subject) {
  for (const Slot& slot : descriptor_of(subject).slots)
    if (slot.ability == Recordings::ability_name) return &slot;
  return nullptr;
}

std::optional<Learnt> learnt(const Subject& subject, std::unique_ptr<Study> study, Findings& findings) {
  Learnt it{std::move(study), nullptr, nullptr};
  it.regressor = interface_of<Regressor>(subject, *it.study, findings);
  if (!it.regressor) return std::nullopt;
  if (const Slot* slot = slot_of_recordings(subject)) {
    const Scenario& scenario = it.study->scenario();
    for (const Wire& wire : scenario.find(subject.instance)->wires)
      if (wire.slot == slot->name && !wire.instances.empty())
        it.recordings = static_cast<const Recordings*>(
            it.study->prepared(scenario.instances[wire.instances[0]].name).ability(Recordings::ability_name));
  }
  if (it.samples() == 0 || it.targets() == 0) {
    findings.fail(
        fmt::format("it has {} targets() from {} times(); it has learnt nothing, and prepare() has to say why",
                    it.targets(), it.samples()));
    return std::nullopt;
  }
  return it;
}

/// In the component's own scenario.
std::optional<Learnt> learnt_here(const Subject& subject, Findings& findings) {
  if (!has_scenario(subject, findings)) return std::nullopt;
  return learnt(subject, std::make_unique<Study>(subject.catalogue, *subject.scenario), findings);
}

/// Six recordings it should know; waves where it learnt from none that are at hand.
std::vector<float> familiar(const Learnt& it) {
  if (it.recordings)
    if (const auto cells = it.sound_cells(6); !cells.empty()) return it.traces_of(cells);
  std::vector<float> traces;
  for (int i = 1; i <= 6; ++i)
    for (std::size_t k = 0; k < it.samples(); ++k)
      traces.push_back(static_cast<float>(std::sin(0.1 * i * static_cast<double>(k))));
  return traces;
}

void overfits_ten_cells(const Subject& subject, Findings& findings) {
  if (!has_scenario(subject, findings)) return;
  const Slot* slot = slot_of_recordings(subject);
  if (!slot) return findings.skip("it has no slot that offers recordings");
  if (subject.catalogue.find(toys).empty()) return findings.skip("the suite's toys are not installed");
  // The cell in the middle is lost. Who holds so many back that ten teach nothing may refuse them, and gets more.
  std::unique_ptr<Study> study;
  std::string refusal;
  for (const int cells : {11, 201}) {
    Stand stand(subject);
    // Settings of the author's scenario are made for its recordings.
    for (const Parameter& p : descriptor_of(subject).parameters)
      if (!p.default_value.empty()) stand.set(p.name, scenario::toml_text(p.default_value));
    stand.add(instance_of_toys, toys, fmt::format("cells = {}", cells));
    stand.set(slot->name, filled(*slot, instance_of_toys));
    try {
      study = stand.study();
      (void)study->prepared(subject.instance);
      break;
    } catch (const Error& e) {
      study.reset();
      refusal = e.what();
    }
  }
  if (!study) return findings.skip("it learns neither from 10 toy cells nor from 200: " + refusal);
  const auto it = learnt(subject, std::move(study), findings);
  if (!it || !it->recordings) return;
  const auto cells = it->sound_cells(it->recordings->cells());
  const Answer answer = it->predict(it->traces_of(cells));
  double share = 0;  // of the variance that is left, on average over the targets
  std::string worst;
  double most = -1;
  for (std::size_t k = 0; k < it->targets(); ++k) {
    const std::string name = it->regressor->targets()[k].name;
    double mean = 0, variance = 0, error = 0;
    std::vector<double> truth;
    for (const std::size_t cell : cells) truth.push_back(it->recordings->known(cell, 1).at(name).numbers.at(0));
    for (const double v : truth) mean += v / static_cast<double>(truth.size());
    for (std::size_t i = 0; i < truth.size(); ++i) {
      variance += std::pow(truth[i] - mean, 2);
      error += std::pow(answer.mean[i * it->targets() + k] - truth[i], 2);
    }
    const double left = error / variance;
    share += left / static_cast<double>(it->targets());
    if (!(left <= most)) most = left, worst = name;
  }
  if (!(share < 0.25))
    findings.fail(fmt::format(
        "of the {} cells it learnt from it does not know their parameters: its squared error is {} of their "
        "variance ({} of {}'s), expected below 0.25. Always to answer their mean leaves 1. Their current is "
        "amplitude exp(-t/tau); look whether recordings and targets still belong to the same cells, at what "
        "is done to both before learning, and whether learning ends too early",
        cells.size(), number(share), number(most), worst));
}

void alone_is_as_together(const Subject& subject, Findings& findings) {
  const auto it = learnt_here(subject, findings);
  if (!it) return;
  const std::vector<float> traces = familiar(*it);
  const Answer together = it->predict(traces);
  for (std::size_t i = 0; i < together.novelty.size(); ++i) {
    const Answer alone = it->predict(std::span(traces).subspan(i * it->samples(), it->samples()));
    const auto row = [&](const std::vector<double>& values) {
      const auto begin = values.begin() + static_cast<std::ptrdiff_t>(i * it->targets());
      return std::vector<double>(begin, begin + static_cast<std::ptrdiff_t>(it->targets()));
    };
    if (const Answer here{row(together.mean), row(together.sd), {together.novelty[i]}}; !(here == alone))
      return findings.fail(
          fmt::format("of recording {} predict() says {} = {} when it is alone and {} beside {} others; the same "
                      "recording has to give the same bytes. Sums in another order for another number of rows are "
                      "enough for that: give every row the same path",
                      i, it->regressor->targets()[0].name, fmt::format("{:.17g}", alone.mean[0]),
                      fmt::format("{:.17g}", here.mean[0]), together.novelty.size() - 1));
  }
}

void concurrent_predictions_agree(const Subject& subject, Findings& findings) {
  const auto it = learnt_here(subject, findings);
  if (!it) return;
  const std::vector<float> traces = familiar(*it);
  const std::size_t n = traces.size() / it->samples();
  const auto one = [&](std::size_t i) {
    return it->predict(std::span(traces).subspan(i * it->samples(), it->samples()));
  };
  std::vector<Answer> alone;
  for (std::size_t i = 0; i < n; ++i) alone.push_back(one(i));
  std::array<bool, 4> odd{};
  {
    std::vector<std::jthread> threads;
    for (std::size_t k = 0; k < odd.size(); ++k)
      threads.emplace_back([&, k] {
        for (std::size_t i = 0; i < 200 && !odd[k]; ++i) odd[k] = !(one((i + 2 * k) % n) == alone[(i + 2 * k) % n]);
      });
  }
  if (std::find(odd.begin(), odd.end(), true) != odd.end())
    findings.fail(
        "predict() gave another answer while other threads asked about other recordings; it is const and concurrent, "
        "so "
        "what it works on belongs on the stack, not in members");
}

void uncertainty_is_sound(const Subject& subject, Findings& findings) {
  const auto it = learnt_here(subject, findings);
  if (!it) return;
  const std::vector<float> traces = familiar(*it);
  const Answer known = it->predict(traces);
  for (std::size_t j = 0; j < known.mean.size(); ++j)
    if (!std::isfinite(known.mean[j]) || !std::isfinite(known.sd[j]) || !(known.sd[j] > 0))
      return findings.fail(
          fmt::format("of recording {}, {} is {} with the standard deviation {}; expected numbers, the "
                      "deviation above 0",
                      j / it->targets(), it->regressor->targets()[j % it->targets()].name, number(known.mean[j]),
                      number(known.sd[j])));
  for (std::size_t i = 0; i < known.novelty.size(); ++i)
    if (!std::isfinite(known.novelty[i]) || !(known.novelty[i] >= 0))
      return findings.fail(
          fmt::format("the novelty of recording {} is {}; expected a number from 0 on", i, number(known.novelty[i])));
  float largest = 0;
  for (const float v : traces) largest = std::max(largest, std::abs(v));
  const std::vector<float> far(it->samples(), largest > 0 ? 1000 * largest : 1000.0F);
  const double most = *std::max_element(known.novelty.begin(), known.novelty.end());
  if (const double novelty = it->predict(far).novelty[0]; !(novelty > std::max(1.0, most)))
    findings.fail(fmt::format(
        "a constant signal a thousand times larger than any it knows has the novelty {}, recordings it knows "
        "have up to {}; expected more than those and more than 1, or nobody is warned of a guess",
        number(novelty), number(most)));
}

void nan_is_not_hidden(const Subject& subject, Findings& findings) {
  const auto it = learnt_here(subject, findings);
  if (!it) return;
  std::vector<float> traces = familiar(*it);
  traces.resize(std::min(traces.size(), 3 * it->samples()));
  const std::size_t n = traces.size() / it->samples(), odd = n / 2, targets = it->targets();
  const Answer before = it->predict(traces);
  const float none = std::numeric_limits<float>::quiet_NaN();
  for (const std::size_t lost : {std::size_t{1}, it->samples()}) {
    std::fill_n(traces.begin() + static_cast<std::ptrdiff_t>(odd * it->samples()), lost, none);
    Answer after;
    try {
      after = it->predict(traces);
    } catch (const Error&) {
      continue;  // refused in words
    }
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t k = 0; k < targets; ++k) {
        const double v = after.mean[i * targets + k];
        if (i == odd && !std::isnan(v))
          return findings.fail(
              fmt::format("of a recording of which {} of {} samples are NaN it says {} = {}; expected NaN, or an Error",
                          lost, it->samples(), it->regressor->targets()[k].name, number(v)));
        if (i != odd && v != before.mean[i * targets + k])
          return findings.fail(
              fmt::format("beside a recording with NaN, {} of another is {} instead of {}; each has to be looked at by "
                          "itself",
                          it->regressor->targets()[k].name, number(v), number(before.mean[i * targets + k])));
      }
  }
}

void targets_are_varied(const Subject& subject, Findings& findings) {
  const auto it = learnt_here(subject, findings);
  if (!it) return;
  std::set<std::string> names;
  for (const Regressor::Target& target : it->regressor->targets()) {
    if (!names.insert(target.name).second) return findings.fail(fmt::format("targets() names {} twice", target.name));
    if (!(target.low <= target.high))
      return findings.fail(fmt::format("{} has been learnt from {} to {} {}; expected the lower value first",
                                       target.name, number(target.low), number(target.high), target.unit));
  }
  if (!it->recordings) return findings.skip("it learns from no recordings here, so there is nothing to compare with");
  for (const Regressor::Target& target : it->regressor->targets()) {
    std::string varied;
    const Recordings::Quantity* found = nullptr;
    for (const Recordings::Quantity& q : it->recordings->varied()) {
      varied += (varied.empty() ? "" : ", ") + fmt::format("{} [{}] about {}", q.name, q.unit, number(q.value));
      if (q.name == target.name) found = &q;
    }
    if (!found || found->unit != target.unit || found->value != target.scenario)
      return findings.fail(
          fmt::format("its target is {} [{}] about {}; what varies among the cells it learns from is {}. "
                      "Name, unit and value go on to those who build the cell",
                      target.name, target.unit, number(target.scenario), varied));
  }
}

void signal_is_as_recorded(const Subject& subject, Findings& findings) {
  const auto it = learnt_here(subject, findings);
  if (!it) return;
  if (!it->recordings) return findings.skip("it learns from no recordings here, so there is nothing to compare with");
  const Recordings& from = *it->recordings;
  const Regressor& of = *it->regressor;
  const auto differs = [&](const std::string& what) {
    findings.fail(what + "; who asks it about another recording compares with these, and is misled");
  };
  if (of.signal().name != from.signal().name || of.signal().unit != from.signal().unit)
    return differs(fmt::format("signal() is {} [{}], and it learnt from {} [{}]", of.signal().name, of.signal().unit,
                               from.signal().name, from.signal().unit));
  for (const double t : of.times())
    if (!std::binary_search(from.times().begin(), from.times().end(), t))
      return differs(fmt::format("times() has {} ms, when nothing was recorded that it learnt from", number(t)));
  if (!std::equal(of.command().begin(), of.command().end(), from.command().begin(), from.command().end()))
    return differs(fmt::format("command() has {} steps, and not those of the {} it learnt from", of.command().size(),
                               from.command().size()));
  const auto lacks = [](std::span<const Recordings::Quantity> all, const Recordings::Quantity& wanted) {
    return std::none_of(all.begin(), all.end(), [&](const Recordings::Quantity& q) {
      return q.name == wanted.name && q.unit == wanted.unit &&
             (q.value == wanted.value || (std::isnan(q.value) && std::isnan(wanted.value)));
    });
  };
  for (const Recordings::Quantity& q : from.conditions())
    if (lacks(of.conditions(), q))
      return differs(
          fmt::format("conditions() lacks {} = {} {}, under which it learnt", q.name, number(q.value), q.unit));
  for (const Recordings::Quantity& q : of.conditions())
    if (lacks(from.conditions(), q))
      return differs(
          fmt::format("conditions() has {} = {} {}, which was not so when it learnt", q.name, number(q.value), q.unit));
}

}  // namespace

void add_learner_checks(std::vector<Check>& all) {
  const auto add = [&](std::string_view name, std::string_view asks, auto* run) {
    all.push_back({name, asks, "learner", Regressor::ability_name, 120, run});
  };
  add("overfits", "Of ten cells it learnt from it knows the parameters.", overfits_ten_cells);
  add("same_alone_and_together", "A recording gives the same bytes alone and beside others.", alone_is_as_together);
  add("concurrent_predictions", "predict() gives the same answers when several threads call it.",
      concurrent_predictions_agree);
  add("uncertainty_sound", "Standard deviations are above 0, and what is far from all it knows is the most novel.",
      uncertainty_is_sound);
  add("nan_not_hidden", "NaN in a recording gives NaN or an error, of that recording only.", nan_is_not_hidden);
  add("targets_varied", "Its targets vary among the cells it learnt from, in those units.", targets_are_varied);
  add("signal_as_recorded", "It tells signal, times, command and conditions of what it learnt from.",
      signal_is_as_recorded);
}

}  // namespace tawara::conformance
