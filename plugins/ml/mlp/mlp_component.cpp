#include "mlp/mlp_component.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <numeric>

#include "mlp/model_file.hpp"
#include "mlp/scores.hpp"
#include "mlp/trained_component.hpp"
#include "mlp/training.hpp"
#include "mlp/training_cells.hpp"

namespace tawara::mlp {
namespace {

constexpr std::size_t block = 64;  // cells per task

/// What `architecture` stands for; settings of the same names replace parts of it.
struct Architecture {
  std::vector<std::size_t> hidden;
  Activation activation;
  bool residual, single, gaussian, components;
  double learning_rate, dropout;
};

Architecture architecture_named(const std::string& name) {
  if (name == "yang2025")
    return {std::vector<std::size_t>(26, 1024), Activation::tanh, false, false, false, false, 1e-4, 0};
  return {{512, 512, 512}, Activation::silu, true, true, true, true, 1e-3, 0};
}

Architecture read_architecture(const Settings& s) {
  Architecture a = architecture_named(s.text("architecture"));
  if (s.has("hidden")) {
    a.hidden.clear();
    for (const double width : s.numbers("hidden")) a.hidden.push_back(static_cast<std::size_t>(width));
  }
  if (s.has("activation")) a.activation = activation_named(s.text("activation"));
  if (s.has("residual")) a.residual = s.boolean("residual");
  if (s.has("precision")) a.single = s.text("precision") == "float";
  if (s.has("loss")) a.gaussian = s.text("loss") == "gaussian";
  if (s.has("features")) a.components = s.text("features") == "components";
  if (s.has("learning_rate")) a.learning_rate = s.number("learning_rate");
  return a;
}

Split read_split(const Settings& s) {
  const auto parts = s.numbers("split");
  if (parts.size() != 3 || std::abs(std::accumulate(parts.begin(), parts.end(), 0.0) - 1) > 1e-9 ||
      std::any_of(parts.begin(), parts.end(), [](double x) { return x <= 0; }))
    throw ScenarioError("split",
                        "expected three shares above 0 whose sum is 1: training, validation, test, as in [0.7, "
                        "0.1, 0.2]");
  return {parts[0], parts[1]};
}

TrainingOptions read_options(const Settings& s, std::size_t cells) {
  const Architecture a = read_architecture(s);
  TrainingOptions o;
  o.hidden = a.hidden;
  o.activation = a.activation;
  o.residual = a.residual;
  o.gaussian = a.gaussian;
  o.single = a.single;
  o.learning_rate = a.learning_rate;
  o.members = static_cast<std::size_t>(s.integer("ensemble"));
  // A hundred steps an epoch, as published, but never so few cells that a step is mostly overhead.
  o.batch =
      s.has("batch") ? static_cast<std::size_t>(s.integer("batch")) : std::max<std::size_t>(16, (cells + 50) / 100);
  o.epochs = static_cast<std::size_t>(s.integer("epochs"));
  o.patience = static_cast<std::size_t>(s.integer("patience"));
  o.weight_decay = s.number("weight_decay");
  o.dropout = s.has("dropout") ? s.number("dropout") : a.dropout;
  o.schedule = s.text("schedule") == "cosine" ? Schedule::cosine : Schedule::constant;
  if (s.has("time_limit")) o.time_limit = s.number("time_limit");
  o.save_every = s.number("save_every");
  o.device = s.text("device");
  return o;
}

/// Recording noise of one cell, the same wherever it is asked for with the same numbers.
void add_noise(std::span<float> trace, double sd, Random random) {
  for (float& x : trace) x = static_cast<float>(x + sd * random.normal());
}

/// From recordings to a model and its scores.
class Learning {
 public:
  Learning(PrepareContext& context, const Recordings& recordings)
      : context_(context),
        host_(context.host()),
        s_(context.settings()),
        recordings_(recordings),
        architecture_(read_architecture(s_)),
        noise_(s_.number("noise")),
        cells_(read_training_cells(recordings, s_.has("cells") ? static_cast<std::size_t>(s_.integer("cells")) : 0,
                                   read_split(s_), numbers_beside(recordings), host_)) {}

