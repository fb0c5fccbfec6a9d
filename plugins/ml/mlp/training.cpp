#include "mlp/training.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "mlp/checkpoint.hpp"
#include "mlp/model.hpp"
#include "tawara/error.hpp"

namespace tawara::mlp {
namespace {

constexpr std::size_t piece_rows = 48;    // least rows of a piece: fewer make matrix products slow
constexpr std::size_t most_pieces = 32;   // gradients kept at a time
constexpr std::size_t judged_rows = 512;  // of validation cells per task
constexpr double warm_up = 0.02;          // of all steps: Adam's second moments are poor at first

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Weights drawn so that signals keep their size from layer to layer (He et al. 2015; Glorot and Bengio 2010 for tanh);
/// the last layer small, so that training begins at the mean.
Network initial_network(const LearningProblem& problem, const TrainingOptions& o, Random random) {
  Network network{o.activation, o.residual, {}};
  std::vector<std::size_t> widths = {problem.inputs};
  widths.insert(widths.end(), o.hidden.begin(), o.hidden.end());
  widths.push_back(problem.targets * (o.gaussian ? 2 : 1));
  const double gain = o.activation == Activation::tanh ? 1 : std::numbers::sqrt2;
  for (std::size_t l = 0; l + 1 < widths.size(); ++l) {
    const std::size_t in = widths[l], out = widths[l + 1];
    const bool last = l + 2 == widths.size(), added = o.residual && in == out && l > 0;
    const double sd = (last ? 0.1 : added ? 0.5 * gain : gain) / std::sqrt(static_cast<double>(in));
    Network::Layer layer{in, out, std::vector<double>(in * out), std::vector<double>(out, 0.0)};
    for (double& w : layer.weights) w = sd * random.normal();
    network.layers.push_back(std::move(layer));
  }
  return network;
}

class Training {
 public:
  Training(const LearningProblem& problem, const TrainingOptions& options, Host& host)
      : problem_(problem),
        o_(options),
        host_(host),
        cells_(problem.training.cells.size()),
        batch_(std::min(options.batch, cells_)),
        batches_((cells_ + batch_ - 1) / batch_),
        pieces_(std::clamp<std::size_t>(batch_ / piece_rows, 1, most_pieces)) {
    TrainerOptions t;
    for (std::size_t m = 0; m < o_.members; ++m)
      t.initial.push_back(initial_network(problem, o_, host.random("weights", m)));
    t.targets = problem.targets;
    t.gaussian = o_.gaussian;
    t.single = o_.single;
    t.weight_decay = o_.weight_decay;
    t.dropout = o_.dropout;
    t.pieces = pieces_;
    t.device = o_.device;
    trainer_ = make_trainer(t);
    if (trainer_->device() != "cpu") pieces_ = 1;  // such a device cuts up its work itself
    inputs_.resize(o_.members * batch_ * problem.inputs);
    targets_.resize(o_.members * batch_ * problem.targets);
    losses_.resize(o_.members * pieces_);
    order_.resize(o_.members);
    now_.members.resize(o_.members);
    for (auto& m : now_.members) m.best_MSE = std::numeric_limits<double>::infinity();
  }

  Trained run() {
    if (const auto state = host_.load_state()) go_on(*state);
    if (!now_.finished) {
      const auto progress = host_.progress("training");
      while (!now_.finished) {
        one_epoch(*progress);
        finish_if_due();
      }
      save();
    }
    Trained out;
    for (std::size_t m = 0; m < o_.members; ++m) {
      if (!now_.members[m].best.empty()) trainer_->set_weights(m, now_.members[m].best);
      out.members.push_back(trainer_->network(m));
    }
    out.history = std::move(now_.history);
    out.best_epoch = now_.best_epoch;
    out.ending = now_.ending;
    return out;
  }

 private:
  void go_on(std::string_view state) {
    now_ = read_progression(state);
    if (now_.members.size() != o_.members || now_.batch > batches_)
      throw DataError("the saved state is of another training; start afresh without --resume");
    for (std::size_t m = 0; m < o_.members; ++m) trainer_->set_state(m, now_.members[m].state);
    host_.info("going on with epoch " + std::to_string(now_.epoch + 1));
  }

