#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <set>
#include <thread>

#include "kernel/conformance/checks/cell_run.hpp"
#include "kernel/conformance/checks/stand.hpp"
#include "tawara/lanes.hpp"

namespace tawara::conformance {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t behind_the_last = 64;  // numbers a model may read on and meet no end

/// A cell model at the scenario's parameters.
struct Cell {
  std::unique_ptr<Study> study;
  const IonicModel* model = nullptr;
  std::vector<double> parameters;

  [[nodiscard]] std::size_t n() const { return model->states().size(); }
  [[nodiscard]] std::string state(std::size_t s) const { return "state " + model->states()[s].name; }
  [[nodiscard]] std::vector<double> initial() const {
    std::vector<double> y;
    for (const auto& s : model->states()) y.push_back(s.initial);
    return y;
  }
  [[nodiscard]] std::vector<double> at_voltage(std::vector<double> y, double V_m) const {
    y[0] = model->membrane().state(V_m);
    return y;
  }
};

std::optional<Cell> cell_of(const Subject& subject, Findings& findings) {
  if (!has_scenario(subject, findings)) return std::nullopt;
  Cell cell{Stand(subject).study(), nullptr, {}};
  cell.model = interface_of<IonicModel>(subject, *cell.study, findings);
  if (!cell.model) return std::nullopt;
  const auto arguments = cell.study->arguments(subject.instance);
  cell.parameters.assign(arguments.begin(), arguments.end());
  cell.parameters.resize(arguments.size() + behind_the_last);  // reading on is a finding of its own, and no crash here
  cell.parameters.resize(arguments.size());
  return cell;
}

/// Rates and observables of cells that share their parameters.
struct Answers {
  std::vector<double> rates, observed;  // s * cells + c
};

/// @param behind  what stands behind the last parameter, for a model that reads on
Answers answers_of(const Cell& cell, const std::vector<std::vector<double>>& states, std::vector<double> parameters,
                   double I_stim = 0, double behind = 0) {
  parameters.resize(parameters.size() + behind_the_last, behind);
  const std::size_t cells = states.size(), n = cell.n();
  std::vector<double> y(n * cells), stimuli(cells, I_stim);
  for (std::size_t c = 0; c < cells; ++c)
    for (std::size_t s = 0; s < n; ++s) y[s * cells + c] = states[c][s];
  Answers answers{std::vector<double>(n * cells), std::vector<double>(cell.model->observables().size() * cells)};
  CellBlock block;
  block.cells = block.stride = cells;
  block.state = y.data();
  block.parameters = parameters.data();
  block.I_stim = stimuli.data();
  cell.model->rates(block, answers.rates.data());
  cell.model->observe(block, answers.observed.data());
  return answers;
}

/// A model that reads more parameters than are described reads past the end of every block.
void reads_what_it_describes(const Subject& subject, Findings& findings) {
  const auto cell = cell_of(subject, findings);
  if (!cell) return;
  const std::vector<std::vector<double>> states = {cell->initial(), cell->at_voltage(cell->initial(), 0)};
  const Answers one = answers_of(*cell, states, cell->parameters, 0, 1);
  const Answers other = answers_of(*cell, states, cell->parameters, 0, nan);
  const auto same = [](const std::vector<double>& a, const std::vector<double>& b) {
    return std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
  };
  if (same(one.rates, other.rates) && same(one.observed, other.observed)) return;
  findings.fail(
      fmt::format("it reads more parameters than the {} that describe() marks .evaluate(): its rates change with what "
                  "stands behind the last one. Describe every evaluate parameter, in the order in which the model "
                  "reads them (enum Parameter of equations.hpp)",
                  cell->parameters.size()));
}

/// States that a cell meets: the initial one and some of a stimulated beat.
std::vector<std::vector<double>> states_met(const Cell& cell) {
  std::vector<std::vector<double>> states = {cell.initial()};
  CellRun run(*cell.model, cell.parameters, 1e-3);
  const auto [amplitude, duration] = cell.model->default_stimulus();
  if (!run.run_to(duration, amplitude)) return states;
  for (const double t : {0.5, 2.0, 5.0, 10.0, 30.0, 80.0, 150.0, 250.0, 300.0, 400.0}) {
    if (!run.run_to(duration + t, 0)) break;
    states.push_back(run.state());
  }
  return states;
}

void describes_its_states(const Subject& subject, Findings& findings) {
  const auto cell = cell_of(subject, findings);
  if (!cell) return;
  const IonicModel& model = *cell->model;
  if (model.states().empty()) return findings.fail("states() is empty; state 0 is the membrane");
  std::set<std::string> names;
  for (const auto& s : model.states()) {
    if (!names.insert(s.name).second || s.name.empty())
      findings.fail(
          fmt::format("states() has the name '{}' twice or a state without one; each state needs its own "
                      "name, because users set initial states by it",
                      s.name));
    if (!std::isfinite(s.initial)) findings.fail(fmt::format("state {} begins at {}", s.name, number(s.initial)));
    if (!(s.tolerance_scale > 0) || !std::isfinite(s.tolerance_scale))
      findings.fail(fmt::format("state {} has a tolerance_scale of {}; it is the state's typical size, above 0", s.name,
                                number(s.tolerance_scale)));
  }
  const IonicModel::Membrane membrane = model.membrane();
  if (!std::isfinite(membrane.at_zero) || !std::isfinite(membrane.per_unit) || membrane.per_unit == 0)
    findings.fail(
        fmt::format("membrane() is {{{}, {}}}; V_m = at_zero + per_unit * state 0 needs finite numbers and "
                    "per_unit other than 0",
                    number(membrane.at_zero), number(membrane.per_unit)));
  else if (const double V_m = membrane.V_m(model.states()[0].initial); !(V_m > -150 && V_m < 100))
    findings.fail(
        fmt::format("V_m begins at {} mV by state 0 and membrane(); state 0 is the membrane, in mV after "
                    "V_m = at_zero + per_unit * state 0",
                    number(V_m)));
  const auto observables = model.observables();
  if (observables.empty() || observables.front().name != "V_m" || observables.front().unit != "mV")
    findings.fail("the first of observables() has to be V_m in mV");
  if (observables.empty() || observables.back().name != "I_ion" || observables.back().unit != "uA/uF")
    findings.fail("the last of observables() has to be I_ion in uA/uF, the sum of all currents");
  names.clear();
  for (const auto& o : observables)
    if (!names.insert(o.name).second) findings.fail(fmt::format("observables() has the name '{}' twice", o.name));
  const auto stimulus = model.default_stimulus();
  if (!(stimulus.amplitude < 0) || !(stimulus.duration > 0) || !std::isfinite(stimulus.amplitude + stimulus.duration))
    findings.fail(
        fmt::format("default_stimulus() is {} uA/uF for {} ms; a negative amplitude depolarises, the duration "
                    "is above 0",
                    number(stimulus.amplitude), number(stimulus.duration)));
}

/// At most one finding per function: the first place tells enough.
bool finite_at(const Cell& cell, const std::vector<std::vector<double>>& states, const std::vector<double>& parameters,
               const std::string& where, Findings& findings) {
  const Answers answers = answers_of(cell, states, parameters);
  const std::size_t cells = states.size();
  const auto place = [&](std::size_t c) {
    return fmt::format("at V_m = {} mV{}", number(cell.model->membrane().V_m(states[c][0])), where);
  };
  for (std::size_t i = 0; i < answers.rates.size(); ++i)
    if (!std::isfinite(answers.rates[i])) {
      findings.fail(fmt::format("the rate of {} is {} {}; look for a division by zero or an overflow in exp()",
                                cell.state(i / cells), number(answers.rates[i]), place(i % cells)));
      return false;
    }
  for (std::size_t i = 0; i < answers.observed.size(); ++i)
    if (!std::isfinite(answers.observed[i])) {
      findings.fail(fmt::format("observable {} is {} {}", cell.model->observables()[i / cells].name,
                                number(answers.observed[i]), place(i % cells)));
      return false;
    }
  return true;
}

std::vector<std::vector<double>> over_voltages(const Cell& cell, const std::vector<double>& state, double step) {
  std::vector<std::vector<double>> states;
  for (double V_m = -120; V_m <= 60; V_m += step) states.push_back(cell.at_voltage(state, V_m));
  return states;
}

void rates_are_finite(const Subject& subject, Findings& findings) {
  const auto cell = cell_of(subject, findings);
  if (!cell) return;
  const auto met = states_met(*cell);
  for (std::size_t i = 0; i < met.size(); ++i)
    if (!finite_at(*cell, over_voltages(*cell, met[i], 1), cell->parameters,
                   i == 0 ? ", all else as initially" : ", all else as during a beat", findings))
      return;
}

void usual_parameters_are_finite(const Subject& subject, Findings& findings) {
  const auto cell = cell_of(subject, findings);
  if (!cell) return;
  const Descriptor& d = descriptor_of(subject);
  int tried = 0;
  for (const Parameter& p : d.parameters) {
    if (!is_argument(p) || p.type != Type::number || !p.usual_low || !p.usual_high) continue;
    for (const double value : {*p.usual_low, *p.usual_high}) {
      ++tried;
      std::vector<double> parameters = cell->parameters;
      parameters[static_cast<std::size_t>(d.argument_index(p.name))] = value;
      const std::string where = fmt::format(" with {} = {}, the {} of its usual range", p.name, number(value),
                                            value == *p.usual_low ? "lower end" : "upper end");
      if (!finite_at(*cell, over_voltages(*cell, cell->initial(), 10), parameters, where, findings)) break;
      CellRun run(*cell->model, parameters, 1e-2);
      const auto [amplitude, duration] = cell->model->default_stimulus();
      if (!run.run_to(duration, amplitude) || !run.run_to(duration + 20, 0))
        findings.fail(fmt::format("a stimulated cell cannot be followed beyond {} ms{}: rates are not finite, or jump",
                                  number(run.t()), where));
    }
  }
  if (tried == 0) findings.skip("it has no evaluate parameter with a usual range");
}

void nan_stays_nan(const Subject& subject, Findings& findings) {
  const auto cell = cell_of(subject, findings);
  if (!cell) return;
  const std::size_t n = cell->n();
  // What a state has an effect on is found by disturbing it.
  const std::vector<double> y = states_met(*cell).back();
  std::vector<std::vector<double>> states = {y};
  for (std::size_t s = 0; s < n; ++s) {
    states.push_back(y);
    states.back()[s] += 0.01 * (std::abs(y[s]) + cell->model->states()[s].tolerance_scale);
  }
  for (std::size_t s = 0; s < n; ++s) {
    states.push_back(y);
    states.back()[s] = nan;
  }
  const Answers answers = answers_of(*cell, states, cell->parameters);
  const auto rate = [&](std::size_t of, std::size_t c) { return answers.rates[of * states.size() + c]; };
  for (std::size_t s = 0; s < n; ++s)
    for (std::size_t of = 0; of < n; ++of)
      if (rate(of, 1 + s) != rate(of, 0) && std::isfinite(rate(of, 1 + n + s)) && (s == 0 || of == s || of == 0)) {
        findings.fail(
            fmt::format("with NaN as {}, the rate of {} is {} although it depends on it; it has to be NaN, so "
                        "that a broken cell is noticed (std::max and std::min swallow NaN in one of their "
                        "arguments, and comparisons with NaN are false)",
                        cell->state(s), cell->state(of), number(rate(of, 1 + n + s))));
        return;
      }
}

void cells_are_independent(const Subject& subject, Findings& findings) {
  const auto cell = cell_of(subject, findings);
  if (!cell) return;
  const auto met = states_met(*cell);
  const std::size_t cells = met.size(), n = cell->n(), n_observed = cell->model->observables().size();
  const std::size_t n_parameters = cell->parameters.size();
  constexpr double untouched = 4711;

  // Each cell with parameters and a stimulus of its own, in a block with room to spare, against the cell alone.
  const std::size_t stride = cells + 5;
  std::vector<double> y(n * stride, nan), parameters(n_parameters * stride, nan), stimuli(stride, nan);
  std::vector<double> rates(n * stride, untouched), observed(n_observed * stride, untouched);
  const auto parameter = [&](std::size_t p, std::size_t c) {
    return cell->parameters[p] * (1 + 0.01 * static_cast<double>((p + c) % 5));
  };
  for (std::size_t c = 0; c < cells; ++c) {
    for (std::size_t s = 0; s < n; ++s) y[s * stride + c] = met[c][s];
    for (std::size_t p = 0; p < n_parameters; ++p) parameters[p * stride + c] = parameter(p, c);
    stimuli[c] = -static_cast<double>(c);
  }
  CellBlock block;
  block.cells = cells;
  block.stride = block.parameter_stride = stride;
  block.state = y.data();
  block.parameters = parameters.data();
  block.I_stim = stimuli.data();
  cell->model->rates(block, rates.data());
  cell->model->observe(block, observed.data());

  const auto differ = [](double a, double b, double size) {
    return !(std::abs(a - b) <= 1e-12 * size) && !(std::isnan(a) && std::isnan(b));
  };
  for (std::size_t c = 0; c < cells; ++c) {
    std::vector<double> own(n_parameters);
    for (std::size_t p = 0; p < n_parameters; ++p) own[p] = parameter(p, c);
    const Answers alone = answers_of(*cell, {met[c]}, own, stimuli[c]);
    for (std::size_t s = 0; s < n; ++s)
      if (differ(rates[s * stride + c], alone.rates[s], std::abs(alone.rates[s]) + 1e-6 * std::abs(met[c][s])))
        return findings.fail(
            fmt::format("the rate of {} is {} in cell {} of a block of {} with stride {}, and {} of the same cell "
                        "alone; state s of "
                        "cell c is state[s * stride + c], parameter p is block.parameter(p, c), the stimulus I_stim[c]",
                        cell->state(s), number(rates[s * stride + c]), c, cells, stride, number(alone.rates[s])));
    for (std::size_t o = 0; o < n_observed; ++o)
      if (differ(observed[o * stride + c], alone.observed[o], std::abs(alone.observed[o]) + 1e-12))
        return findings.fail(
            fmt::format("observable {} is {} in cell {} of a block of {} with stride {}, and {} of the "
                        "same cell alone; out[o * stride + c] is where it goes",
                        cell->model->observables()[o].name, number(observed[o * stride + c]), c, cells, stride,
                        number(alone.observed[o])));
  }
  for (std::size_t c = cells; c < stride; ++c)
    for (std::size_t s = 0; s < n; ++s)
      if (rates[s * stride + c] != untouched)
        return findings.fail(
            fmt::format("rates() wrote beyond the {} cells of a block with stride {}, at dydt[{} * "
                        "stride + {}]; only `cells` of each row are the block's",
                        cells, stride, s, c));
}

void concurrent_calls_agree(const Subject& subject, Findings& findings) {
  const auto cell = cell_of(subject, findings);
  if (!cell) return;
  const auto met = states_met(*cell);
  std::vector<Answers> alone;
  for (const auto& y : met) alone.push_back(answers_of(*cell, {y}, cell->parameters));
  std::array<std::string, 4> odd;
  std::vector<std::jthread> threads;
  for (std::size_t k = 0; k < odd.size(); ++k)
    threads.emplace_back([&, k] {
      for (std::size_t i = 0; i < 2000 && odd[k].empty(); ++i) {
        const std::size_t c = (i + 3 * k) % met.size();
        const Answers now = answers_of(*cell, {met[c]}, cell->parameters);
        if (now.rates != alone[c].rates) odd[k] = "rates()";
        if (now.observed != alone[c].observed) odd[k] = "observe()";
      }
    });
  threads.clear();
  for (const std::string& which : odd)
    if (!which.empty())
      return findings.fail(
          fmt::format("{} gave another answer while other threads called it with other cells; it is "
                      "const and concurrent, so what it works on belongs on the stack, not in members",
                      which));
}

void obeys_the_membrane_equation(const Subject& subject, Findings& findings) {
  const auto cell = cell_of(subject, findings);
  if (!cell) return;
  const double per_unit = cell->model->membrane().per_unit;
  std::vector<std::vector<double>> states;
  for (const auto& y : states_met(*cell)) {
    states.push_back(y);
    for (auto& at : over_voltages(*cell, y, 30)) states.push_back(std::move(at));
  }
  const std::size_t cells = states.size(), last = cell->model->observables().size() - 1;
  const Answers rest = answers_of(*cell, states, cell->parameters);
  const double I_stim = -17;
  const Answers stimulated = answers_of(*cell, states, cell->parameters, I_stim);
  for (std::size_t c = 0; c < cells; ++c) {
    const double V_m = cell->model->membrane().V_m(states[c][0]);
    const double dVdt = per_unit * rest.rates[c], I_ion = rest.observed[last * cells + c];
    const double with = per_unit * stimulated.rates[c];
    if (!std::isfinite(dVdt) || !std::isfinite(I_ion)) continue;  // rates_are_finite tells
    const double size = 1e-9 * (std::abs(dVdt) + std::abs(I_ion) + 1);
    if (!(std::abs(dVdt + I_ion) <= size))
      return findings.fail(
          fmt::format("at V_m = {} mV, I_ion (the last observable) is {} uA/uF and dV_m/dt without a "
                      "stimulus {} mV/ms; expected dV_m/dt = -(I_ion + I_stim), with every current in "
                      "the sum",
                      number(V_m), number(I_ion), number(dVdt)));
    if (!(std::abs(with - dVdt + I_stim) <= size + 1e-9 * std::abs(I_stim)))
      return findings.fail(
          fmt::format("at V_m = {} mV, a stimulus of {} uA/uF changes dV_m/dt by {} mV/ms; expected {}: "
                      "dV_m/dt = -(I_ion + I_stim), negative depolarises",
                      number(V_m), number(I_stim), number(with - dVdt), number(-I_stim)));
    if (const double shown = rest.observed[c]; !(std::abs(shown - V_m) <= 1e-9 * (1 + std::abs(V_m))))
      return findings.fail(fmt::format("the observable V_m is {} mV where state 0 and membrane() say {} mV",
                                       number(shown), number(V_m)));
  }
}

/// Left alone for `duration` ms; lowest and highest V_m from `from` on.
struct Alone {
  bool finished = true;
  double t = 0, low = INFINITY, high = -INFINITY;
};

Alone left_alone(CellRun& run, double duration, double from) {
  Alone seen;
  const double begin = run.t();
  const auto look = [&] {
    if (run.t() < begin + from) return;
    seen.low = std::min(seen.low, run.V_m());
    seen.high = std::max(seen.high, run.V_m());
  };
  // In pieces, since a cell at rest takes steps of seconds.
  for (double t = 0; t < duration && seen.finished; t += 50) {
    look();
    seen.finished = run.run_to(begin + t + 50, 0, look);
  }
  seen.t = run.t();
  return seen;
}

constexpr double beating = 20;  // mV; a cell whose V_m varies more than that has beats

void settles_or_beats(const Subject& subject, Findings& findings) {
  const auto cell = cell_of(subject, findings);
  if (!cell) return;
  CellRun run(*cell->model, cell->parameters, 1e-3);
  const Alone seen = left_alone(run, 5000, 4000);
  if (!seen.finished)
    return findings.fail(
        fmt::format("a cell left alone in its initial state cannot be followed beyond {} ms: rates are "
                    "not finite, or jump between infinities",
                    number(seen.t)));
  if (seen.low < -150 || seen.high > 150)
    findings.fail(
        fmt::format("a cell left alone for 5 s has V_m between {} and {} mV in the last second; expected to "
                    "stay within -150 and 150 mV",
                    number(seen.low), number(seen.high)));
  else if (seen.high - seen.low < beating && seen.high - seen.low > 1)
    findings.fail(
        fmt::format("a cell left alone for 5 s still moves, V_m from {} to {} mV in the last second; expected "
                    "rest (within 1 mV) or beats of its own: begin with a state near the steady one",
                    number(seen.low), number(seen.high)));
}

void fires_when_stimulated_only(const Subject& subject, Findings& findings) {
  const auto cell = cell_of(subject, findings);
  if (!cell) return;
  CellRun run(*cell->model, cell->parameters, 1e-3);
  const Alone rest = left_alone(run, 3000, 0);
  if (!rest.finished) return findings.skip("a cell left alone cannot be followed; settles_or_beats says where");
  const double V_rest = run.V_m();
  const bool beats = rest.high - rest.low > beating && left_alone(run, 3000, 0).high > V_rest + beating;
  if (beats) return findings.skip("the cell beats by itself");
  if (rest.high > V_rest + beating)
    findings.fail(
        fmt::format("without a stimulus V_m rose to {} mV, {} mV above where it came to rest; the initial "
                    "state has to be at rest, so that only a stimulus excites the cell",
                    number(rest.high), number(rest.high - V_rest)));
  const auto [amplitude, duration] = cell->model->default_stimulus();
  const double begin = run.t();
  double high = -INFINITY, later = -INFINITY;
  const auto look = [&] {
    high = std::max(high, run.V_m());
    if (run.t() > begin + duration + 5) later = std::max(later, run.V_m());
  };
  if (!run.run_to(begin + duration, amplitude, look) || !run.run_to(begin + 1500, 0, look))
    return findings.fail(
        fmt::format("a stimulated cell cannot be followed beyond {} ms after the stimulus", number(run.t() - begin)));
  if (later < V_rest + 40)
    findings.fail(
        fmt::format("default_stimulus(), {} uA/uF for {} ms, raises V_m from {} to {} mV, and 5 ms later it is "
                    "{} mV at most: no action potential (40 mV above rest). Give a stimulus that paces a "
                    "resting cell reliably",
                    number(amplitude), number(duration), number(V_rest), number(high), number(later)));
}

// ------------------------------------------------------------------------------------------------ lanes

constexpr std::size_t at(std::size_t row, std::size_t lane) { return row * lane_count + lane; }

/// Sixteen cells with parameters of their own, up to 20 % off.
std::vector<std::vector<double>> various_parameters(const Subject& subject, const Cell& cell) {
  std::vector<std::vector<double>> various(lane_count, cell.parameters);
  std::size_t argument = 0;
  for (const Parameter& p : descriptor_of(subject).parameters) {
    if (!is_argument(p)) continue;
    // Multipliers of one current each: what most models have, and no mixture of which is out of reason.
    for (std::size_t l = 1; l < lane_count && p.name.starts_with("scale_"); ++l)
      various[l][argument] *= 1 + 0.04 * (static_cast<double>((5 * l + 3 * argument) % 11) - 5);
    ++argument;
  }
  return various;
}

/// Cells in lanes, each with a step of its own out of the powers of two that steppers like.
class LaneCells {
 public:
  LaneCells(const Cell& cell, const LaneStepper<double>& stepper, const std::vector<std::vector<double>>& parameters)
      : n_(cell.n()),
        stepper_(stepper),
        state_(n_ * lane_count),
        previous_(n_ * lane_count),
        parameters_(parameters.front().size() * lane_count) {
    const std::vector<double> y = cell.initial();
    for (std::size_t l = 0; l < lane_count; ++l) {
      for (std::size_t s = 0; s < n_; ++s) state_[at(s, l)] = previous_[at(s, l)] = y[s];
      for (std::size_t p = 0; p < parameters[l].size(); ++p) parameters_[at(p, l)] = parameters[l][p];
    }
  }

