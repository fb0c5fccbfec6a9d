#pragma once
#include <hwy/targets.h>

#include <cstddef>
#include <string_view>

#include "tawara/lanes.hpp"

/// How a model's component reaches its steppers, which are compiled apart, once per instruction set. A model has them
/// when its library lists a lanes file with `tawara_model_lanes(<target> lanes.cpp)`, the lanes file says
///
///   #include "yours/equations.hpp"
///   #include "tawara/model/lanes.hpp"
///   TAWARA_MODEL_LANES(yours, Equations)
///
/// and the component's file says `TAWARA_HAS_LANES(yours, Equations)`, in no namespace, after its includes: then its
/// PreparedCell offers "batched".
namespace tawara::model {

/// What a stepper needs to know of a prepared cell; plain data, because equations are another type in each instruction
/// set.
struct LaneModel {
  const void* equations;  ///< bytes of the trivially copyable Equations
  std::size_t equations_size;
  double at_zero, per_unit;       ///< IonicModel::Membrane
  const double* tolerance_scale;  ///< IonicModel::State::tolerance_scale, one per state
};

struct LaneSteppers {
  const LaneStepper<double>* f64 = nullptr;
  const LaneStepper<float>* f32 = nullptr;
  void* owner = nullptr;
};

/// One instruction set's way to make and destroy steppers.
struct LaneMaker {
  LaneSteppers (*make)(const LaneModel&) = nullptr;
  void (*destroy)(void* owner) = nullptr;
};

/// Names an equations type, and none derived from it.
template <class Equations>
struct LanesOf {};

struct LaneMakers {
  LaneMaker baseline, sse4, avx2, avx512;
  [[nodiscard]] bool empty() const { return baseline.make == nullptr; }
};

struct ChosenLanes {
  LaneMaker maker;
  std::string_view isa;
};

/// The best this CPU runs and the run allows (`run.isa` narrows what Highway says is supported).
inline ChosenLanes choose_lanes(const LaneMakers& makers) {
#if HWY_ARCH_X86
  const auto supported = hwy::SupportedTargets();
  if ((supported & (HWY_AVX3 | HWY_AVX3_DL)) != 0 && makers.avx512.make) return {makers.avx512, "avx512"};
  if ((supported & (HWY_AVX2 | HWY_AVX3 | HWY_AVX3_DL)) != 0 && makers.avx2.make) return {makers.avx2, "avx2"};
  if ((supported & (HWY_SSE4 | HWY_AVX2 | HWY_AVX3 | HWY_AVX3_DL)) != 0 && makers.sse4.make)
    return {makers.sse4, "sse4"};
#endif
  return {makers.baseline, "baseline"};
}

}  // namespace tawara::model

#ifdef TAWARA_LANES_X86
#define TAWARA_HAS_LANES(ns, Equations)                                                                         \
  namespace ns {                                                                                                \
  inline namespace baseline {                                                                                   \
  tawara::model::LaneMaker lane_maker_##Equations();                                                            \
  }                                                                                                             \
  namespace sse4 {                                                                                              \
  tawara::model::LaneMaker lane_maker_##Equations();                                                            \
  }                                                                                                             \
  namespace avx2 {                                                                                              \
  tawara::model::LaneMaker lane_maker_##Equations();                                                            \
  }                                                                                                             \
  namespace avx512 {                                                                                            \
  tawara::model::LaneMaker lane_maker_##Equations();                                                            \
  }                                                                                                             \
  [[maybe_unused]] static tawara::model::LaneMakers lane_makers(tawara::model::LanesOf<Equations>) {            \
    return {baseline::lane_maker_##Equations(), sse4::lane_maker_##Equations(), avx2::lane_maker_##Equations(), \
            avx512::lane_maker_##Equations()};                                                                  \
  }                                                                                                             \
  }
#else
#define TAWARA_HAS_LANES(ns, Equations)                                                              \
  namespace ns {                                                                                     \
  inline namespace baseline {                                                                        \
  tawara::model::LaneMaker lane_maker_##Equations();                                                 \
  }                                                                                                  \
  [[maybe_unused]] static tawara::model::LaneMakers lane_makers(tawara::model::LanesOf<Equations>) { \
    return {baseline::lane_maker_##Equations(), {}, {}, {}};                                         \
  }                                                                                                  \
  }
#endif