  std::unique_ptr<const Prepared> run() {
    describe_recordings();
    add_fixed_noise();
    fit_features();
    const TrainingOptions options = read_options(s_, cells_.training.size());
    const LearningProblem problem = make_problem();
    host_.info("training on " + std::to_string(cells_.training.size()) + " cells, " + std::to_string(problem.inputs) +
               " features each, " + std::to_string(options.batch) + " to a batch");
    const auto start = std::chrono::steady_clock::now();
    Trained trained = train(problem, options, host_);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    model_.members = std::move(trained.members);
    model_.predicts_sd = options.gaussian;
    calibrate();
    put_history(trained);
    put_scores(trained, seconds);
    write_model();
    return std::make_unique<PreparedModel>(std::move(model_));
  }

 private:
  /// Between tasks the user may stop.
  void parallel(std::size_t n, const std::function<void(std::size_t)>& body) const {
    host_.parallel_for(n, [&](std::size_t k) {
      if (host_.cancelled()) throw Cancelled();
      body(k);
    });
  }

  /// Features, and clean recordings where noise is added to them.
  [[nodiscard]] std::size_t numbers_beside(const Recordings& recordings) const {
    const std::size_t samples = recordings.times().size();
    const auto components = static_cast<std::size_t>(s_.integer("components"));
    return (architecture_.components ? std::min(components, samples) : samples) + (noise_ > 0 ? samples : 0);
  }

  void describe_recordings() {
    model_.signal = recordings_.signal();
    model_.times.assign(recordings_.times().begin(), recordings_.times().end());
    model_.command.assign(recordings_.command().begin(), recordings_.command().end());
    model_.conditions.assign(recordings_.conditions().begin(), recordings_.conditions().end());
    model_.targets = cells_.targets;
    const std::size_t targets = cells_.targets.size();
    model_.target_mean.assign(targets, 0);
    model_.target_sd.assign(targets, 0);
    const auto n = static_cast<double>(cells_.training.size());
    for (std::size_t t = 0; t < targets; ++t) {
      for (const std::size_t row : cells_.training) model_.target_mean[t] += cells_.factors[row * targets + t] / n;
      for (const std::size_t row : cells_.training)
        model_.target_sd[t] += std::pow(cells_.factors[row * targets + t] - model_.target_mean[t], 2) / n;
      model_.target_sd[t] = model_.target_sd[t] > 0 ? std::sqrt(model_.target_sd[t]) : 1;
    }
    model_.sd_factor.assign(targets, 1);
  }

  /// What is fitted, validated and tested on has noise too, always the same; training cells get theirs anew.
  void add_fixed_noise() {
    if (!(noise_ > 0)) return;
    clean_ = cells_.traces;
    parallel(cells_.cells.size(), [&](std::size_t row) {
      add_noise({cells_.traces.data() + row * cells_.samples, cells_.samples}, noise_,
                host_.random("noise", cells_.cells[row]));
    });
  }

  void fit_features() {
    FeatureOptions o;
    o.components = architecture_.components;
    o.kept = static_cast<std::size_t>(s_.integer("components"));
    o.damping = s_.number("damping");
    o.compression = s_.number("compression");
    model_.features = mlp::fit_features(cells_.traces, cells_.samples, cells_.training, o,
                                        [&](std::size_t n, const auto& body) { parallel(n, body); });
    if (model_.features.kept == 0)
      throw ScenarioError("recordings", "all recordings are the same, so there is nothing to learn from");
    host_.info(std::to_string(cells_.samples) + " samples, " + std::to_string(model_.features.kept) +
               " principal components kept");
  }

  [[nodiscard]] std::vector<float> features_of(std::span<const std::size_t> rows) const {
    const Features& f = model_.features;
    std::vector<float> out(rows.size() * f.count());
    parallel((rows.size() + block - 1) / block, [&](std::size_t task) {
      const std::size_t first = task * block, n = std::min(block, rows.size() - first);
      const std::vector<float> traces = traces_of(rows.subspan(first, n));
      std::vector<double> wide(n * f.count());
      f.apply(traces, n, wide, {});
      std::copy(wide.begin(), wide.end(), out.begin() + static_cast<std::ptrdiff_t>(first * f.count()));
    });
    return out;
  }

