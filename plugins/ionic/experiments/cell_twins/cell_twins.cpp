#include "experiments/cell_twins/cell_twins.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "experiments/cell_twins/free_runs.hpp"
#include "experiments/cell_twins/matching.hpp"
#include "experiments/cell_twins/refinement.hpp"
#include "experiments/cell_twins/twin_overlays.hpp"
#include "experiments/cell_twins/twin_scenario.hpp"
#include "experiments/cell_twins/twin_tables.hpp"
#include "experiments/names.hpp"
#include "experiments/thread_time.hpp"
#include "recordings/resample.hpp"
#include "tawara/products.hpp"
#include "tawara/shards.hpp"

namespace tawara::experiments {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

constexpr const char* series = "twins";  // of shards
constexpr double within = 0.05;          ///< an error of the free run that counts as right
constexpr double same_time = 1e-6;       // ms

/// Recorded samples of some cells, as doubles.
struct Recorded {
  std::vector<std::vector<double>> samples;  // by cell, at all times
  std::vector<std::string> problem;          // "" or what is wrong with it
};

double median(std::vector<double> values) {
  std::erase_if(values, [](double v) { return std::isnan(v); });
  if (values.empty()) return nan;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

class TwinsRun {
 public:
  explicit TwinsRun(PrepareContext& context)
      : context_(context),
        host_(context.host()),
        settings_(context.settings()),
        cell_(context.input("cell")),
        model_(cell_.as<IonicModel>()),
        recordings_(context.input("recordings").as<Recordings>()),
        learner_(context.count("learner") > 0 ? &context.input("learner").as<Regressor>() : nullptr),
        learner_name_(learner_ ? context.input("learner").instance() : ""),
        lanes_(lanes_of(cell_)),
        targets_(read_targets()),
        truth_(recordings_, cell_, truth_warning_),
        refinement_(read_currents(), targets_, {cell_.arguments().begin(), cell_.arguments().end()}, options()),
        added_noise_(settings_.number("add_noise")),
        free_{&model_, &lanes_, settings_.number("duration"), settings_.number("settle"),
              [this] { return host_.cancelled(); }} {
    if (!truth_warning_.empty()) host_.warn(truth_warning_);
    if (free_.settle >= free_.duration)
      throw ScenarioError("settle",
                          fmt::format("cells are watched for {:g} ms, of which the first {:g} ms do not count: "
                                      "nothing is left; lengthen duration",
                                      free_.duration, free_.settle));
    read_indices();
  }

  void run() {
    host_.info(
        fmt::format("recordings of {}: {}, {} samples each{}; {} parameters from {}", recordings_.signal().name,
                    cells_.size(), recordings_.times().size(),
                    kept_.size() < recordings_.times().size() ? fmt::format(", {} of them fitted", kept_.size()) : "",
                    targets_.size(), learner_ ? "'" + learner_name_ + "'" : "priors"));
    auto* shards = host_.find<Shards>();
    const auto size = static_cast<std::uint64_t>(settings_.integer("shard_size"));
    std::map<std::size_t, std::vector<std::uint64_t>> cells_of;
    for (const std::uint64_t cell : cells_) cells_of[cell / size].push_back(cell);
    if (auto* work = host_.find<ShardWork>(); work && shards) {
      std::vector<std::size_t> indices;
      for (const auto& [shard, cells] : cells_of) indices.push_back(shard);
      work->make_missing(series, indices,
                         [&](std::size_t shard) { shards->write(series, shard, compute(cells_of.at(shard)), {}); });
    }
    const auto progress = host_.progress("cells");
    std::size_t done = 0;
    for (const auto& [shard, cells] : cells_of) {
      if (shards && shards->has(series, shard)) {
        append_to(all_, shards->read(series, shard));
      } else {
        const Table table = compute(cells);
        if (shards) shards->write(series, shard, table, {});
        append_to(all_, table);
      }
      progress->update(static_cast<double>(done += cells.size()), static_cast<double>(cells_.size()));
    }
    conclude();
  }

 private:
  static const BatchedModel& lanes_of(const Input& cell) {
    const auto* lanes = static_cast<const BatchedModel*>(cell.prepared().ability(BatchedModel::ability_name));
    if (!lanes || !lanes->double_lanes().holds())
      throw ScenarioError("cell", fmt::format("'{}' ({}) cannot be stepped in blocks under a held voltage, as twins "
                                              "need; cell models made with the SDK's tawara/model can",
                                              cell.instance(), cell.descriptor().name));
    return *lanes;
  }

  std::vector<TwinTarget> read_targets() const {
    const double widen = settings_.number("widen");
    if (!learner_) return targets_of(context_, cell_, widen);
    if (settings_.has("parameters"))
      throw ScenarioError("parameters", fmt::format("'{}' says which parameters it tells; leave `parameters` out, or "
                                                    "the learner",
                                                    learner_name_));
    return targets_of(*learner_, learner_name_, cell_, widen);
  }

  RefinementOptions options() const {
    return {.relative_error = settings_.number("relative_error"),
            .skip = settings_.number("skip"),
            .iterations = static_cast<int>(settings_.integer("iterations")),
            .starts = static_cast<int>(settings_.integer("starts"))};
  }

  /// Checks that everything goes together.
  ClampedCurrents read_currents() {
    const Input &protocol = context_.input("protocol"), &recorded = context_.input("recordings");
    const auto drive = protocol.as<Protocol>().drive(model_.default_stimulus());
    const auto command = clamp_command(*drive, protocol.instance());
    for (const std::string& warning : check_match(recordings_, recorded.instance(), learner_, learner_name_, command,
                                                  protocol.instance(), cell_, targets_))
      host_.warn(warning);
    const std::size_t observable = recorded_observable(recordings_, recorded.instance(), cell_);
    double end = 0;
    for (const Recordings::Step& step : command) end += step.duration;
    const auto times = recordings_.times();
    if (times.size() < 3)
      throw ScenarioError("recordings", fmt::format("'{}' has {} samples", recorded.instance(), times.size()));
    if (times.front() < -same_time || times.back() > end + same_time)
      throw ScenarioError("recordings",
                          fmt::format("'{}' has samples from {:g} to {:g} ms, and the command of '{}' lasts "
                                      "from 0 to {:g} ms; cut the recording, or say where it begins",
                                      recorded.instance(), times.front(), times.back(), protocol.instance(), end));
    const double spacing = settings_.number("spacing");
    for (std::size_t i = 0; i < times.size(); ++i)
      if (kept_.empty() || times[i] - times[kept_.back()] >= spacing - same_time) kept_.push_back(i);
    if (learner_) {
      // The learner's samples have to be there, or nothing could be asked.
      const std::vector<float> none(times.size());
      try {
        (void)recordings::resample(times, none, learner_->times());
      } catch (const DataError& error) {
        throw ScenarioError("recordings", fmt::format("'{}' does not have what '{}' learnt from: {}",
                                                      recorded.instance(), learner_name_, error.what()));
      }
    }
    ClampedSimulation simulation{&model_, &lanes_, observable, command, {}, settings_.number("tolerance")};
    for (const std::size_t i : kept_) simulation.times.push_back(times[i]);
    return ClampedCurrents(std::move(simulation));
  }

  void read_indices() {
    const auto first = static_cast<std::uint64_t>(settings_.integer("first_cell"));
    const std::uint64_t there = recordings_.cells();
    const std::string& name = context_.input("recordings").instance();
    if (first >= there)
      throw ScenarioError("first_cell", fmt::format("'{}' has {} recordings, numbered from 0", name, there));
    const std::uint64_t n =
        settings_.has("cells") ? static_cast<std::uint64_t>(settings_.integer("cells")) : there - first;
    if (first + n > there)
      throw ScenarioError("cells", fmt::format("{} recordings from number {} on are asked for, and '{}' has {}", n,
                                               first, name, there));
    cells_.resize(n);
    std::iota(cells_.begin(), cells_.end(), first);
    if (!settings_.has("show")) return;
    for (const double shown : settings_.numbers("show"))
      if (shown < static_cast<double>(first) || shown >= static_cast<double>(first + n))
        throw ScenarioError(
            "show", fmt::format("there is no cell {:g}; they are numbered {} to {}", shown, first, first + n - 1));
  }

  Recorded read(std::span<const std::uint64_t> cells, const Table& known) const {
    const std::size_t n = cells.size(), samples = recordings_.times().size();
    std::vector<float> values(n * samples);
    recordings_.read(cells.front(), n, values);
    Recorded recorded{std::vector<std::vector<double>>(n), std::vector<std::string>(n)};
    const Table::Column* status = known.find("status");
    for (std::size_t i = 0; i < n; ++i) {
      const std::span<const float> of_cell = std::span(values).subspan(i * samples, samples);
      recorded.samples[i].assign(of_cell.begin(), of_cell.end());
      if (status && i < status->texts.size() && status->texts[i] != "ok") {
        recorded.problem[i] = "not recorded: " + status->texts[i];
        continue;
      }
      Random random = host_.random("noise", cells[i]);
      for (double& sample : recorded.samples[i])
        if (added_noise_ > 0) sample += added_noise_ * random.normal();
      const auto bad = std::find_if(of_cell.begin(), of_cell.end(), [](float v) { return !std::isfinite(v); });
      if (bad != of_cell.end())
        recorded.problem[i] = fmt::format("recording: sample {} (at {:g} ms) is not a number", bad - of_cell.begin(),
                                          recordings_.times()[static_cast<std::size_t>(bad - of_cell.begin())]);
    }
    return recorded;
  }

  [[nodiscard]] VectorXd scenario() const {
    VectorXd x(static_cast<Index>(targets_.size()));
    for (std::size_t p = 0; p < targets_.size(); ++p)
      x[static_cast<Index>(p)] = targets_[p].scenario / targets_[p].scale;
    return x.cwiseMax(refinement_.low()).cwiseMin(refinement_.high());
  }

  /// The learner's answers, cut to the bounds; of cells with a problem none.
  void ask(const Recorded& recorded, std::vector<Twin>& twins) const {
    std::vector<float> traces;
    std::vector<std::size_t> asked;
    for (std::size_t i = 0; i < twins.size(); ++i) {
      if (!recorded.problem[i].empty()) {
        twins[i].status = recorded.problem[i];
        continue;
      }
      asked.push_back(i);
      if (!learner_) continue;
      const std::vector<float> values(recorded.samples[i].begin(), recorded.samples[i].end());
      const auto resampled = recordings::resample(recordings_.times(), values, learner_->times());
      traces.insert(traces.end(), resampled.begin(), resampled.end());
    }
    const std::size_t n = asked.size(), m = targets_.size();
    std::vector<double> mean(n * m), sd(n * m), novelty(n, nan);
    if (learner_ && n > 0) learner_->predict(traces, mean, sd, novelty);
    for (std::size_t k = 0; k < n; ++k) {
      Twin& twin = twins[asked[k]];
      twin.novelty = novelty[k];
      twin.net.resize(static_cast<Index>(m));
      twin.net_sd.resize(static_cast<Index>(m));
      for (std::size_t p = 0; p < m; ++p) {
        const TwinTarget& t = targets_[p];
        const auto at = static_cast<Index>(p);
        twin.net[at] = learner_ ? mean[k * m + p] / t.scale : t.mean;
        // Never surer than to a ten-thousandth, never less sure than without a recording; and that is how sure a guess
        // is.
        twin.net_sd[at] =
            learner_ && !(twin.novelty > 1) ? std::clamp(sd[k * m + p] / t.scale, 1e-4 * t.sd, t.sd) : t.sd;
        if (twin.status == "ok" && !(std::isfinite(twin.net[at]) && std::isfinite(twin.net_sd[at])))
          twin.status = fmt::format("learner: the answer for {} is not a number", t.path);
      }
      twin.net = twin.net.cwiseMax(refinement_.low()).cwiseMin(refinement_.high());
    }
  }

  Table compute(std::span<const std::uint64_t> cells) {
    const std::size_t n = cells.size();
    const Table known = recordings_.known(cells.front(), n);
    const Recorded recorded = read(cells, known);
    std::vector<Twin> twins(n);
    for (std::size_t i = 0; i < n; ++i) twins[i].index = cells[i];
    ask(recorded, twins);
    std::vector<double> cpu_ms(n);
    std::vector<BoundedFit::Result> found(n);
    const bool refine = settings_.boolean("refine");
    host_.parallel_for(n, [&](std::size_t i) {
      if (twins[i].status != "ok") return;
      if (host_.cancelled()) throw Cancelled();
      const double begun = thread_cpu_ms();
      const BoundedFit fit = problem(recorded.samples[i], twins[i]);
      measure_net(fit, twins[i]);
      if (refine) {
        found[i] = refine_one(recorded.samples[i], fit, twins[i]);
        take(fit, found[i], twins[i]);
      } else {
        twins[i].refined = twins[i].net;
        twins[i].sd = twins[i].net_sd;
        twins[i].rms = twins[i].rms_net;
      }
      cpu_ms[i] = thread_cpu_ms() - begun;
    });
    judge(twins);
    if (refine && settings_.boolean("must_beat")) {
      host_.parallel_for(n, [&](std::size_t i) {
        if (twins[i].status != "ok" || twins[i].beats) return;
        if (host_.cancelled()) throw Cancelled();
        const double begun = thread_cpu_ms();
        const BoundedFit fit = problem(recorded.samples[i], twins[i]);
        twins[i].beats = twins[i].pulled_back = refinement_.pull_back(
            fit, scenario(), [&](std::span<const std::vector<double>> which) { return free_.beat(which); },
            host_.random("posterior", twins[i].index), found[i]);
        take(fit, found[i], twins[i]);
        if (!twins[i].beats) twins[i].status = "does not beat: no twin near this recording beats by itself";
        cpu_ms[i] += thread_cpu_ms() - begun;
      });
    }
    run_freely(known, twins);
    cpu_ms_ = std::accumulate(cpu_ms.begin(), cpu_ms.end(), cpu_ms_);
    computed_ += static_cast<double>(n);
    return all_of(twins, targets_, truth_.known(), recordings_.signal().unit);
  }

  BoundedFit problem(const std::vector<double>& samples, Twin& twin) const {
    std::vector<double> data;
    for (const std::size_t i : kept_) data.push_back(samples[i]);
    twin.noise = settings_.has("noise") ? settings_.number("noise")
                                        : std::max(noise_of(recordings_.times(), samples), least_noise);
    BoundedFit fit = refinement_.problem(data, twin.noise, twin.net, twin.net_sd);
    if (twin.misfit > accepted_misfit) fit.error *= twin.misfit;
    fit.between_iterations = [this] {
      if (host_.cancelled()) throw Cancelled();
    };
    return fit;
  }

  /// A recording that the model cannot follow to its noise counts with the error that is left, or the learner's answer
  /// would mean nothing beside it.
  BoundedFit::Result refine_one(const std::vector<double>& samples, const BoundedFit& fit, Twin& twin) const {
    BoundedFit::Result found = refinement_.refine(fit, host_.random("start", twin.index));
    const auto counted = fit.error.array().isFinite().count();
    twin.misfit = std::sqrt(((found.y - fit.data).array() / fit.error.array()).square().sum() /
                            static_cast<double>(std::max<Index>(1, counted)));
    if (!(twin.misfit > accepted_misfit)) return found;
    BoundedFit::Result again = problem(samples, twin).from(found.x);
    again.iterations += found.iterations;
    return again;
  }

  /// Of what is left, over the samples that count.
  static double rms(const BoundedFit& fit, const VectorXd& y) {
    double squares = 0, n = 0;
    for (Index i = 0; i < y.size(); ++i)
      if (std::isfinite(fit.error[i])) {
        squares += (y[i] - fit.data[i]) * (y[i] - fit.data[i]);
        ++n;
      }
    return std::sqrt(squares / n);
  }

  static void measure_net(const BoundedFit& fit, Twin& twin) {
    Eigen::MatrixXd y;
    fit.model(twin.net, y);
    twin.rms_net = rms(fit, y.col(0));
  }

  static void take(const BoundedFit& fit, const BoundedFit::Result& found, Twin& twin) {
    twin.iterations = found.iterations;
    twin.stop = name_of(found.stop);
    twin.refined = found.x;
    twin.sd = found.covariance.diagonal().cwiseMax(0).cwiseSqrt();
    twin.rms = rms(fit, found.y);
    if (!std::isfinite(found.F)) twin.status = "not finite: the simulated current is not a number";
  }

  /// Which answers and twins beat; sixteen are as cheap as one.
  void judge(std::vector<Twin>& twins) const {
    std::vector<std::pair<std::size_t, bool>> asked;  // twin, refined
    for (std::size_t i = 0; i < twins.size(); ++i)
      if (twins[i].status == "ok")
        for (const bool refined : {false, true}) asked.emplace_back(i, refined);
    in_blocks(asked.size(), [&](std::size_t first, std::size_t n) {
      std::vector<std::vector<double>> cells;
      for (std::size_t k = first; k < first + n; ++k)
        cells.push_back(
            refinement_.arguments(asked[k].second ? twins[asked[k].first].refined : twins[asked[k].first].net));
      const std::vector<bool> beat = free_.beat(cells);
      for (std::size_t k = 0; k < n; ++k) {
        Twin& twin = twins[asked[first + k].first];
        (asked[first + k].second ? twin.beats : twin.beats_net) = beat[k];
      }
    });
  }

  void run_freely(const Table& known, std::vector<Twin>& twins) const {
    struct Run {
      CellSummary::Means* of;
      std::vector<double> arguments;
    };
    std::vector<Run> runs;
    for (std::size_t i = 0; i < twins.size(); ++i) {
      Twin& twin = twins[i];
      if (twin.refined.size() > 0) {
        runs.push_back({&twin.free_net, refinement_.arguments(twin.net)});
        runs.push_back({&twin.free, refinement_.arguments(twin.refined)});
      }
      if (!truth_.known()) continue;
      std::vector<double> truth = truth_.arguments(known, i);
      for (const TwinTarget& t : targets_) twin.truth.push_back(truth[t.argument]);
      if (std::all_of(twin.truth.begin(), twin.truth.end(), [](double v) { return std::isfinite(v); }))
        runs.push_back({&twin.free_true, std::move(truth)});
    }
    in_blocks(runs.size(), [&](std::size_t first, std::size_t n) {
      std::vector<std::vector<double>> cells;
      for (std::size_t k = first; k < first + n; ++k) cells.push_back(runs[k].arguments);
      const std::vector<CellSummary> summaries = free_.summaries(cells);
      for (std::size_t k = 0; k < n; ++k) *runs[first + k].of = summaries[k].free;
    });
  }

  /// body(first, n) for blocks of lanes, on all threads.
  void in_blocks(std::size_t n, const std::function<void(std::size_t, std::size_t)>& body) const {
    host_.parallel_for((n + lane_count - 1) / lane_count,
                       [&](std::size_t b) { body(b * lane_count, std::min(lane_count, n - b * lane_count)); });
  }

  void conclude() {
    const std::vector<std::size_t> ok = ok_rows(all_);
    const auto n = static_cast<double>(all_.rows());
    const auto& status = all_.at("status").texts;
    if (ok.empty())
      throw DataError(fmt::format("there is no twin: of {} recordings the first (cell {}) has {}", all_.rows(),
                                  all_.at("index").numbers[0], status[0]));
    if (ok.size() < all_.rows()) {
      const auto first = static_cast<std::size_t>(
          std::find_if(status.begin(), status.end(), [](const auto& s) { return s != "ok"; }) - status.begin());
      host_.warn(
          fmt::format("{} of {} recordings have no twin, the first (cell {}) because of {}; see the column status",
                      all_.rows() - ok.size(), all_.rows(), all_.at("index").numbers[first], status[first]));
    }
    warn_novel();
    warn_misfit();
    context_.put("population", twins_table(all_, targets_));
    context_.put("net_twins", net_table(all_, targets_));
    context_.put("accuracy", truth_.known() ? accuracy_table(all_, targets_) : Table());
    context_.put("truth", truth_.known() ? truth_table(all_) : Table());
    put_scalars(ok, n);
    const std::vector<std::size_t> shown = choose_shown(ok);
    put_overlays(shown);
    write_scenarios(ok, shown);
  }

  void warn_novel() const {
    const auto& novelty = all_.at("novelty").numbers;
    std::vector<std::string> which;
    for (std::size_t row = 0; row < novelty.size(); ++row)
      if (novelty[row] > 1) which.push_back(fmt::format("{:g}", all_.at("index").numbers[row]));
    if (which.empty()) return;
    const std::size_t more = which.size() > 10 ? which.size() - 10 : 0;
    which.resize(which.size() - more);
    host_.warn(
        fmt::format("recordings outside of what '{}' has seen (novelty above 1), whose answers are guesses: cell "
                    "{}{}; train on cells that differ more, or look whether command and conditions are the same",
                    learner_name_, joined(which), more > 0 ? fmt::format(" and {} more", more) : ""));
  }

  void warn_misfit() const {
    const auto& misfit = all_.at("misfit").numbers;
    const auto worst = std::max_element(misfit.begin(), misfit.end(), [](double x, double y) {
      return (std::isnan(x) ? 0 : x) < (std::isnan(y) ? 0 : y);
    });
    const auto many = std::count_if(misfit.begin(), misfit.end(), [](double m) { return m > told_misfit; });
    if (many == 0) return;
    host_.warn(fmt::format(
        "the model does not follow {} of {} recordings to their noise; of cell {:g} {:.2g} times as much "
        "is left (column misfit). They count with that error, so intervals are wider. A filtered "
        "recording has more noise than its samples show: set `noise`",
        many, misfit.size(), all_.at("index").numbers[static_cast<std::size_t>(worst - misfit.begin())], *worst));
  }

  [[nodiscard]] double mean_of(const char* column, std::span<const std::size_t> rows) const {
    double sum = 0;
    for (const std::size_t row : rows) sum += all_.at(column).numbers[row];
    return rows.empty() ? nan : sum / static_cast<double>(rows.size());
  }

  void put_scalars(std::span<const std::size_t> ok, double n) {
    context_.put("cells", n);
    context_.put("failures", n - static_cast<double>(ok.size()));
    context_.put("beating_net", mean_of("beats_net", ok));
    context_.put("beating", mean_of("beats", ok));
    context_.put("pulled_back", mean_of("pulled_back", ok) * static_cast<double>(ok.size()));
    const auto of_ok = [&](const std::vector<double>& values) {
      std::vector<double> some;
      for (const std::size_t row : ok) some.push_back(values[row]);
      return some;
    };
    context_.put("rms_net", median(of_ok(all_.at("rms_net").numbers)));
    context_.put("rms", median(of_ok(all_.at("rms").numbers)));
    put_against_truth(ok, "net_", "_net");
    put_against_truth(ok, "", "");
    context_.put("cpu_ms_per_twin", computed_ > 0 ? cpu_ms_ / computed_ : 0.0);
  }

  /// How near free runs and parameters come to the truth; NaN where it is not known.
  void put_against_truth(std::span<const std::size_t> ok, const std::string& prefix, const std::string& end) {
    double cycle = nan, APD90 = nan, both = nan, cycle_error = nan, APD90_error = nan, mae = nan, mse = nan;
    if (truth_.known()) {
      const auto cycles = relative_errors(all_, prefix, "cycle_length"), APDs = relative_errors(all_, prefix, "APD90");
      std::vector<double> cycle_errors, APD90_errors;
      double n_cycle = 0, n_APD90 = 0, n_both = 0;
      for (const std::size_t row : ok) {
        // A twin without a beat has no error, and is not within.
        const bool a = std::fabs(cycles[row]) <= within, b = std::fabs(APDs[row]) <= within;
        n_cycle += a;
        n_APD90 += b;
        n_both += a && b;
        cycle_errors.push_back(std::fabs(cycles[row]));
        APD90_errors.push_back(std::fabs(APDs[row]));
      }
      const auto all = static_cast<double>(ok.size());
      cycle = n_cycle / all;
      APD90 = n_APD90 / all;
      both = n_both / all;
      cycle_error = median(cycle_errors);
      APD90_error = median(APD90_errors);
      const Table accuracy = accuracy_table(all_, targets_);
      const auto average = [&](const std::string& column) {
        const auto& values = accuracy.at(column).numbers;
        return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
      };
      mae = average("mae" + end);
      mse = average("mse" + end);
      if (end.empty())
        host_.info(
            fmt::format("free runs within 5 % of the true cells': cycle length {:.0f} %, APD90 {:.0f} %, both "
                        "{:.0f} %",
                        100 * cycle, 100 * APD90, 100 * both));
    }
    context_.put("cycle_length_within" + end, cycle);
    context_.put("APD90_within" + end, APD90);
    context_.put("both_within" + end, both);
    context_.put("cycle_length_error" + end, cycle_error);
    context_.put("APD90_error" + end, APD90_error);
    context_.put("mae" + end, mae);
    context_.put("mse" + end, mse);
  }

  /// Rows: those asked for; else best, median and worst by their free run; else the first.
  [[nodiscard]] std::vector<std::size_t> choose_shown(std::span<const std::size_t> ok) const {
    constexpr std::size_t few = 3;
    std::vector<std::size_t> rows;
    if (settings_.has("show")) {
      const auto& index = all_.at("index").numbers;
      for (const double shown : settings_.numbers("show")) {
        const auto row = static_cast<std::size_t>(std::find(index.begin(), index.end(), shown) - index.begin());
        if (std::find(ok.begin(), ok.end(), row) != ok.end()) rows.push_back(row);
      }
      return rows;
    }
    if (!truth_.known() || ok.size() <= few) return {ok.begin(), ok.begin() + std::min(few, ok.size())};
    const auto cycles = relative_errors(all_, "", "cycle_length"), APDs = relative_errors(all_, "", "APD90");
    std::vector<std::size_t> order(ok.begin(), ok.end());
    const auto error = [&](std::size_t row) {
      const double e = std::max(std::fabs(cycles[row]), std::fabs(APDs[row]));
      return std::isfinite(cycles[row]) && std::isfinite(e) ? e : std::numeric_limits<double>::infinity();
    };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return error(a) < error(b); });
    return {order.front(), order[order.size() / 2], order.back()};
  }

