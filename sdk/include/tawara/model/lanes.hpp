#pragma once
#include <cstring>
#include <type_traits>

#include "tawara/model/lane_maker.hpp"
#include "tawara/model/lane_stepper.hpp"

namespace tawara::model::inline TAWARA_ISA {

/// The steppers of one prepared cell on this instruction set, and their tables.
template <class E>
class LaneSet {
  static_assert(std::is_trivially_copyable_v<E>, "equations travel to their instruction set as plain bytes");

 public:
  explicit LaneSet(const LaneModel& model) : context_(context(model)), f64_(context_), f32_(context_) {
    if constexpr (detail::SharedVoltageTerms<E>) {
      table_.build(context_.equations, model.at_zero, model.per_unit);
      context_.table = &table_;
    }
  }
  LaneSet(const LaneSet&) = delete;
  LaneSet& operator=(const LaneSet&) = delete;

  static LaneMaker maker() {
    return {[](const LaneModel& model) {
              auto* set = new LaneSet(model);
              return LaneSteppers{&set->f64_, &set->f32_, set};
            },
            [](void* owner) { delete static_cast<LaneSet*>(owner); }};
  }

 private:
  struct NoTable {};

  static LaneContext<E> context(const LaneModel& model) {
    LaneContext<E> made;
    std::memcpy(&made.equations, model.equations, sizeof(E));
    const double size = model.per_unit < 0 ? -model.per_unit : model.per_unit;
    made.membrane_tolerance = StepTolerance::V_m / size;
    made.membrane_sign = model.per_unit < 0 ? -1 : 1;
    for (std::size_t s = 0; s < E::n_states; ++s) made.floor[s] = StepTolerance::floor * model.tolerance_scale[s];
    made.table = nullptr;
    return made;
  }

  std::conditional_t<detail::SharedVoltageTerms<E>, VoltageTable<E>, NoTable> table_;
  LaneContext<E> context_;
  EquationsStepper<E, double> f64_;
  EquationsStepper<E, float> f32_;
};

}  // namespace tawara::model::inline TAWARA_ISA

/// In a lanes file, in no namespace: the steppers of `ns::Equations` on the instruction set being compiled.
#define TAWARA_MODEL_LANES(ns, Equations)                                                                  \
  namespace ns::inline TAWARA_ISA {                                                                        \
  tawara::model::LaneMaker lane_maker_##Equations();                                                       \
  tawara::model::LaneMaker lane_maker_##Equations() { return tawara::model::LaneSet<Equations>::maker(); } \
  }