  void set(std::size_t s, std::size_t lane, double value) { state_[at(s, lane)] = previous_[at(s, lane)] = value; }
  [[nodiscard]] double state(std::size_t s, std::size_t lane) const { return state_[at(s, lane)]; }

  /// A step of `dt` in every lane, the first of a new start or not.
  void step(double dt, double I_stim, bool start) {
    dt_.fill(dt);
    I_stim_.fill(I_stim);
    if (start) dt_previous_.fill(0);
    stepper_.step(block());
    for (std::size_t l = 0; l < lane_count; ++l)
      if (accepted_[l]) dt_previous_[l] = dt;
  }

  /// On by `duration`, a multiple of 1/256 ms, from a new start. @returns false when a lane gets stuck
  bool run(double duration, double I_stim) {
    std::array<double, lane_count> done{}, wish;
    wish.fill(1.0 / 256);
    dt_previous_.fill(0);
    I_stim_.fill(I_stim);
    for (bool running = true; running;) {
      running = false;
      for (std::size_t l = 0; l < lane_count; ++l) {
        double dt = wish[l];
        // A step divides what is done and fits into what remains, so the end is met exactly.
        while (std::fmod(done[l], dt) != 0 || done[l] + dt > duration) dt /= 2;
        dt_[l] = done[l] < duration ? dt : 0;
        running = running || done[l] < duration;
      }
      if (!running) break;
      stepper_.step(block());
      for (std::size_t l = 0; l < lane_count; ++l) {
        if (dt_[l] == 0) continue;
        if (accepted_[l]) {
          done[l] += dt_[l];
          dt_previous_[l] = dt_[l];
          wish[l] = error_[l] > 1 ? dt_[l] / 2 : error_[l] < 0.22 ? std::min(2 * dt_[l], 0.5) : dt_[l];
        } else if ((wish[l] = dt_[l] / 2) < 1e-7) {
          return false;
        }
      }
    }
    return true;
  }