  /// The cell of a row. @param prefix  "", "net_" or "true_"
  [[nodiscard]] std::vector<double> arguments_of(std::size_t row, const std::string& prefix) const {
    VectorXd x(static_cast<Index>(targets_.size()));
    for (std::size_t p = 0; p < targets_.size(); ++p)
      x[static_cast<Index>(p)] = all_.at(prefix + targets_[p].path).numbers[row] / targets_[p].scale;
    return refinement_.arguments(x);
  }

  void put_overlays(std::span<const std::size_t> shown) {
    std::vector<ShownCell> cells;
    for (const std::size_t row : shown) {
      const auto index = static_cast<std::uint64_t>(all_.at("index").numbers[row]);
      const Table known = recordings_.known(index, 1);
      const Recorded recorded = read(std::span(&index, 1), known);
      ShownCell& cell = cells.emplace_back(ShownCell{index, {}, {}});
      for (const std::size_t i : kept_) cell.recorded.push_back(recorded.samples[0][i]);
      if (truth_.known()) cell.curves.push_back({"true", truth_.arguments(known, 0), /*clamped=*/false});
      cell.curves.push_back({"net", arguments_of(row, "net_")});
      cell.curves.push_back({"refined", arguments_of(row, "")});
    }
    std::vector<std::size_t> observables;
    const std::vector<std::string> wanted = settings_.texts("overlay");
    for (std::size_t o = 0; o < model_.observables().size(); ++o)
      if (std::find(wanted.begin(), wanted.end(), model_.observables()[o].name) != wanted.end())
        observables.push_back(o);
    context_.put("currents", overlaid_currents(refinement_.currents(), recordings_.signal(), cells));
    context_.put("free_runs", overlaid_runs(free_, observables, settings_.number("overlay_length"), cells));
  }

