#include "cvode/cell_integrator.hpp"

#include <cvode/cvode.h>
#include <cvode/cvode_ls.h>
#include <fmt/format.h>
#include <sundials/sundials_linearsolver.h>
#include <sundials/sundials_matrix.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "cvode/newton_system.hpp"
#include "cvode/small_vector.hpp"
#include "tawara/error.hpp"

namespace tawara::cvode {

// Pinned in memory: SUNDIALS' callbacks hold its address.
struct CellIntegrator::Impl {
  const IonicModel& model;
  std::string name;
  std::vector<double> parameters;
  Tolerances tolerances;

  SUNContext context = nullptr;
  void* cvode = nullptr;
  N_Vector y = nullptr, dense = nullptr, absolute_tolerance = nullptr;
  SUNMatrix matrix = nullptr;
  SUNLinearSolver solver = nullptr;

  NewtonSystem newton;
  std::vector<double> perturbed, perturbed_rates, perturbed_stimulus, increment, held;

  std::vector<double> before_step;  // the state from which the step under way was begun

  double t = 0;
  long steps = 0;
  const Protocol::Drive* drive = nullptr;
  double last_instant = 0;  // just before the edge that ends this segment
  bool clamped = false;     // state 0 is the drive's; to CVODE it is a constant that nobody reads

  std::string message;  // what CVODE last said
  int bad_state = -1;   // whose rate was last seen not to be finite
  double bad_time = 0;