 private:
  LaneBlock<double> block() {
    return {.state = state_.data(),
            .previous = previous_.data(),
            .parameters = parameters_.data(),
            .I_stim = I_stim_.data(),
            .dt = dt_.data(),
            .dt_previous = dt_previous_.data(),
            .tolerance = 0.1,  // what differs are equations then, not steps
            .error = error_.data(),
            .accepted = accepted_.data()};
  }

  /// As steppers load them: a cache line at a time.
  struct alignas(64) Line {
    double values[8];
  };
  class Lines {
   public:
    explicit Lines(std::size_t n) : lines_((n + 7) / 8 + 1) {}
    double* data() { return lines_.front().values; }
    double& operator[](std::size_t i) { return lines_[i / 8].values[i % 8]; }
    double operator[](std::size_t i) const { return lines_[i / 8].values[i % 8]; }

   private:
    std::vector<Line> lines_;
  };

  std::size_t n_;
  const LaneStepper<double>& stepper_;
  Lines state_, previous_, parameters_;
  alignas(64) std::array<double, lane_count> I_stim_{}, dt_{}, dt_previous_{}, error_{};
  std::array<bool, lane_count> accepted_{};
};

const LaneStepper<double>* lanes_of(const Subject& subject, const Cell& cell) {
  const void* batched = cell.study->prepared(subject.instance).ability(BatchedModel::ability_name);
  return batched ? &static_cast<const BatchedModel*>(batched)->double_lanes() : nullptr;
}

void lanes_agree_with_rates(const Subject& subject, Findings& findings) {
  const auto cell = cell_of(subject, findings);
  if (!cell) return;
  const LaneStepper<double>* stepper = lanes_of(subject, *cell);
  if (!stepper) return findings.skip("it offers no 'batched'");
  const auto parameters = various_parameters(subject, *cell);
  const auto [amplitude, wished] = cell->model->default_stimulus();
  const double duration = std::max(1.0, std::round(wished * 256)) / 256;

  constexpr std::array<std::size_t, 3> followed = {0, 3, 7};
  LaneCells lanes(*cell, *stepper, parameters);
  std::vector<CellRun> references;
  for (const std::size_t l : followed) references.emplace_back(*cell->model, parameters[l], 1e-5);
  struct Course {
    std::vector<double> state;
    double low, high;  // of V_m, from 0.5 ms before to 0.5 ms after
  };
  std::vector<Course> courses(followed.size());
  const auto differ = [&](double t) {
    for (std::size_t k = 0; k < followed.size(); ++k) {
      const auto& [state, least, most] = courses[k];
      const double by_lanes = cell->model->membrane().V_m(lanes.state(0, followed[k]));
      if (by_lanes >= least - 2 && by_lanes <= most + 2) continue;
      std::size_t worst = 0;
      double largest = 0;
      for (std::size_t s = 1; s < cell->n(); ++s) {
        const double off = std::abs(lanes.state(s, followed[k]) - state[s]) /
                           (std::abs(state[s]) + 0.01 * cell->model->states()[s].tolerance_scale);
        if (!(off <= largest)) worst = s, largest = off;
      }
      findings.fail(
          fmt::format("{} ms after a stimulus V_m is {} mV in lane {}, and {} mV by rates() with steps of error "
                      "1e-5 ({} to {} mV within half a millisecond); expected within 2 mV of that. Of the "
                      "other states {} differs most ({} in the lane, {} by rates())",
                      number(t), number(by_lanes), followed[k], number(cell->model->membrane().V_m(state[0])),
                      number(least), number(most), cell->model->states()[worst].name,
                      number(lanes.state(worst, followed[k])), number(state[worst])));
      return true;
    }
    return false;
  };
  const auto advance = [&](double end, double by, double I_stim, double margin) {
    bool finished = lanes.run(by, I_stim);
    if (!finished)
      findings.fail(
          fmt::format("a lane gets stuck before {} ms: step() accepts no step, however short; `error` has to "
                      "fall with dt",
                      number(end)));
    for (std::size_t k = 0; finished && k < references.size(); ++k) {
      CellRun& r = references[k];
      Course& course = courses[k];
      course.low = INFINITY, course.high = -INFINITY;
      const auto look = [&] {
        if (r.t() < end - margin) return;
        course.low = std::min(course.low, r.V_m());
        course.high = std::max(course.high, r.V_m());
      };
      finished = r.run_to(end - margin, I_stim, look) && r.run_to(end, I_stim, look);
      course.state = r.state();
      finished = finished && r.run_to(end + margin, I_stim, look);
      if (!finished) findings.skip(fmt::format("the cell cannot be followed by rates() beyond {} ms", number(r.t())));
    }
    return finished;
  };
  if (!advance(duration, duration, amplitude, 0)) return;
  // Upstrokes are steep: for some ms the smallest shift in time is many mV.
  for (double t = 8; t <= 400; t += 8)
    if (!advance(duration + t, 8, 0, 0.5) || (t >= 16 && differ(t))) return;
}

void lanes_do_not_depend_on_neighbours(const Subject& subject, Findings& findings) {
  const auto cell = cell_of(subject, findings);
  if (!cell) return;
  const LaneStepper<double>* stepper = lanes_of(subject, *cell);
  if (!stepper) return findings.skip("it offers no 'batched'");
  const auto parameters = various_parameters(subject, *cell);
  auto reversed = parameters;
  std::reverse(reversed.begin(), reversed.end());
  LaneCells together(*cell, *stepper, parameters), turned(*cell, *stepper, reversed),
      broken(*cell, *stepper, parameters);
  // Every second cell is broken: the others have nothing to do with that.
  for (std::size_t l = 1; l < lane_count; l += 2)
    for (std::size_t s = 0; s < cell->n(); ++s) broken.set(s, l, nan);
  const double amplitude = cell->model->default_stimulus().amplitude;
  for (int i = 0; i < 400; ++i) {
    const double dt = i < 256 ? 1.0 / 256 : 1.0 / 64;
    for (LaneCells* cells : {&together, &turned, &broken}) cells->step(dt, i < 256 ? amplitude : 0, i == 0 || i == 256);
    for (std::size_t l = 0; l < lane_count; ++l)
      for (std::size_t s = 0; s < cell->n(); ++s) {
        const double here = together.state(s, l), there = turned.state(s, lane_count - 1 - l),
                     beside = l % 2 == 0 ? broken.state(s, l) : here;
        if (std::memcmp(&here, &there, sizeof here) != 0)
          return findings.fail(
              fmt::format("after {} steps {} of the same cell is {} in lane {} and {} in lane {}; what "
                          "happens in a lane depends on that lane alone, to the last bit",
                          i + 1, cell->state(s), number(here), l, number(there), lane_count - 1 - l));
        if (std::memcmp(&here, &beside, sizeof here) != 0)
          return findings.fail(
              fmt::format("after {} steps {} in lane {} is {}, and {} when its neighbours are NaN; a "
                          "broken cell must not disturb those beside it",
                          i + 1, cell->state(s), l, number(here), number(beside)));
      }
  }
}

}  // namespace

