#include "cvode/small_vector.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>

namespace tawara::cvode {
namespace {

// Storage is padded to whole cache lines so that the loops below run over a multiple of eight; what the padding holds
// never reaches a result.
constexpr std::size_t lane = 8;

struct Content {
  std::size_t n, padded;
  double* data;
};

Content& content(N_Vector v) { return *static_cast<Content*>(v->content); }

double* data(N_Vector v) { return static_cast<double*>(__builtin_assume_aligned(content(v).data, 64)); }

/// z_i = f(i) over the padded length.
template <class F>
inline void fill(N_Vector z, F f) {
  double* out = data(z);
  const std::size_t blocks = content(z).padded / lane;
  for (std::size_t b = 0; b < blocks; ++b)
    for (std::size_t i = b * lane; i < (b + 1) * lane; ++i) out[i] = f(i);
}

N_Vector make(std::size_t n, SUNContext context);

N_Vector clone(N_Vector w) {
  N_Vector v = make(content(w).n, w->sunctx);
  if (v) N_VCopyOps(w, v);
  return v;
}

void destroy(N_Vector v) {
  if (!v) return;
  Content& c = content(v);
  ::operator delete[](c.data, std::align_val_t{64});
  delete &c;
  v->content = nullptr;
  N_VFreeEmpty(v);
}

sunindextype length(N_Vector v) { return static_cast<sunindextype>(content(v).n); }
realtype* array_pointer(N_Vector v) { return content(v).data; }

void linear_sum(realtype a, N_Vector x, realtype b, N_Vector y, N_Vector z) {
  const double *p = data(x), *q = data(y);
  if (a == 1) {
    fill(z, [=](std::size_t i) { return p[i] + b * q[i]; });
  } else {
    fill(z, [=](std::size_t i) { return a * p[i] + b * q[i]; });
  }
}

void constant(realtype c, N_Vector z) {
  fill(z, [=](std::size_t) { return c; });
}

void product(N_Vector x, N_Vector y, N_Vector z) {
  const double *p = data(x), *q = data(y);
  fill(z, [=](std::size_t i) { return p[i] * q[i]; });
}

void quotient(N_Vector x, N_Vector y, N_Vector z) {
  const double *p = data(x), *q = data(y);
  fill(z, [=](std::size_t i) { return p[i] / q[i]; });
}

void scale(realtype c, N_Vector x, N_Vector z) {
  const double* p = data(x);
  fill(z, [=](std::size_t i) { return c * p[i]; });
}

void absolute(N_Vector x, N_Vector z) {
  const double* p = data(x);
  fill(z, [=](std::size_t i) { return std::fabs(p[i]); });
}

void inverse(N_Vector x, N_Vector z) {
  const double* p = data(x);
  fill(z, [=](std::size_t i) { return 1 / p[i]; });
}

void add_constant(N_Vector x, realtype b, N_Vector z) {
  const double* p = data(x);
  fill(z, [=](std::size_t i) { return p[i] + b; });
}

/// Sum of f(i), i < n, in four partial sums: fixed order, but no chain of dependent additions.
template <class F>
double sum(std::size_t n, F f) {
  double part[4] = {};
  std::size_t i = 0;
  for (; i + 4 <= n; i += 4)
    for (std::size_t k = 0; k < 4; ++k) part[k] += f(i + k);
  for (; i < n; ++i) part[0] += f(i);
  return (part[0] + part[1]) + (part[2] + part[3]);
}

realtype dot(N_Vector x, N_Vector y) {
  const double *p = data(x), *q = data(y);
  return sum(content(x).n, [=](std::size_t i) { return p[i] * q[i]; });
}

realtype wrms_norm(N_Vector x, N_Vector w) {
  const double *p = data(x), *q = data(w);
  const auto n = content(x).n;
  const double total = sum(n, [=](std::size_t i) { return p[i] * q[i] * (p[i] * q[i]); });
  return std::sqrt(total / static_cast<double>(n));
}

realtype max_norm(N_Vector x) {
  double largest = 0;
  for (double value : values(x)) largest = std::max(largest, std::fabs(value));
  return largest;
}

realtype minimum(N_Vector x) {
  double least = std::numeric_limits<double>::max();
  for (double value : values(x)) least = std::min(least, value);
  return least;
}

// CVODE's predictor, error and interpolation formulas in one pass each.
int linear_combination(int count, realtype* c, N_Vector* x, N_Vector z) {
  const std::size_t padded = content(z).padded;
  double* out = data(z);
  for (std::size_t b = 0; b < padded; b += lane) {
    double block[lane] = {};
    for (int k = 0; k < count; ++k) {
      const double* p = data(x[k]) + b;
      for (std::size_t i = 0; i < lane; ++i) block[i] += c[k] * p[i];
    }
    for (std::size_t i = 0; i < lane; ++i) out[b + i] = block[i];
  }
  return 0;
}

int scale_add_multi(int count, realtype* a, N_Vector x, N_Vector* y, N_Vector* z) {
  for (int k = 0; k < count; ++k) linear_sum(1, y[k], a[k], x, z[k]);
  return 0;
}

N_Vector make(std::size_t n, SUNContext context) {
  N_Vector v = N_VNewEmpty(context);
  if (!v) return nullptr;
  const std::size_t padded = (n + lane - 1) / lane * lane;
  auto* storage = static_cast<double*>(::operator new[](padded * sizeof(double), std::align_val_t{64}));
  std::fill_n(storage, padded, 0.0);
  v->content = new Content{n, padded, storage};
  return v;
}

}  // namespace

N_Vector new_small_vector(std::size_t n, SUNContext context) {
  N_Vector v = make(n, context);
  if (!v) throw std::bad_alloc();
  v->ops->nvgetvectorid = [](N_Vector) { return SUNDIALS_NVEC_CUSTOM; };
  v->ops->nvclone = clone;
  v->ops->nvdestroy = destroy;
  v->ops->nvgetlength = length;
  v->ops->nvgetarraypointer = array_pointer;
  v->ops->nvlinearsum = linear_sum;
  v->ops->nvconst = constant;
  v->ops->nvprod = product;
  v->ops->nvdiv = quotient;
  v->ops->nvscale = scale;
  v->ops->nvabs = absolute;
  v->ops->nvinv = inverse;
  v->ops->nvaddconst = add_constant;
  v->ops->nvdotprod = dot;
  v->ops->nvmaxnorm = max_norm;
  v->ops->nvwrmsnorm = wrms_norm;
  v->ops->nvmin = minimum;
  v->ops->nvlinearcombination = linear_combination;
  v->ops->nvscaleaddmulti = scale_add_multi;
  return v;
}

std::span<double> values(N_Vector v) { return {content(v).data, content(v).n}; }

}  // namespace tawara::cvode
