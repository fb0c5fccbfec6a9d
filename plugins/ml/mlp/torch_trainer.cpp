// The one unit that includes LibTorch.
#include <ATen/CPUGeneratorImpl.h>
#include <dlfcn.h>
#include <torch/torch.h>

#include <cstring>
#include <optional>
#include <span>

#include "mlp/trainer.hpp"
#include "tawara/error.hpp"

namespace tawara::mlp {
namespace {

using torch::Tensor;

constexpr double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
// Weight of the squared error of a cell whose variance is v: v^0.5 / v. With 0 in place of 0.5, likelihood alone, cells
// that fit badly would be given up; with 1 it would be the plain mean squared error (Seitzer et al., ICLR 2022).
constexpr double variance_power = 0.5;
constexpr double least_log_variance = -12, most_log_variance = 4;

/// Each of our threads computes alone. Without this LibTorch's pool and OpenBLAS's would multiply with ours, and the
/// order of sums would follow their number.
void one_thread() {
  thread_local const bool done = [] {
    at::set_num_threads(1);
    using SetThreads = void (*)(int);
    if (auto* set = reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) set(1);
    return true;
  }();
  (void)done;
}

torch::Device device_named(const std::string& name) {
  const bool there = torch::cuda::is_available();
  if (name == "cuda" && !there)
    throw ScenarioError("device",
                        "this LibTorch finds no CUDA device; use device = \"cpu\", or \"auto\" to take what there is");
  return there && name != "cpu" ? torch::Device(torch::kCUDA) : torch::Device(torch::kCPU);
}

class TorchTrainer final : public Trainer {
 public:
  explicit TorchTrainer(const TrainerOptions& options)
      : o_(options), device_(device_named(options.device)), type_(options.single ? torch::kFloat32 : torch::kFloat64) {
    one_thread();
    at::globalContext().setUserEnabledMkldnn(false);  // its activations are approximations of their own
    at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/true);
    const torch::NoGradGuard no_grad;
    for (const Network& network : options.initial) {
      Member member;
      for (const Network::Layer& l : network.layers) {
        member.add(tensor(l.weights, {size(l.in), size(l.out)}));
        member.add(tensor(l.bias, {size(l.out)}));
      }
      member.gradients.resize(options.pieces);
      members_.push_back(std::move(member));
    }
  }

  std::string device() const override { return device_.is_cuda() ? "cuda" : "cpu"; }

  double gradient(std::size_t m, std::size_t piece, const float* x, const float* y, std::size_t rows,
                  std::uint64_t seed) override {
    one_thread();
    Member& member = members_[m];
    std::optional<at::Generator> drops;
    if (o_.dropout > 0) drops = at::make_generator<at::CPUGeneratorImpl>(seed);
    const Tensor out = evaluate(member, batch(x, rows, inputs()), drops);
    const Tensor wanted = batch(y, rows, o_.targets);
    const Tensor sum = loss(out, wanted);
    member.gradients[piece] = torch::autograd::grad({sum}, member.parameters);
    return sum.item<double>();
  }

  void step(std::size_t m, std::size_t rows, double learning_rate, std::size_t number) override {
    one_thread();
    const torch::NoGradGuard no_grad;
    Member& member = members_[m];
    const auto n = static_cast<double>(number);
    const double rate = learning_rate / (1 - std::pow(beta1, n)), root = std::sqrt(1 - std::pow(beta2, n));
    // As a mean over cells and targets.
    const double scale = 1.0 / static_cast<double>(rows * o_.targets);
    for (std::size_t k = 0; k < member.parameters.size(); ++k) {
      Tensor g;
      for (auto& piece : member.gradients) {
        if (piece.empty()) continue;
        if (g.defined())
          g.add_(piece[k]);
        else
          g = piece[k];
      }
      g.mul_(scale);
      Tensor& p = member.parameters[k];
      if (o_.weight_decay > 0 && p.dim() == 2) p.mul_(1 - learning_rate * o_.weight_decay);
      member.first[k].mul_(beta1).add_(g, 1 - beta1);
      member.second[k].mul_(beta2).addcmul_(g, g, 1 - beta2);
      p.addcdiv_(member.first[k], (member.second[k].sqrt() / root).add_(epsilon), -rate);
    }
    for (auto& piece : member.gradients) piece.clear();
  }

  void predict(std::size_t m, const float* x, std::size_t rows, double* out) const override {
    one_thread();
    const torch::NoGradGuard no_grad;
    const Tensor answer =
        clamped(evaluate(members_[m], batch(x, rows, inputs()))).to(torch::kCPU, torch::kFloat64).contiguous();
    std::memcpy(out, answer.data_ptr<double>(), sizeof(double) * static_cast<std::size_t>(answer.numel()));
  }

  Network network(std::size_t m) const override {
    Network out{o_.initial[m].activation, o_.initial[m].residual, {}};
    const auto& p = members_[m].parameters;
    for (std::size_t k = 0; k + 1 < p.size(); k += 2) {
      Network::Layer layer;
      layer.weights = numbers(p[k]);
      layer.bias = numbers(p[k + 1]);
      layer.in = static_cast<std::size_t>(p[k].size(0));
      layer.out = static_cast<std::size_t>(p[k].size(1));
      out.layers.push_back(std::move(layer));
    }
    return out;
  }

