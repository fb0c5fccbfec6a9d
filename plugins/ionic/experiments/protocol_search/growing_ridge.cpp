#include "experiments/protocol_search/growing_ridge.hpp"

#include <cmath>
#include <limits>
#include <utility>

namespace tawara::experiments {

using Eigen::Index;
using Eigen::MatrixXd;

GrowingRidge::GrowingRidge(const MatrixXd& targets, std::size_t scored, Split split,
                           const std::vector<double>& strengths)
    : split_(std::move(split)), scored_(static_cast<Index>(scored)) {
  training_targets_ = targets(split_.training, Eigen::all);
  mean_ = training_targets_.colwise().mean();
  training_targets_.rowwise() -= mean_;
  lowest_ = training_targets_.colwise().minCoeff();
  highest_ = training_targets_.colwise().maxCoeff();
  validation_targets_ = targets(split_.validation, Eigen::all);
  validation_targets_.rowwise() -= mean_;
  training_.resize(training_targets_.rows(), 0);
  const auto judged = static_cast<Index>(split_.validation.size() + split_.held_back.size());
  for (const double strength : strengths)
    factors_.push_back({strength, MatrixXd(0, 0), MatrixXd(0, targets.cols()), MatrixXd(judged, 0)});
}

GrowingRidge::Piece GrowingRidge::piece_of(const MatrixXd& piece, bool held_back) const {
  Piece result;
  result.training = piece(split_.training, Eigen::all);
  const auto n_validation = static_cast<Index>(split_.validation.size());
  const auto n_held_back = held_back ? static_cast<Index>(split_.held_back.size()) : 0;
  result.judged.resize(n_validation + n_held_back, piece.cols());
  result.judged.topRows(n_validation) = piece(split_.validation, Eigen::all);
  if (held_back) result.judged.bottomRows(n_held_back) = piece(split_.held_back, Eigen::all);
  const auto n = static_cast<double>(result.training.rows());
  for (Index f = 0; f < piece.cols(); ++f) {
    const double middle = result.training.col(f).mean();
    result.training.col(f).array() -= middle;
    result.judged.col(f).array() -= middle;
    const double deviation = std::sqrt(result.training.col(f).squaredNorm() / n);
    // Rounding is no variation.
    const double scale = deviation > 1e-12 * std::fabs(middle) ? 1 / deviation : 0;
    result.training.col(f) *= scale;
    result.judged.col(f) *= scale;
  }
  result.with_earlier.noalias() = training_.transpose() * result.training;
  result.with_itself.noalias() = result.training.transpose() * result.training;
  result.with_targets.noalias() = result.training.transpose() * training_targets_;
  return result;
}

GrowingRidge::Growth GrowingRidge::growth(const Factor& factor, const Piece& piece) const {
  Growth result;
  MatrixXd left = piece.with_itself;
  left.diagonal().array() += static_cast<double>(training_.rows()) * factor.strength;
  MatrixXd weights = piece.with_targets, judged = piece.judged;
  if (factor.L.rows() > 0) {
    result.below = factor.L.triangularView<Eigen::Lower>().solve(piece.with_earlier);
    left.noalias() -= result.below.transpose() * result.below;
    weights.noalias() -= result.below.transpose() * factor.weights;
    judged.noalias() -= factor.judged.topRows(judged.rows()) * result.below;
  }
  const Eigen::LLT<MatrixXd> llt(left);
  result.L = llt.matrixL();
  result.weights = result.L.triangularView<Eigen::Lower>().solve(weights);
  result.judged = result.L.triangularView<Eigen::Lower>().solve(judged.transpose()).transpose();
  return result;
}

MatrixXd GrowingRidge::bounded(const MatrixXd& predicted) const {
  return predicted.cwiseMax(lowest_.replicate(predicted.rows(), 1)).cwiseMin(highest_.replicate(predicted.rows(), 1));
}

double GrowingRidge::error_of(const MatrixXd& predicted) const {
  return (bounded(predicted.topRows(validation_targets_.rows())) - validation_targets_)
             .leftCols(scored_)
             .squaredNorm() /
         static_cast<double>(validation_targets_.rows() * scored_);
}

GrowingRidge::Score GrowingRidge::score(const MatrixXd& piece) const {
  const Piece standardised = piece_of(piece, false);
  Score best{std::numeric_limits<double>::infinity(), 0};
  for (const Factor& factor : factors_) {
    const Growth grown = growth(factor, standardised);
    MatrixXd predicted = grown.judged * grown.weights;
    if (factor.L.rows() > 0) predicted.noalias() += factor.judged.topRows(predicted.rows()) * factor.weights;
    if (const double mse = error_of(predicted); mse < best.mse) best = {mse, factor.strength};
  }
  return best;
}

void GrowingRidge::append(const MatrixXd& piece) {
  const Piece standardised = piece_of(piece, true);
  const Index before = training_.cols(), added = piece.cols(), after = before + added;
  for (Factor& factor : factors_) {
    const Growth grown = growth(factor, standardised);
    MatrixXd L = MatrixXd::Zero(after, after);
    L.topLeftCorner(before, before) = factor.L;
    if (before > 0) L.bottomLeftCorner(added, before) = grown.below.transpose();
    L.bottomRightCorner(added, added) = grown.L;
    factor.L = std::move(L);
    factor.weights.conservativeResize(after, Eigen::NoChange);
    factor.weights.bottomRows(added) = grown.weights;
    factor.judged.conservativeResize(Eigen::NoChange, after);
    factor.judged.rightCols(added) = grown.judged;
  }
  training_.conservativeResize(Eigen::NoChange, after);
  training_.rightCols(added) = standardised.training;
}

GrowingRidge::Score GrowingRidge::score() const {
  Score best{std::numeric_limits<double>::infinity(), 0};
  for (const Factor& factor : factors_)
    if (const double mse = error_of(factor.judged.topRows(validation_targets_.rows()) * factor.weights); mse < best.mse)
      best = {mse, factor.strength};
  return best;
}

MatrixXd GrowingRidge::predict_held_back() const {
  const double strength = score().strength;
  MatrixXd predicted;
  for (const Factor& factor : factors_)
    if (factor.strength == strength)
      predicted = bounded(factor.judged.bottomRows(static_cast<Index>(split_.held_back.size())) * factor.weights);
  predicted.rowwise() += mean_;
  return predicted;
}

}  // namespace tawara::experiments