  void write_scenarios(std::span<const std::size_t> ok, std::span<const std::size_t> shown) {
    auto* products = host_.find<Products>();
    if (!products) return;
    const bool few = ok.size() <= static_cast<std::size_t>(settings_.integer("scenarios"));
    std::vector<std::string> files;
    for (const std::size_t row : few ? ok : shown) {
      const auto index = static_cast<std::uint64_t>(all_.at("index").numbers[row]);
      const auto text = twin_scenario(cell_, arguments_of(row, ""), free_.duration, free_.settle,
                                      fmt::format("Twin of cell {} of '{}' ({}.{}): what fits its recorded {} best.",
                                                  index, context_.input("recordings").instance(), settings_.instance(),
                                                  series, recordings_.signal().name));
      if (!text) {
        host_.info(
            fmt::format("'{}' stands on other instances: twins have no scenarios of their own", cell_.instance()));
        return;
      }
      files.push_back(fmt::format("twin_{}.toml", index));
      (void)products->write_text(files.back(), *text);
    }
    if (!files.empty())
      host_.info(fmt::format("scenarios of twins: {}, the first {}.{}; `tawara run` runs them as they are",
                             files.size(), settings_.instance(), files.front()));
  }

  static constexpr double accepted_misfit = 1.2, told_misfit = 2;
  static constexpr double least_noise = 0.01;  ///< uA/uF: ten times what steps leave undecided

