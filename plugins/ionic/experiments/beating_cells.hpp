#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "cvode/cell_integrator.hpp"
#include "experiments/beating.hpp"
#include "lanes/lane_run.hpp"

namespace tawara::experiments {

struct LeftAlone {
  Beating label = Beating::not_finite;
  double decided_at = 0;  ///< ms of the cell's time; less than the run where the verdict came early
  std::string failure;    ///< why the cell could not be followed, label not_finite; else empty
};

/// What many cells do when left alone from the model's initial state: a filter of candidates. In lanes; a lane takes
/// the next cell as soon as its own is decided, and no cell depends on the others.
///
/// @param parameters  n_cells x n_parameters, row-major, evaluate parameters in descriptor order
/// @param cancelled   asked now and then; the answer true throws Cancelled
[[nodiscard]] std::vector<LeftAlone> leave_alone(const IonicModel& model, const BatchedModel& batched,
                                                 std::span<const double> parameters, std::size_t n_cells,
                                                 const BeatingCriteria& criteria = {},
                                                 const lanes::StepControl& control = {.tolerance = 0.3},
                                                 const std::function<bool()>& cancelled = {});

/// The same of cells that come one after another, for callers who learn from one which to ask about next.
///
/// @param next  asked when a lane is free; fills in a cell's parameters. @return false: there is none, nor will there
/// be
/// @param done  the how manieth cell that next() gave (from 0), and what it does; in the order they are decided.
///              @return false: enough, those under way are given up
void leave_alone(const IonicModel& model, const BatchedModel& batched,
                 const std::function<bool(std::vector<double>& parameters)>& next,
                 const std::function<bool(std::size_t cell, const LeftAlone& found)>& done,
                 const BeatingCriteria& criteria = {}, const lanes::StepControl& control = {.tolerance = 0.3},
                 const std::function<bool()>& cancelled = {});

/// The same of one cell on CVODE.
[[nodiscard]] LeftAlone leave_alone(const IonicModel& model, const std::string& name,
                                    std::span<const double> parameters, const BeatingCriteria& criteria = {},
                                    cvode::Tolerances tolerances = {});

}  // namespace tawara::experiments