  [[nodiscard]] std::vector<float> traces_of(std::span<const std::size_t> rows) const {
    std::vector<float> out;
    for (const std::size_t row : rows) {
      const auto begin = cells_.traces.begin() + static_cast<std::ptrdiff_t>(row * cells_.samples);
      out.insert(out.end(), begin, begin + static_cast<std::ptrdiff_t>(cells_.samples));
    }
    return out;
  }

  [[nodiscard]] Part part(std::span<const std::size_t> rows, bool with_features) const {
    Part p;
    const std::size_t targets = cells_.targets.size();
    for (const std::size_t row : rows) {
      p.cells.push_back(cells_.cells[row]);
      for (std::size_t t = 0; t < targets; ++t)
        p.targets.push_back(
            static_cast<float>((cells_.factors[row * targets + t] - model_.target_mean[t]) / model_.target_sd[t]));
    }
    if (with_features) p.features = features_of(rows);
    return p;
  }

  [[nodiscard]] LearningProblem make_problem() const {
    LearningProblem p;
    p.inputs = model_.features.count();
    p.targets = cells_.targets.size();
    p.target_sd = model_.target_sd;
    p.training = part(cells_.training, !(noise_ > 0));
    p.validation = part(cells_.validation, true);
    if (noise_ > 0)
      p.noisy = [this](std::size_t k, std::size_t epoch, std::size_t member, float* out) {
        const std::size_t row = cells_.training[k];
        const auto clean = clean_.begin() + static_cast<std::ptrdiff_t>(row * cells_.samples);
        std::vector<float> trace(clean, clean + static_cast<std::ptrdiff_t>(cells_.samples));
        add_noise(trace, noise_, host_.random("noise of epoch " + std::to_string(epoch), cells_.cells[row], member));
        std::vector<double> wide(model_.features.count());
        model_.features.apply(trace, 1, wide, {});
        std::copy(wide.begin(), wide.end(), out);
      };
    return p;
  }

  struct Answers {
    std::vector<double> truth, mean, sd, novelty;  ///< factors; rows x targets, novelty: rows
  };
  /// Answers of the very regressor that is offered.
  [[nodiscard]] Answers answers(std::span<const std::size_t> rows) const {
    const std::size_t targets = cells_.targets.size();
    const ModelRegressor regressor(model_);
    Answers a;
    a.mean.resize(rows.size() * targets);
    a.sd.resize(rows.size() * targets);
    a.novelty.resize(rows.size());
    for (const std::size_t row : rows)
      for (std::size_t t = 0; t < targets; ++t) a.truth.push_back(cells_.factors[row * targets + t]);
    parallel((rows.size() + block - 1) / block, [&](std::size_t task) {
      const std::size_t first = task * block, n = std::min(block, rows.size() - first);
      const auto mean = std::span(a.mean).subspan(first * targets, n * targets);
      const auto sd = std::span(a.sd).subspan(first * targets, n * targets);
      regressor.predict(traces_of(rows.subspan(first, n)), mean, sd, std::span(a.novelty).subspan(first, n));
      for (std::size_t k = 0; k < n * targets; ++k) {
        mean[k] /= model_.targets[k % targets].scenario;
        sd[k] /= std::abs(model_.targets[k % targets].scenario);
      }
    });
    return a;
  }

  void calibrate() {
    const Answers a = answers(cells_.validation);
    model_.sd_factor = sd_factors(a.truth, a.mean, a.sd, cells_.targets.size());
  }

  void put_history(const Trained& trained) {
    std::vector<double> epoch, training, validation, MAE, MSE, rate;
    for (const Epoch& e : trained.history) {
      epoch.push_back(static_cast<double>(epoch.size() + 1));
      training.push_back(e.training_loss);
      validation.push_back(e.validation_loss);
      MAE.push_back(e.MAE);
      MSE.push_back(e.MSE);
      rate.push_back(e.learning_rate);
    }
    Table history;
    history.add("epoch", "1", epoch).add("training_loss", "1", training).add("validation_loss", "1", validation);
    history.add("validation_MAE", "1", MAE).add("validation_MSE", "1", MSE).add("learning_rate", "1", rate);
    context_.put("history", std::move(history));
  }