  PrepareContext& context_;
  Host& host_;
  const Settings& settings_;
  const Input& cell_;
  const IonicModel& model_;
  const Recordings& recordings_;
  const Regressor* learner_;  // null: from priors
  std::string learner_name_;
  const BatchedModel& lanes_;
  std::vector<TwinTarget> targets_;
  std::string truth_warning_;
  KnownTruth truth_;
  std::vector<std::size_t> kept_;  // samples that are fitted
  Refinement refinement_;
  double added_noise_;
  FreeRuns free_;
  std::vector<std::uint64_t> cells_;
  Table all_;
  double cpu_ms_ = 0, computed_ = 0;
};

void describe_settings(Descriptor& d) {
  d.integer("first_cell", 0).at_least(0).says("Of the recordings, from 0.");
  d.integer("cells", 0).absent_by_default().at_least(1).says("How many from there on; absent: all.");
  d.priors("parameters")
      .absent_by_default()
      .says(
          "Without a learner: which parameters the recording tells, and what is believed of them before it: `{ paths = "
          "[\"myocyte.g_Kr\"], within = 0.4 }`.");
  d.boolean("refine", true)
      .says("Fit the recorded current, beginning at the learner's answer. false: take the answer.");
  d.boolean("must_beat", true)
      .says(
          "The recorded cells beat by themselves, so their twins have to: one that does not is drawn back to the "
          "nearest "
          "that does and refined from there by steps that beat.");
  d.number("noise", "uA/uF")
      .absent_by_default()
      .above(0)
      .usual(0.01, 1)
      .says(
          "Standard deviation of a recorded sample. Absent: estimated for each recording from "
          "samples and their neighbours, 0.01 at least.");
  d.number("add_noise", "uA/uF", 0)
      .at_least(0)
      .usual(0, 0.5)
      .says(
          "Normal noise of this standard deviation is added to every recorded sample first: for recordings that were "
          "simulated. 0: they are taken as they are.");
  d.number("relative_error", "1", 0.01)
      .allowed(0, 1)
      .usual(0, 0.1)
      .says("Error of a sample as a part of the current, beside the noise: of series resistance, gain and timing.");
  d.number("skip", "ms", 0)
      .at_least(0)
      .usual(0, 5)
      .says("After each step of the command, where an amplifier charges the membrane: these samples are not fitted.");
  d.number("spacing", "ms", 0)
      .at_least(0)
      .usual(0, 10)
      .says("Samples that are closer together are left out of the fit; 0: all are fitted.");
  d.integer("iterations", 40).allowed(1, 1000).usual(10, 100).says("Of a refinement, at most.");
  d.integer("starts", 1)
      .allowed(1, 1000)
      .usual(1, 8)
      .says("Refinements of a cell: from the learner's answer, then from draws of its distribution; the best stays.");
  d.number("widen", "1", 0.05)
      .allowed(0, 10)
      .usual(0, 0.5)
      .says("Twins stay within the learner's ranges, widened at both ends by this part of them.");
  d.number("tolerance", "1", 0.3)
      .above(0)
      .at_most(100)
      .usual(0.1, 1)
      .log()
      .expert()
      .says("Of the steps of blocks of 16 cells; larger is coarser.");
  d.number("duration", "ms", 30000).above(0).at_most(1e7).usual(10000, 60000).says("How long cells are left alone.");
  d.number("settle", "ms", 10000).at_least(0).usual(0, 30000).says("Their beats before this are not counted.");
  d.list("show", make_parameter("cell", Type::integer).at_least(0))
      .absent_by_default()
      .says(
          "Cells whose currents and free runs are laid over one another. Absent: where the truth is known the best, "
          "the "
          "median and the worst by cycle length and APD90; else the first three.");
  d.list("overlay", make_parameter("observable", Type::text))
      .says("What is shown of free runs; what the cell model lacks is left out.")
      .default_value = List{"V_m", "Ca_i", "I_K1", "I_Kr", "I_Ks", "I_CaL", "I_Na", "I_f"};
  d.number("overlay_length", "ms", 2500).above(0).at_most(100000).usual(500, 10000).says("Of what is shown of them.");
  d.integer("scenarios", 16)
      .at_least(0)
      .says("Up to so many twins each gets a scenario of its own (INSTANCE.twin_K.toml); of more, those shown.");
  d.integer("shard_size", 16).allowed(1, 100000).expert().says("Twins that are saved together.");
}

