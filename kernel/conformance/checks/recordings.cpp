// Recordings of many cells, of whatever kind the component is that offers them.
#include "tawara/recordings.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstring>
#include <set>
#include <thread>

#include "kernel/conformance/checks/stand.hpp"

namespace tawara::conformance {
namespace {

constexpr std::size_t cells_looked_at = 64;

/// The recordings of the component's own scenario.
struct Offered {
  std::unique_ptr<Study> study;
  const Recordings* recordings;
  std::size_t cells;  ///< the first ones, which are looked at

  [[nodiscard]] std::vector<float> read(std::size_t first, std::size_t n) const {
    // What is not written stays recognisable.
    std::vector<float> traces(n * recordings->times().size(), -12345.0F);
    recordings->read(first, n, traces);
    return traces;
  }
};

std::optional<Offered> offered_by(const Subject& subject, Findings& findings) {
  if (!has_scenario(subject, findings)) return std::nullopt;
  Offered offered{std::make_unique<Study>(subject.catalogue, *subject.scenario), nullptr, 0};
  offered.recordings = interface_of<Recordings>(subject, *offered.study, findings);
  if (!offered.recordings) return std::nullopt;
  offered.cells = std::min(offered.recordings->cells(), cells_looked_at);
  return offered;
}

bool same(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

std::vector<std::string> statuses(const Table& known) {
  const auto* status = known.find("status");
  return status ? status->texts : std::vector<std::string>();
}

void signal_is_described(const Subject& subject, Findings& findings) {
  const auto o = offered_by(subject, findings);
  if (!o) return;
  const Recordings& r = *o->recordings;
  if (r.cells() == 0) return findings.fail("cells() is 0; without any cell prepare() has to throw, and say why");
  if (r.signal().name.empty() || r.signal().unit.empty())
    return findings.fail(fmt::format("signal() is '{}' [{}]; expected a name and a unit, \"1\" where it has none",
                                     r.signal().name, r.signal().unit));
  const auto t = r.times();
  if (t.empty()) return findings.fail("times() is empty; expected the time of each sample, in ms");
  for (std::size_t k = 0; k < t.size(); ++k)
    if (!std::isfinite(t[k]) || (k > 0 && !(t[k] > t[k - 1])))
      return findings.fail(fmt::format("times() is {} ms at sample {}, after {} ms; expected ascending numbers",
                                       number(t[k]), k, k > 0 ? number(t[k - 1]) : "none"));
  for (const Recordings::Step& step : r.command())
    if (!std::isfinite(step.V) || !(step.duration > 0) || !std::isfinite(step.duration))
      return findings.fail(
          fmt::format("command() has a step to {} mV for {} ms; expected numbers, and a duration "
                      "above 0",
                      number(step.V), number(step.duration)));
  for (const auto& [which, quantities] :
       {std::pair("varied()", r.varied()), std::pair("conditions()", r.conditions())}) {
    std::set<std::string> names;
    for (const Recordings::Quantity& q : quantities)
      if (q.name.empty() || q.unit.empty() || !names.insert(q.name).second)
        return findings.fail(fmt::format("{} has '{}' [{}]; expected a name, once, and a unit, \"1\" where it has none",
                                         which, q.name, q.unit));
  }
}

void known_is_as_promised(const Subject& subject, Findings& findings) {
  const auto o = offered_by(subject, findings);
  if (!o) return;
  const Recordings& r = *o->recordings;
  const Table all = r.known(0, o->cells);
  const auto* status = all.find("status");
  if (!status || status->texts.size() != o->cells)
    return findings.fail(fmt::format("known(0, {}) has no column of texts `status` with a row per cell", o->cells));
  for (const Recordings::Quantity& q : r.varied()) {
    const auto* column = all.find(q.name);
    if (!column || !column->texts.empty() || column->numbers.size() != o->cells || column->unit != q.unit)
      return findings.fail(
          fmt::format("known(0, {}) has no column '{}' [{}] of that many numbers, although varied() "
                      "names it",
                      o->cells, q.name, q.unit));
  }
  for (std::size_t i = 0; i < o->cells; ++i) {
    const Table one = r.known(i, 1);
    for (const Table::Column& c : all.columns) {
      const auto* found = one.find(c.name);
      const bool is_same =
          found && found->size() == 1 && (c.texts.empty() || found->texts == std::vector{c.texts[i]}) &&
          (!c.texts.empty() ||
           (!found->numbers.empty() && std::memcmp(found->numbers.data(), &c.numbers.at(i), sizeof(double)) == 0));
      if (!is_same)
        return findings.fail(
            fmt::format("known({}, 1) differs from row {} of known(0, {}) in the column '{}'", i, i, o->cells, c.name));
    }
  }
}

void pieces_are_the_whole(const Subject& subject, Findings& findings) {
  const auto o = offered_by(subject, findings);
  if (!o) return;
  const std::size_t n_t = o->recordings->times().size();
  const std::vector<float> all = o->read(0, o->cells);
  const std::vector<std::string> status = statuses(o->recordings->known(0, o->cells));
  for (const std::size_t piece : {std::size_t{1}, std::size_t{3}})
    for (std::size_t first = 0; first < o->cells; first += piece) {
      const std::size_t n = std::min(piece, o->cells - first);
      if (!same(o->read(first, n), std::span(all).subspan(first * n_t, n * n_t)))
        return findings.fail(
            fmt::format("read({}, {}) differs from the same cells in read(0, {}); a cell's signal has "
                        "to be the same bytes whatever is read with it or was read before",
                        first, n, o->cells));
    }
  for (std::size_t i = 0; i < std::min(o->cells, status.size()); ++i)
    for (std::size_t k = 0; k < n_t; ++k) {
      const float v = all[i * n_t + k];
      if (status[i] == "ok" ? !std::isfinite(v) : !std::isnan(v))
        return findings.fail(fmt::format("cell {} has the status '{}' and the sample {} at {} ms; expected {}", i,
                                         status[i], number(v), number(o->recordings->times()[k]),
                                         status[i] == "ok" ? "a number" : "NaN, since it is not \"ok\""));
    }
}

void concurrent_reads_agree(const Subject& subject, Findings& findings) {
  const auto o = offered_by(subject, findings);
  if (!o || o->cells == 0) return;
  std::vector<std::vector<float>> alone;
  for (std::size_t c = 0; c < o->cells; ++c) alone.push_back(o->read(c, 1));
  std::array<bool, 4> odd{};
  {
    std::vector<std::jthread> threads;
    for (std::size_t k = 0; k < odd.size(); ++k)
      threads.emplace_back([&, k] {
        for (std::size_t i = 0; i < 300 && !odd[k]; ++i) {
          const std::size_t c = (i + 3 * k) % o->cells;
          odd[k] = !same(o->read(c, 1), alone[c]);
        }
      });
  }
  if (std::find(odd.begin(), odd.end(), true) != odd.end())
    findings.fail(
        "read() gave another signal while other threads read other cells; it is const and concurrent, so what "
        "it works on belongs on the stack, not in members");
}

}  // namespace

void add_recordings_checks(std::vector<Check>& all) {
  const auto add = [&](std::string_view name, std::string_view asks, auto* run) {
    all.push_back({name, asks, "", Recordings::ability_name, 60, run});
  };
  add("signal_described", "Recordings have a signal with a unit, ascending times and a command that lasts.",
      signal_is_described);
  add("known_as_promised", "What is known of a cell has a status and what varies, and is the same alone.",
      known_is_as_promised);
  add("read_in_pieces", "A cell's signal is the same bytes whatever is read with it, and NaN where it is lost.",
      pieces_are_the_whole);
  add("concurrent_reads", "Several threads read the same signals as one.", concurrent_reads_agree);
}

}  // namespace tawara::conformance
