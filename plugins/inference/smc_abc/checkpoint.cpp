#include "checkpoint.hpp"

#include <charconv>

#include "tawara/error.hpp"

namespace tawara::smc_abc {
namespace {

constexpr std::string_view heading = "tawara.smc_abc.state-1";
constexpr const char* remedy = "; start afresh without --resume";

// Tokens separated by blanks; a text is preceded by its length, a sequence by its size.
class Writer {
 public:
  std::string out;
  void number(double x) { token(x); }
  void integer(std::int64_t x) { token(x); }
  void text(std::string_view t) {
    token(static_cast<std::int64_t>(t.size()));
    out.append(t).push_back(' ');
  }
  void numbers(const std::vector<double>& xs) {
    integer(static_cast<std::int64_t>(xs.size()));
    for (const double x : xs) number(x);
  }

 private:
  template <class T>
  void token(T x) {
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, x).ptr;
    out.append(buffer, end).push_back(' ');
  }
};

class Reader {
 public:
  explicit Reader(std::string_view text) : left_(text) {}
  double number() { return token<double>(); }
  std::int64_t integer() { return token<std::int64_t>(); }
  std::size_t size() {
    const std::int64_t n = integer();
    if (n < 0 || static_cast<std::size_t>(n) > left_.size()) damaged();  // every item takes at least a byte
    return static_cast<std::size_t>(n);
  }
  std::string text() {
    const std::size_t n = size();
    std::string out(left_.substr(0, n));
    left_.remove_prefix(n);
    blank();
    return out;
  }
  std::vector<double> numbers() {
    std::vector<double> out(size());
    for (double& x : out) x = number();
    return out;
  }
  void end() const {
    if (!left_.empty()) damaged();
  }

 private:
  template <class T>
  T token() {
    T value{};
    const auto [end, error] = std::from_chars(left_.data(), left_.data() + left_.size(), value);
    if (error != std::errc{}) damaged();
    left_.remove_prefix(static_cast<std::size_t>(end - left_.data()));
    blank();
    return value;
  }
  void blank() {
    if (left_.empty() || left_.front() != ' ') damaged();
    left_.remove_prefix(1);
  }
  [[noreturn]] static void damaged() {
    throw DataError(std::string("the saved state of the sampler is damaged") + remedy);
  }
  std::string_view left_;
};

void write(Writer& w, const Particle& p) {
  for (const auto& value : p.values) w.numbers(value);
  w.number(p.discrepancy);
  w.numbers(p.scalars);
}

Particle read_particle(Reader& r, std::size_t paths) {
  Particle p;
  for (std::size_t k = 0; k < paths; ++k) p.values.push_back(r.numbers());
  p.discrepancy = r.number();
  p.scalars = r.numbers();
  return p;
}

void write(Writer& w, const Generation& h) {
  w.integer(h.iteration);
  for (const double x : {h.threshold, h.acceptance, h.unique_fraction, h.ess}) w.number(x);
  w.integer(h.evaluations);
  w.integer(h.failures);
  w.integer(h.moves);
  w.numbers(h.scalars);
  w.numbers(h.mean);
  w.numbers(h.sd);
}

Generation read_generation(Reader& r) {
  Generation h;
  h.iteration = static_cast<int>(r.integer());
  for (double* x : {&h.threshold, &h.acceptance, &h.unique_fraction, &h.ess}) *x = r.number();
  h.evaluations = r.integer();
  h.failures = r.integer();
  h.moves = static_cast<int>(r.integer());
  h.scalars = r.numbers();
  h.mean = r.numbers();
  h.sd = r.numbers();
  return h;
}

}  // namespace

std::string written(const Run& run, const Space& space) {
  Writer w;
  w.text(heading);
  w.integer(static_cast<std::int64_t>(space.priors.size()));
  for (const Prior& prior : space.priors) w.text(prior.path);
  w.integer(run.iteration);
  w.number(run.scale);
  w.integer(static_cast<std::int64_t>(run.population.size()));
  for (const Particle& p : run.population) write(w, p);
  w.integer(static_cast<std::int64_t>(run.history.size()));
  for (const Generation& h : run.history) write(w, h);
  w.integer(run.counts.evaluations);
  w.integer(static_cast<std::int64_t>(run.counts.failures.size()));
  for (const auto& [cause, failure] : run.counts.failures) {
    w.text(cause);
    w.integer(failure.count);
    w.text(failure.text);
  }
  return w.out;
}

Run read_run(std::string_view text, const Space& space) {
  if (text.find(heading) == std::string_view::npos)
    throw DataError(std::string("the saved state was not written by this version of sampler.smc_abc") + remedy);
  Reader r(text);
  (void)r.text();
  const std::size_t paths = r.size();
  bool same = paths == space.priors.size();
  for (std::size_t k = 0; k < paths; ++k) {
    const std::string path = r.text();
    same = same && path == space.priors[k].path;
  }
  if (!same) throw DataError(std::string("the saved state is of a run over other parameters") + remedy);
  Run run;
  run.iteration = static_cast<int>(r.integer());
  run.scale = r.number();
  for (std::size_t n = r.size(); n > 0; --n) run.population.push_back(read_particle(r, paths));
  for (std::size_t n = r.size(); n > 0; --n) run.history.push_back(read_generation(r));
  run.counts.evaluations = r.integer();
  for (std::size_t n = r.size(); n > 0; --n) {
    const std::string cause = r.text();
    Counts::Failure& failure = run.counts.failures[cause];
    failure.count = r.integer();
    failure.text = r.text();
  }
  r.end();
  return run;
}

}  // namespace tawara::smc_abc