  /// Training goes on where its state cannot be saved: what is on disk is still good.
  void save() {
    for (std::size_t m = 0; m < o_.members; ++m) now_.members[m].state = trainer_->state(m);
    try {
      host_.save_state(to_bytes(now_));
    } catch (const Error& e) {
      host_.warn(std::string("the state of the training could not be saved (") + e.what() +
                 "); the one saved before is still there, and training goes on. Make room before it ends");
    }
    for (auto& m : now_.members) m.state = {};
    saved_ = std::chrono::steady_clock::now();
  }

  [[nodiscard]] double learning_rate(std::size_t batch) const {
    const auto step = static_cast<double>(now_.epoch * batches_ + batch);
    const auto all = static_cast<double>(o_.epochs * batches_), first = warm_up * all;
    const double rise = std::min(1.0, (step + 1) / std::max(1.0, first));
    if (o_.schedule == Schedule::constant) return o_.learning_rate * rise;
    return o_.learning_rate * rise * 0.5 * (1 + std::cos(std::numbers::pi * step / all));
  }

  [[nodiscard]] bool time_is_up() const { return o_.time_limit > 0 && seconds_since(start_) > o_.time_limit; }

  void one_epoch(Progress& progress) {
    for (std::size_t m = 0; m < o_.members; ++m) {
      order_[m].resize(cells_);
      std::iota(order_[m].begin(), order_[m].end(), std::size_t{0});
      host_.random("order", now_.epoch, m).shuffle(order_[m]);
    }
    const double rate = learning_rate(0);
    while (now_.batch < batches_) {
      if (host_.cancelled()) {
        save();
        throw Cancelled();
      }
      one_batch();
      ++now_.batch;
      if (seconds_since(saved_) > o_.save_every) save();
      if (time_is_up()) break;
    }
    judge(rate);
    ++now_.epoch;
    now_.batch = 0;
    now_.loss_sum = 0;
    const Epoch& e = now_.history.back();
    char text[120];
    std::snprintf(text, sizeof text, "epoch %zu: validation MAE %.4f, MSE %.5f", now_.epoch, e.MAE, e.MSE);
    progress.update(static_cast<double>(now_.epoch), static_cast<double>(o_.epochs), text);
    host_.debug(text);
  }

  void one_batch() {
    const std::size_t first = now_.batch * batch_, rows = std::min(batch_, cells_ - first);
    host_.parallel_for(o_.members * pieces_, [&](std::size_t task) {
      const std::size_t m = task / pieces_, p = task % pieces_;
      const std::size_t begin = p * rows / pieces_, end = (p + 1) * rows / pieces_;
      float* x = inputs_.data() + (m * batch_ + begin) * problem_.inputs;
      float* y = targets_.data() + (m * batch_ + begin) * problem_.targets;
      for (std::size_t r = begin; r < end; ++r) {
        const std::size_t k = order_[m][first + r];
        gather(k, m, x + (r - begin) * problem_.inputs);
        std::copy_n(problem_.training.targets.data() + k * problem_.targets, problem_.targets,
                    y + (r - begin) * problem_.targets);
      }
      const std::uint64_t seed =
          o_.dropout > 0
              ? host_.random("dropout", now_.epoch * batches_ + now_.batch, task).below(std::uint64_t{1} << 62)
              : 0;
      losses_[task] = begin < end ? trainer_->gradient(m, p, x, y, end - begin, seed) : 0;
    });
    for (const double loss : losses_) now_.loss_sum += loss;
    const double rate = learning_rate(now_.batch);
    host_.parallel_for(o_.members,
                       [&](std::size_t m) { trainer_->step(m, rows, rate, now_.epoch * batches_ + now_.batch + 1); });
  }

  void gather(std::size_t k, std::size_t member, float* out) const {
    if (problem_.noisy)
      problem_.noisy(k, now_.epoch, member, out);
    else
      std::copy_n(problem_.training.features.data() + k * problem_.inputs, problem_.inputs, out);
  }