  void put_scores(const Trained& trained, double seconds) {
    const Answers a = answers(cells_.test);
    const std::vector<Score> all = scores(a.truth, a.mean, a.sd, model_.target_mean);
    std::vector<std::string> names;
    std::vector<double> R2s;
    Score mean;
    Table table;
    for (std::size_t t = 0; t < all.size(); ++t) {
      const auto share = 1 / static_cast<double>(all.size());
      names.push_back(cells_.targets[t].name);
      R2s.push_back(all[t].R2);
      mean.MAE += all[t].MAE * share;
      mean.MSE += all[t].MSE * share;
      mean.coverage += all[t].coverage * share;
      mean.trivial_MAE += all[t].trivial_MAE * share;
      mean.trivial_MSE += all[t].trivial_MSE * share;
    }
    table.add_text("parameter", names);
    const auto column = [&](const char* name, double Score::*member) {
      std::vector<double> values;
      for (const Score& s : all) values.push_back(s.*member);
      table.add(name, "1", std::move(values));
    };
    column("MAE", &Score::MAE);
    column("MSE", &Score::MSE);
    column("R2", &Score::R2);
    column("mean_sd", &Score::mean_sd);
    column("coverage_90", &Score::coverage);
    column("trivial_MAE", &Score::trivial_MAE);
    column("trivial_MSE", &Score::trivial_MSE);
    table.add("sd_factor", "1", model_.sd_factor);
    context_.put("parameters", std::move(table));

    std::nth_element(R2s.begin(), R2s.begin() + static_cast<std::ptrdiff_t>(R2s.size() / 2), R2s.end());
    const std::pair<const char*, double> numbers[] = {
        {"test_MAE", mean.MAE},
        {"test_MSE", mean.MSE},
        {"test_R2_median", R2s[R2s.size() / 2]},
        {"test_coverage_90", mean.coverage},
        {"trivial_MAE", mean.trivial_MAE},
        {"trivial_MSE", mean.trivial_MSE},
        {"training_cells", static_cast<double>(cells_.training.size())},
        {"validation_cells", static_cast<double>(cells_.validation.size())},
        {"test_cells", static_cast<double>(cells_.test.size())},
        {"cells_left_out", static_cast<double>(cells_.left_out)},
        {"epochs", static_cast<double>(trained.history.size())},
        {"best_epoch", static_cast<double>(trained.best_epoch)}};
    for (const auto& [name, value] : numbers) {
      context_.put(name, value);
      model_.training.push_back({name, "1", value});
    }
    context_.put("seconds", seconds);
    const char* endings[] = {"all epochs done", "no member became better for `patience` epochs",
                             "time_limit; cannot be repeated to the same bytes"};
    context_.put("ended_by", std::string_view(endings[static_cast<int>(trained.ending)]));
    put_predictions(a);
    host_.info("error on held-back cells: MAE " + rounded(mean.MAE) + ", MSE " + rounded(mean.MSE) +
               " of the scenario's values; their mean alone: " + rounded(mean.trivial_MAE) + ", " +
               rounded(mean.trivial_MSE));
  }

  static std::string rounded(double x) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", x);
    return text;
  }

  void put_predictions(const Answers& a) {
    const std::size_t targets = cells_.targets.size(),
                      shown = std::min(cells_.test.size(), static_cast<std::size_t>(s_.integer("shown_cells")));
    std::vector<double> cell, truth, mean, sd, novelty;
    std::vector<std::string> names;
    for (std::size_t r = 0; r < shown; ++r)
      for (std::size_t t = 0; t < targets; ++t) {
        cell.push_back(static_cast<double>(cells_.cells[cells_.test[r]]));
        names.push_back(cells_.targets[t].name);
        truth.push_back(a.truth[r * targets + t]);
        mean.push_back(a.mean[r * targets + t]);
        sd.push_back(a.sd[r * targets + t]);
        novelty.push_back(a.novelty[r]);
      }
    Table table;
    table.add("cell", "1", cell).add_text("parameter", names);
    table.add("truth", "1", truth).add("predicted", "1", mean).add("sd", "1", sd).add("novelty", "1", novelty);
    context_.put("predictions", std::move(table));
  }