void add_ionic_checks(std::vector<Check>& all) {
  const auto add = [&](std::string_view name, std::string_view asks, double seconds, auto* run) {
    all.push_back({name, asks, "ionic", "", seconds, run});
  };
  add("states_described", "State names are unique, sizes positive, the first observable is V_m and the last I_ion.", 20,
      describes_its_states);
  add("parameters_described", "The model reads the evaluate parameters that are described, and none behind them.", 20,
      reads_what_it_describes);
  add("rates_finite", "Rates and observables are finite from -120 to 60 mV, at the initial state and during a beat.",
      60, rates_are_finite);
  add("usual_parameters_finite",
      "At both ends of each evaluate parameter's usual range rates are finite and a beat begins.", 120,
      usual_parameters_are_finite);
  add("nan_stays_nan", "NaN in a state gives NaN in the rates that depend on it.", 60, nan_stays_nan);
  add("cells_independent", "A cell's rates depend on neither its neighbours nor the layout of its block.", 60,
      cells_are_independent);
  add("concurrent_calls", "rates() and observe() give the same answers when several threads call them.", 60,
      concurrent_calls_agree);
  add("membrane_equation", "dV_m/dt = -(I_ion + I_stim), I_ion being the last observable.", 60,
      obeys_the_membrane_equation);
  add("settles_or_beats", "A cell left alone comes to rest, or beats by itself.", 120, settles_or_beats);
  add("fires_when_stimulated", "default_stimulus() raises an action potential, and without it there is none.", 120,
      fires_when_stimulated_only);
  all.push_back({"lanes_agree", "Cells stepped in lanes follow the same course as by rates().", "ionic",
                 BatchedModel::ability_name, 120, lanes_agree_with_rates});
  all.push_back({"lanes_independent", "A lane's bytes depend on neither its neighbours nor its place.", "ionic",
                 BatchedModel::ability_name, 60, lanes_do_not_depend_on_neighbours});
}

}  // namespace tawara::conformance