  /// Errors on the validation cells; a member that became better is kept.
  void judge(double rate) {
    const std::size_t cells = problem_.validation.cells.size(), width = problem_.targets * (o_.gaussian ? 2 : 1);
    const std::size_t blocks = (cells + judged_rows - 1) / judged_rows;
    std::vector<double> out(o_.members * cells * width);
    host_.parallel_for(o_.members * blocks, [&](std::size_t task) {
      const std::size_t m = task / blocks, first = task % blocks * judged_rows,
                        n = std::min(judged_rows, cells - first);
      trainer_->predict(m, problem_.validation.features.data() + first * problem_.inputs, n,
                        out.data() + (m * cells + first) * width);
    });
    Mixture mixture(cells, problem_.targets, o_.gaussian);
    Epoch e{};
    for (std::size_t m = 0; m < o_.members; ++m) {
      const std::span<const double> of_member(out.data() + m * cells * width, cells * width);
      mixture.add(of_member);
      const auto [loss, MSE] = validation_loss(of_member);
      e.validation_loss += loss / static_cast<double>(o_.members);
      if (!(MSE < now_.members[m].best_MSE)) continue;
      now_.members[m].best_MSE = MSE;
      now_.members[m].best = trainer_->weights(m);
      now_.best_epoch = now_.epoch + 1;
    }
    const ScaledAnswer answer = mixture.answer();
    for (std::size_t k = 0; k < answer.mean.size(); ++k) {
      const double error = (answer.mean[k] - problem_.validation.targets[k]) * problem_.target_sd[k % problem_.targets];
      e.MAE += std::abs(error) / static_cast<double>(answer.mean.size());
      e.MSE += error * error / static_cast<double>(answer.mean.size());
    }
    const std::size_t seen = std::min(now_.batch * batch_, cells_) * o_.members * problem_.targets;
    e.training_loss = seen > 0 ? now_.loss_sum / static_cast<double>(seen) : 0;
    e.learning_rate = rate;
    if (!std::isfinite(e.training_loss) || !std::isfinite(e.MSE))
      throw SolverError("training diverged in epoch " + std::to_string(now_.epoch + 1) +
                        ": its loss is no longer a number; use a lower learning_rate than " +
                        std::to_string(o_.learning_rate));
    now_.history.push_back(e);
  }

  /// The loss per target, and the mean squared scaled error.
  [[nodiscard]] std::pair<double, double> validation_loss(std::span<const double> out) const {
    const std::size_t targets = problem_.targets, width = targets * (o_.gaussian ? 2 : 1),
                      cells = problem_.validation.cells.size();
    double loss = 0, squares = 0;
    for (std::size_t r = 0; r < cells; ++r)
      for (std::size_t t = 0; t < targets; ++t) {
        const double error = out[r * width + t] - problem_.validation.targets[r * targets + t];
        squares += error * error;
        if (!o_.gaussian) continue;
        const double log_variance = out[r * width + targets + t];
        loss += 0.5 * (log_variance + error * error * std::exp(-log_variance));
      }
    const auto n = static_cast<double>(cells * targets);
    return {o_.gaussian ? loss / n : squares / n, squares / n};
  }

  void finish_if_due() {
    const auto end = [&](Ending ending) {
      now_.finished = true;
      now_.ending = ending;
    };
    if (now_.epoch >= o_.epochs) return end(Ending::epochs);
    if (now_.epoch - now_.best_epoch >= o_.patience) return end(Ending::patience);
    if (!time_is_up()) return;
    end(Ending::time_limit);
    host_.warn("training was stopped by time_limit in epoch " + std::to_string(now_.epoch) + " of " +
               std::to_string(o_.epochs) +
               ": how far it came depends on the machine, so this result cannot be repeated to the same bytes");
  }

  const LearningProblem& problem_;
  const TrainingOptions& o_;
  Host& host_;
  const std::size_t cells_, batch_, batches_;
  std::size_t pieces_;
  std::unique_ptr<Trainer> trainer_;
  Progression now_;
  std::vector<float> inputs_, targets_;  // of the batch, by member
  std::vector<double> losses_;
  std::vector<std::vector<std::size_t>> order_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point saved_ = start_;
};

}  // namespace

Trained train(const LearningProblem& problem, const TrainingOptions& options, Host& host) {
  return Training(problem, options, host).run();
}

}  // namespace tawara::mlp