  void write_model() {
    auto* products = host_.find<Products>();
    if (!products) return;
    const ModelArrays file = to_arrays(model_, architecture_.single);
    host_.info("model: " + products->write_arrays("model", file.targets, file.arrays).string());
  }

  PrepareContext& context_;
  Host& host_;
  const Settings& s_;
  const Recordings& recordings_;
  const Architecture architecture_;
  const double noise_;
  TrainingCells cells_;
  std::vector<float> clean_;  // traces without noise, where noise is added
  Model model_;
};

}  // namespace

Descriptor Mlp::describe() {
  Descriptor d("learner.mlp", "Learns parameters of a cell from its recording: a fully connected network");
  d.doc =
      "Trained on recordings of many cells whose parameters are known, the network tells the parameters of a "
      "cell that is not, each with a standard deviation, and how far the recording is from those it has learnt "
      "from. What is learnt are factors of the scenario's values; cells are split by their index.\n\nSamples are "
      "standardised over the training cells and turned onto their principal components, small ones damped and "
      "large values drawn in (`features`): currents span three orders of magnitude, and most samples repeat "
      "their neighbours. With `loss = \"gaussian\"` a mean and a variance are learnt for each parameter; with "
      "`\"mse\"` the mean alone, and its standard deviation is that of the validation cells. Standard deviations "
      "are scaled to fit the validation cells.\n\nThe same seed gives the same bytes on any number of threads, "
      "and so does a training that was stopped (Ctrl-C, or killed) and resumed; `time_limit` does not. The model "
      "is left as `INSTANCE.model.h5`, to be used by `learner.trained`.";
  d.citations = {"10.7554/eLife.110013"};
  d.slot("recordings", "").offers("recordings").says("Cells that are known: a population, or a file of one.");
  d.choice(
       "architecture", "standard",
       {{"standard", "Three hidden layers of 512, residual, silu; single precision, components, gaussian, rate 1e-3."},
        {"yang2025", "26 hidden layers of 1024, tanh; double precision, samples, mse, rate 1e-4: 27 million weights."}})
      .says("What the settings below are where they are absent.")
      .from("Yang et al., eLife 110013 (2025), for yang2025");
  d.list("hidden", make_parameter("width", Type::integer).allowed(1, 16384))
      .absent_by_default()
      .says("Widths of the hidden layers.");
  d.choice("activation", "silu",
           {{"tanh", "Saturates."}, {"relu", "max(x, 0)."}, {"silu", "x / (1 + exp(-x))."}, {"gelu", "x Phi(x)."}})
      .absent_by_default()
      .says("After every hidden layer.");
  d.boolean("residual", true).absent_by_default().says("A layer as wide as the one before adds that one's values.");
  d.choice("precision", "float", {{"float", "32 bits."}, {"double", "64 bits, twice the time."}})
      .absent_by_default()
      .says("Of the weights and of the training; predictions are computed in double.");
  d.choice("loss", "gaussian",
           {{"mse", "Mean squared error."},
            {"gaussian", "Likelihood of a mean and a variance, weighted by the square root of the variance."}})
      .absent_by_default()
      .says("What training makes small.");
  d.choice("features", "components",
           {{"components", "Principal components, small ones damped."}, {"samples", "Standardised samples."}})
      .absent_by_default()
      .says("What the network sees.");
  d.integer("components", 400).allowed(1, 4000).says("Most principal components kept; also what novelty is judged by.");
  d.number("damping", "1", 0.5)
      .allowed(0, 2)
      .expert()
      .says("Components are seen as large as their standard deviation to this power. 0: all alike, 1: as they are.");
  d.number("compression", "1", 0)
      .at_least(0)
      .expert()
      .says("In the unit of the signal: samples become c asinh(x / c) first. 0: they stay as they are.");
  d.number("noise", "uA/uF", 0)
      .at_least(0)
      .says(
          "Standard deviation of the noise that recordings will have: added to the training cells anew in each epoch.");
  d.add(make_parameter("cells", Type::integer))
      .absent_by_default()
      .at_least(1)
      .says("Use the first so many cells. Absent: all.");
  d.list("split", make_parameter("share", Type::number).allowed(0, 1))
      .says("Shares of the cells: for training, for validation (when to stop, standard deviations), for the test.")
      .default_value = List{0.7, 0.1, 0.2};
  d.add(make_parameter("batch", Type::integer))
      .absent_by_default()
      .at_least(1)
      .says("Cells per step. Absent: a hundredth of the training cells, at least 16.");
  d.integer("epochs", 40).at_least(1).says("Most times that every training cell is seen; `schedule` ends there.");
  d.integer("patience", 20)
      .at_least(1)
      .says("Stop when so many epochs brought no better error on the validation cells.");
  d.number("time_limit", "s")
      .absent_by_default()
      .above(0)
      .says("Stop the training of this launch after this time. Such a result depends on the machine. Absent: never.");
  d.number("learning_rate", "1").absent_by_default().above(0).says("Adam's, at its largest.");
  d.choice("schedule", "cosine", {{"cosine", "Falls to 0 over all epochs."}, {"constant", "Stays."}})
      .says("How the learning rate goes, after it has risen over the first fiftieth of the steps.");
  d.add(make_parameter("dropout", Type::number))
      .absent_by_default()
      .allowed(0, 0.9)
      .says("Share of the hidden values left out in each step.");
  d.number("weight_decay", "1", 0).at_least(0).says("Decoupled, per step and learning rate.");
  d.integer("ensemble", 1)
      .allowed(1, 100)
      .says(
          "Networks trained from different weights in different orders; their mean answers, and their spread is "
          "part of the standard deviation.");
  d.choice("device", "auto", {{"auto", "A GPU where LibTorch has one."}, {"cpu", "The processor."}, {"cuda", "A GPU."}})
      .says("Where to train. On a GPU the bytes may differ from the processor's.");
  d.number("save_every", "s", 300)
      .at_least(0)
      .no_effect_on_results()
      .says("How often the state of the training is saved for --resume.");
  d.integer("shown_cells", 100).at_least(0).says("How many test cells the table of predictions shows.");

  const auto scalar = [&](const char* name, const char* doc, const char* unit = "1") {
    d.constant(name, unit, "").summary_as(name).says(doc);
  };
  d.constant_table("history")
      .shown_as(Hint::history)
      .says("A row per epoch: losses, and errors on the validation cells as fractions of the scenario's values.");
  d.constant_table("parameters")
      .shown_as(Hint::table)
      .says(
          "A row per parameter: errors on the test cells as fractions of the scenario's value, R2, the mean "
          "standard deviation that was predicted, how many cells are inside 90 % intervals, and the errors of "
          "predicting the mean.");
  d.constant_table("predictions")
      .shown_as(Hint::table)
      .says("Of some test cells, in fractions of the scenario's values.");
  scalar("test_MAE",
         "Mean absolute error on the test cells, over all parameters, as a fraction of the scenario's values.");
  scalar("test_MSE", "Mean squared error of the same.");
  scalar("test_R2_median", "Median over the parameters of the share of variance that is explained.");
  scalar("test_coverage_90", "Share of test cells inside the 90 % intervals, mean over the parameters; 0.9 is right.");
  scalar("trivial_MAE", "The same error of predicting the training cells' mean.");
  scalar("trivial_MSE", "The same, squared.");
  scalar("training_cells", "Cells trained on.");
  scalar("validation_cells", "Cells that decided when to stop, and the standard deviations.");
  scalar("test_cells", "Cells held back for the errors above.");
  scalar("cells_left_out", "Cells without a whole recording.");
  scalar("epochs", "Epochs done.");
  scalar("best_epoch", "The last one in which a network became better.");
  scalar("seconds", "Time of training in this launch.", "s");
  d.constant_text("ended_by").says("Why training ended.");
  return d;
}

Mlp::Mlp(const Settings& settings) {
  (void)read_split(settings);
  if (read_architecture(settings).hidden.empty())
    throw ScenarioError("hidden", "a network needs a hidden layer; expected a list of widths, as in [512, 512]");
}

std::unique_ptr<const Prepared> Mlp::prepare(PrepareContext& context) const {
  return Learning(context, context.input("recordings").as<Recordings>()).run();
}

}  // namespace tawara::mlp