  Impl(const IonicModel& model, std::string name, std::span<const double> parameters, Tolerances tolerances);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  [[nodiscard]] double I_stim(double at) const { return drive->I_stim(std::min(at, last_instant)); }
  [[nodiscard]] double command(double at) const {
    return model.membrane().state(drive->V_command(std::min(at, last_instant)).value());
  }
  int rates(double at, N_Vector state, N_Vector rate);
  void difference_jacobian(double at, N_Vector state);
  void restart();
  void segment(double end, bool last, std::span<const double>& samples, const Sample& sample);
  [[noreturn]] void fail(int flag);
};

namespace {

constexpr double sqrt_epsilon = 1.4901161193847656e-8;
constexpr long most_steps = 500'000;  // between two edges; a beat of the stiffest model takes about a thousand

}  // namespace

CellIntegrator::Impl::Impl(const IonicModel& m, std::string n, std::span<const double> p, Tolerances tol)
    : model(m), name(std::move(n)), parameters(p.begin(), p.end()), tolerances(tol), newton(m.states().size()) {
  const auto states = model.states();
  const std::size_t size = states.size();
  SUNContext_Create(nullptr, &context);
  y = new_small_vector(size, context);
  dense = N_VClone(y);
  absolute_tolerance = N_VClone(y);
  for (std::size_t s = 0; s < size; ++s) {
    values(y)[s] = states[s].initial;
    values(absolute_tolerance)[s] = tolerances.absolute * states[s].tolerance_scale;
  }
  perturbed.resize(size * (size + 1));
  perturbed_rates.resize(perturbed.size());
  perturbed_stimulus.resize(size + 1);
  increment.resize(size);
  before_step.resize(size);
  held.resize(size);

  cvode = CVodeCreate(CV_BDF, context);
  CVodeSetErrHandlerFn(
      cvode, [](int, const char*, const char*, char* text, void* self) { static_cast<Impl*>(self)->message = text; },
      this);
  CVodeInit(
      cvode,
      [](realtype at, N_Vector state, N_Vector rate, void* self) {
        return static_cast<Impl*>(self)->rates(at, state, rate);
      },
      0.0, y);
  CVodeSetUserData(cvode, this);
  CVodeSVtolerances(cvode, tolerances.relative, absolute_tolerance);
  CVodeSetMaxNumSteps(cvode, -1);

  // Matrix and solver only carry calls to `newton`.
  matrix = SUNMatNewEmpty(context);
  matrix->content = &newton;
  matrix->ops->getid = [](SUNMatrix) { return SUNMATRIX_CUSTOM; };
  solver = SUNLinSolNewEmpty(context);
  solver->content = &newton;
  solver->ops->gettype = [](SUNLinearSolver) { return SUNLINEARSOLVER_DIRECT; };
  solver->ops->getid = [](SUNLinearSolver) { return SUNLINEARSOLVER_CUSTOM; };
  solver->ops->setup = [](SUNLinearSolver, SUNMatrix) { return 0; };  // factorised with the system, below
  solver->ops->solve = [](SUNLinearSolver self, SUNMatrix, N_Vector x, N_Vector b, realtype) {
    if (x != b) N_VScale(1, b, x);
    static_cast<NewtonSystem*>(self->content)->solve(values(x));
    return 0;
  };
  CVodeSetLinearSolver(cvode, solver, matrix);
  CVodeSetLinSysFn(cvode, [](realtype at, N_Vector state, N_Vector, SUNMatrix, booleantype keep, booleantype* updated,
                             realtype gamma, void* self, N_Vector, N_Vector, N_Vector) {
    Impl& impl = *static_cast<Impl*>(self);
    *updated = !keep;
    if (!keep) impl.difference_jacobian(at, state);
    return impl.newton.factorise(gamma) ? 0 : 1;
  });
}

CellIntegrator::Impl::~Impl() {
  CVodeFree(&cvode);
  SUNLinSolFreeEmpty(solver);
  SUNMatFreeEmpty(matrix);
  N_VDestroy(absolute_tolerance);
  N_VDestroy(dense);
  N_VDestroy(y);
  SUNContext_Free(&context);
}

int CellIntegrator::Impl::rates(double at, N_Vector state, N_Vector rate) {
  const double stimulus = I_stim(at);
  const double* cell = values(state).data();
  if (clamped) {
    std::copy_n(cell, held.size(), held.data());
    held[0] = command(at);
    cell = held.data();
  }
  model.rates({.cells = 1,
               .stride = 1,
               .state = cell,
               .parameters = parameters.data(),
               .parameter_stride = 0,
               .I_stim = &stimulus,
               .t = at},
              values(rate).data());
  const auto rates = values(rate);
  if (clamped) rates[0] = 0;
  for (std::size_t s = 0; s < rates.size(); ++s)
    if (!std::isfinite(rates[s])) {
      bad_state = static_cast<int>(s);
      bad_time = at;
      return 1;  // CVODE tries a shorter step
    }
  return 0;
}

/// All columns in one call: cell c of the block has state c displaced, the last cell none.
void CellIntegrator::Impl::difference_jacobian(double at, N_Vector state) {
  const auto y0 = values(state);
  const auto states = model.states();
  const std::size_t n = y0.size(), cells = n + 1;
  for (std::size_t s = 0; s < n; ++s) {
    std::fill_n(&perturbed[s * cells], cells, y0[s]);
    double& displaced = perturbed[s * cells + s];
    displaced += sqrt_epsilon * std::max(std::fabs(y0[s]), states[s].tolerance_scale);
    increment[s] = displaced - y0[s];  // what rounding made of it
  }
  if (clamped) std::fill_n(perturbed.data(), cells, command(at));
  std::fill(perturbed_stimulus.begin(), perturbed_stimulus.end(), I_stim(at));
  model.rates({.cells = cells,
               .stride = cells,
               .state = perturbed.data(),
               .parameters = parameters.data(),
               .parameter_stride = 0,
               .I_stim = perturbed_stimulus.data(),
               .t = at},
              perturbed_rates.data());
  const auto J = newton.jacobian();
  for (std::size_t i = 0; i < n; ++i) {
    const double* row = &perturbed_rates[i * cells];
    for (std::size_t j = 0; j < n; ++j) J[i * n + j] = (row[j] - row[n]) / increment[j];
  }
  if (clamped) std::fill_n(J.data(), n, 0.0);  // column 0 is zero already: that cell was not displaced
  newton.analyse();
}

void CellIntegrator::Impl::restart() {
  if (const int flag = CVodeReInit(cvode, t, y); flag < 0) fail(flag);
}

void CellIntegrator::Impl::segment(double end, bool last, std::span<const double>& samples, const Sample& sample) {
  last_instant = std::nextafter(end, -std::numeric_limits<double>::infinity());
  clamped = drive->V_command(t).has_value();
  if (clamped) values(y)[0] = command(t);
  restart();
  CVodeSetStopTime(cvode, end);
  const auto give = [&](double at, N_Vector state) {
    sample(at, values(state), I_stim(at));
    samples = samples.subspan(1);
  };
  while (!samples.empty() && samples[0] <= t) give(t, y);
  const long limit = steps + most_steps;
  while (t < end) {
    const double before = t;
    std::copy_n(values(y).begin(), before_step.size(), before_step.begin());  // CVODE may leave anything when it fails
    const int flag = CVode(cvode, end, y, &t, CV_ONE_STEP);
    if (flag < 0) fail(flag);
    if (clamped) values(y)[0] = command(t);
    ++steps;
    if (t == before) fail(CV_ERR_FAILURE);  // steps have shrunk below the resolution of time
    if (steps > limit)
      throw SolverError(fmt::format(
          "{}: more than {} steps since the last edge of the protocol and only at t = {:.6g} ms; the cell moves "
          "too fast to be "
          "followed. Loosen rtol ({:g}) or atol ({:g}), or check parameters and stimulus",
          name, most_steps, t, tolerances.relative, tolerances.absolute));
    while (!samples.empty() && samples[0] < t) {
      const double at = samples[0];
      CVodeGetDky(cvode, at, 0, dense);
      if (clamped) values(dense)[0] = command(at);
      give(at, dense);
    }
  }
  // A sample on an edge belongs to the segment that begins there.
  while (last && !samples.empty() && samples[0] <= t) give(t, y);
}

void CellIntegrator::Impl::fail(int flag) {
  if (bad_state >= 0 && bad_time >= t) {
    const auto s = static_cast<std::size_t>(bad_state);
    throw SolverError(fmt::format(
        "{}: the rate of {} is not a finite number at t = {:.6g} ms; its last good value is {:.6g} {} at {:.6g} ms. "
        "Check parameters and stimulus, or whether the model is used outside its range",
        name, model.states()[s].name, bad_time, before_step[s], model.states()[s].unit, t));
  }
  // The state that moves furthest in its own tolerance is where to look.
  const auto states = model.states();
  double worst = -1;
  std::size_t suspect = 0;
  CVodeGetEstLocalErrors(cvode, dense);
  for (std::size_t s = 0; s < states.size(); ++s) {
    const double error =
        std::fabs(values(dense)[s]) / (tolerances.relative * std::fabs(values(y)[s]) + values(absolute_tolerance)[s]);
    if (error > worst) {
      worst = error;
      suspect = s;
    }
  }
  std::unique_ptr<char, decltype(&std::free)> flag_name(CVodeGetReturnFlagName(flag), std::free);
  throw SolverError(fmt::format(
      "{}: CVODE gave up at t = {:.6g} ms ({}: {}); the hardest state is {} = {:.6g} {}. Loosen rtol ({:g}) or atol "
      "({:g}), or check parameters and stimulus",
      name, t, flag_name.get(), message, states[suspect].name, values(y)[suspect], states[suspect].unit,
      tolerances.relative, tolerances.absolute));
}

CellIntegrator::CellIntegrator(const IonicModel& model, std::string name, std::span<const double> parameters,
                               Tolerances tolerances)
    : impl_(std::make_unique<Impl>(model, std::move(name), parameters, tolerances)) {}
CellIntegrator::~CellIntegrator() = default;
CellIntegrator::CellIntegrator(CellIntegrator&&) noexcept = default;
CellIntegrator& CellIntegrator::operator=(CellIntegrator&&) noexcept = default;

void CellIntegrator::set_state(double t, std::span<const double> state) {
  impl_->t = t;
  std::copy(state.begin(), state.end(), values(impl_->y).begin());
}
void CellIntegrator::set_parameters(std::span<const double> parameters) {
  impl_->parameters.assign(parameters.begin(), parameters.end());
}
double CellIntegrator::time() const { return impl_->t; }
std::span<const double> CellIntegrator::state() const { return values(impl_->y); }
long CellIntegrator::steps() const { return impl_->steps; }

void CellIntegrator::advance(const Protocol::Drive& drive, double t_end, std::span<const double> sample_times,
                             const Sample& sample) {
  impl_->drive = &drive;
  while (impl_->t < t_end) {
    const double edge = drive.next_edge(impl_->t);
    const bool last = edge >= t_end;
    impl_->segment(last ? t_end : edge, last, sample_times, sample);
  }
}

}  // namespace tawara::cvode