void describe_results(Descriptor& d) {
  d.constant_table("population")
      .shown_as(Hint::population)
      .says(
          "A row per recording: status (\"ok\", or \"cause: text\"), how novel it is to the learner, noise, what is "
          "left "
          "of the current (rms) before and after refinement, whether the cell beats, its free run, and its parameters "
          "under their own names with 90 % intervals (_low, _high). A `design` for experiment.population, and parents "
          "of a drug trial.");
  d.constant_table("net_twins").shown_as(Hint::table).says("The same of the learner's answers (priors, without one).");
  d.constant_table("accuracy")
      .shown_as(Hint::table)
      .says(
          "Where the truth is known, by parameter: mean absolute and squared error of the factor on what learnt cells "
          "vary about, and the part of intervals that hold the truth, of the learner's answers (_net) and refined.");
  d.constant_table("truth")
      .shown_as(Hint::table)
      .says("Where the truth is known, by cell: free runs of the true cell, the learner's answer and the twin.");
  d.constant_table("currents")
      .shown_as(Hint::trace)
      .says("The shown cells under the command: recorded, the learner's answer's, and refined.");
  d.constant_table("free_runs")
      .shown_as(Hint::trace)
      .says(
          "The shown cells left alone, from 100 ms before an upstroke on: the true cell, the learner's answer, "
          "refined.");
  d.constant("cells", "1", "").summary_as("cells").says("Recordings.");
  d.constant("failures", "1", "").summary_as("failures").says("Recordings without a twin; their status says why.");
  d.constant("beating", "1", "").summary_as("beating").says("Part of the twins that beat by themselves.");
  d.constant("beating_net", "1", "").summary_as("beating_net").says("The same of the learner's answers.");
  d.constant("pulled_back", "1", "").summary_as("pulled_back").says("Twins that beat only since they were made to.");
  d.constant("rms", "uA/uF", "").summary_as("rms").says("Median over cells of what is left of the current.");
  d.constant("rms_net", "uA/uF", "").summary_as("rms_net").says("The same of the learner's answers.");
  const auto both = [&](const std::string& name, const std::string& says, const std::string& again) {
    d.constant(name, "1", "").summary_as(name).says(says);
    d.constant(name + "_net", "1", "").summary_as(name + "_net").says(again);
  };
  const std::string same = "The same of the learner's answers.";
  both("cycle_length_within", "Where the truth is known: part of the twins with a cycle length within 5 % of it.",
       same);
  both("APD90_within", "Part of the twins with APD90 within 5 %.", same);
  both("both_within", "Part of the twins with both.", same);
  both("cycle_length_error", "Median of the relative error of the cycle length.", same);
  both("APD90_error", "Median of the relative error of APD90.", same);
  both("mae", "Mean absolute error of parameters, as factors.", same);
  both("mse", "Mean squared error of parameters, as factors.", same);
  d.constant("cpu_ms_per_twin", "ms", "")
      .summary_as("cpu_ms_per_twin")
      .says("CPU time of a refinement, without free runs.");
}

}  // namespace

