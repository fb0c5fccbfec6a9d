#pragma once
#include <Eigen/Dense>
#include <cstddef>
#include <vector>

namespace tawara::experiments {

/// Which cells a learner is fitted to, which choose its strength and score it, and which are kept for the end.
struct Split {
  std::vector<Eigen::Index> training, validation, held_back;
};

/// Ridge regression of several targets on features that come piece by piece, each piece the record of one more slot.
///
/// Features and targets are centred, features also scaled, by means and deviations of the training cells; a feature
/// that is the same in all of them counts for nothing. Minimises |Y - X W|^2 + n strength |W|^2 over n training cells,
/// which is the same on features and on all of their principal components: small ones are damped, none is cut off. The
/// Cholesky factor of X'X + n strength grows with the pieces, so that a piece that is only tried costs what is new in
/// it.
class GrowingRidge {
 public:
  /// @param targets    cells x targets
  /// @param scored     that many first targets make the mean squared error
  /// @param strengths  tried each; the one with the least error on validation cells is taken
  GrowingRidge(const Eigen::MatrixXd& targets, std::size_t scored, Split split, const std::vector<double>& strengths);

  struct Score {
    double mse = 0;  ///< mean over validation cells and scored targets
    double strength = 0;
  };
  /// The score with this piece appended. Const and thread-safe.
  /// @param piece  cells x features
  [[nodiscard]] Score score(const Eigen::MatrixXd& piece) const;
  void append(const Eigen::MatrixXd& piece);

  /// Of everything appended.
  [[nodiscard]] Score score() const;
  /// At the strength of score(). @return held-back cells x targets
  [[nodiscard]] Eigen::MatrixXd predict_held_back() const;
  /// What is known without features: the training cells' mean of each target.
  [[nodiscard]] const Eigen::RowVectorXd& mean() const { return mean_; }
  [[nodiscard]] Eigen::Index features() const { return training_.cols(); }

 private:
  /// A piece, standardised, and its products with what is there.
  struct Piece {
    Eigen::MatrixXd training, judged;  // rows: training cells; validation cells, then held-back ones
    Eigen::MatrixXd with_earlier, with_itself, with_targets;
  };
  /// One strength's factor L of X'X + n strength, grown: X'X + n strength = L L'. Predictions are judged * weights.
  struct Factor {
    double strength;
    Eigen::MatrixXd L;        // features x features, lower
    Eigen::MatrixXd weights;  // L^-1 X'Y: features x targets
    Eigen::MatrixXd judged;   // X of validation and held-back cells, times L^-T
  };
  /// What a piece adds to a factor.
  struct Growth {
    Eigen::MatrixXd below, L, weights, judged;
  };

  [[nodiscard]] Piece piece_of(const Eigen::MatrixXd& piece, bool held_back) const;
  [[nodiscard]] Growth growth(const Factor& factor, const Piece& piece) const;
  /// No answer outside of what training cells have: a cell far from them would otherwise outweigh all others.
  [[nodiscard]] Eigen::MatrixXd bounded(const Eigen::MatrixXd& predicted) const;
  [[nodiscard]] double error_of(const Eigen::MatrixXd& predicted) const;

  Split split_;
  Eigen::Index scored_;
  Eigen::RowVectorXd mean_;
  Eigen::RowVectorXd lowest_, highest_;                    // targets of training cells, without mean_
  Eigen::MatrixXd training_targets_, validation_targets_;  // without mean_
  Eigen::MatrixXd training_;                               // training cells x features, standardised
  std::vector<Factor> factors_;
};

}  // namespace tawara::experiments