  std::string weights(std::size_t m) const override { return bytes(members_[m].parameters); }
  void set_weights(std::size_t m, std::string_view all) override {
    take(members_[m].parameters, all);
    end(all);
  }
  std::string state(std::size_t m) const override {
    return bytes(members_[m].parameters) + bytes(members_[m].first) + bytes(members_[m].second);
  }
  void set_state(std::size_t m, std::string_view all) override {
    take(members_[m].parameters, all);
    take(members_[m].first, all);
    take(members_[m].second, all);
    end(all);
  }

 private:
  /// Weights and biases in turn, and Adam's two moments of each.
  struct Member {
    std::vector<Tensor> parameters, first, second;
    std::vector<std::vector<Tensor>> gradients;  // by piece; empty where none is kept
    void add(Tensor parameter) {
      first.push_back(torch::zeros_like(parameter));
      second.push_back(torch::zeros_like(parameter));
      parameters.push_back(parameter.requires_grad_());
    }
  };

  static std::int64_t size(std::size_t n) { return static_cast<std::int64_t>(n); }
  [[nodiscard]] std::size_t inputs() const { return o_.initial[0].inputs(); }

  Tensor tensor(const std::vector<double>& values, std::vector<std::int64_t> shape) const {
    auto* data = const_cast<double*>(values.data());  // only read: from_blob has no const form
    return torch::from_blob(data, shape, torch::kFloat64).to(device_, type_, /*non_blocking=*/false, /*copy=*/true);
  }
  Tensor batch(const float* values, std::size_t rows, std::size_t columns) const {
    auto* data = const_cast<float*>(values);
    return torch::from_blob(data, {size(rows), size(columns)}, torch::kFloat32).to(device_, type_);
  }

  /// @param drops  while training: what hidden values are left out by
  [[nodiscard]] Tensor evaluate(const Member& member, const Tensor& x,
                                const std::optional<at::Generator>& drops = {}) const {
    const Network& shape = o_.initial[0];
    Tensor now = x;
    for (std::size_t l = 0; l < shape.layers.size(); ++l) {
      const Tensor next = torch::addmm(member.parameters[2 * l + 1], now, member.parameters[2 * l]);
      if (l + 1 == shape.layers.size()) return next;
      Tensor active = activated(next);
      if (drops) {
        const double kept = 1 - o_.dropout;
        const Tensor mask = torch::empty(active.sizes(), torch::kFloat32).bernoulli_(kept, *drops);
        active = active * mask.to(device_, type_) / kept;
      }
      now = shape.residual && shape.layers[l].in == shape.layers[l].out ? active + now : active;
    }
    return now;
  }

  [[nodiscard]] Tensor activated(const Tensor& x) const {
    switch (o_.initial[0].activation) {
      case Activation::tanh:
        return torch::tanh(x);
      case Activation::relu:
        return torch::relu(x);
      case Activation::silu:
        return torch::silu(x);
      case Activation::gelu:
        return torch::gelu(x);
    }
    return x;
  }

  /// Summed over cells and targets.
  [[nodiscard]] Tensor loss(const Tensor& out, const Tensor& wanted) const {
    if (!o_.gaussian) return (out - wanted).square().sum();
    const auto parts = out.chunk(2, 1);
    const Tensor log_variance = parts[1].clamp(least_log_variance, most_log_variance);
    const Tensor each = 0.5 * (log_variance + (parts[0] - wanted).square() * torch::exp(-log_variance));
    return (each * torch::exp(variance_power * log_variance.detach())).sum();
  }
  [[nodiscard]] Tensor clamped(const Tensor& out) const {
    if (!o_.gaussian) return out;
    const auto parts = out.chunk(2, 1);
    return torch::cat({parts[0], parts[1].clamp(least_log_variance, most_log_variance)}, 1);
  }

  static std::vector<double> numbers(const Tensor& t) {
    const Tensor wide = t.detach().to(torch::kCPU, torch::kFloat64).contiguous();
    return {wide.data_ptr<double>(), wide.data_ptr<double>() + wide.numel()};
  }
  static std::string bytes(const std::vector<Tensor>& tensors) {
    std::string out;
    for (const Tensor& t : tensors) {
      const Tensor here = t.detach().to(torch::kCPU).contiguous();
      out.append(static_cast<const char*>(here.data_ptr()), here.nbytes());
    }
    return out;
  }
  static void take(std::vector<Tensor>& tensors, std::string_view& all) {
    const torch::NoGradGuard no_grad;
    for (Tensor& t : tensors) {
      Tensor here = torch::empty_like(t, t.options().device(torch::kCPU).requires_grad(false));
      if (all.size() < here.nbytes()) damaged();
      std::memcpy(here.data_ptr(), all.data(), here.nbytes());
      all.remove_prefix(here.nbytes());
      t.copy_(here);
    }
  }
  static void end(std::string_view left) {
    if (!left.empty()) damaged();
  }
  [[noreturn]] static void damaged() {
    throw DataError("the saved state is of a network of another size; start afresh without --resume");
  }

  const TrainerOptions o_;
  const torch::Device device_;
  const torch::Dtype type_;
  std::vector<Member> members_;
};

}  // namespace

std::unique_ptr<Trainer> make_trainer(const TrainerOptions& options) { return std::make_unique<TorchTrainer>(options); }

}  // namespace tawara::mlp