Descriptor CellTwins::describe() {
  Descriptor d("experiment.cell_twins", "A cell's voltage-clamp recording in, its digital twin out");
  d.doc =
      "A learner tells the parameters of a cell from its recorded current, with their uncertainty. From there the cell "
      "is "
      "refined: its simulated current is fitted to the recorded one at all samples by damped Gauss-Newton steps within "
      "bounds, the learner's answer and uncertainty being the prior, so that what the current does not show stays as "
      "likely as it was. The twin is then left alone, and its beats are compared with the true cell's where that is "
      "known. Results are saved by `shard_size` twins; a resumed run keeps them. Weighting, what can be told, and how "
      "often free runs are right: plugins/ionic/experiments/cell_twins/README.md.";
  d.citations = {"Yang et al., eLife 110013 (parameters of iPSC-derived cardiomyocytes from voltage-clamp recordings)"};
  describe_settings(d);
  describe_results(d);
  d.slot("cell", "ionic").offers("ionic").spread("parameters").says("The cell model; it must run in lanes.");
  d.slot("protocol", "protocol").offers("protocol").says("The command that was recorded under: steps.");
  d.slot("recordings", "")
      .offers("recordings")
      .says("Recorded cells: a dataset, or a population whose truth is known.");
  d.slot("learner", "learner").optional().offers("regressor").says("What tells parameters from a recording.");
  return d;
}

CellTwins::CellTwins(const Settings&) {}

std::unique_ptr<const Prepared> CellTwins::prepare(PrepareContext& context) const {
  TwinsRun(context).run();
  return nullptr;
}

}  // namespace tawara::experiments
