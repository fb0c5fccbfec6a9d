#pragma once
#include <cstddef>
#include <vector>

#include "tawara/prior.hpp"

namespace tawara::smc_abc {

using Ids = std::vector<double>;  ///< a subset: sorted ids

/// One parameter may not fall below another (APD_max and APD_min). Indices of priors, both of one number.
struct Order {
  std::size_t larger, smaller;
};

/// What is inferred: independent priors, cut down to where every order holds.
struct Space {
  std::vector<Prior> priors;
  std::vector<Order> orders;
  // Which priors are moved together as numbers, and which one at a time.
  std::vector<std::size_t> numbers, choices, subsets;

  Space() = default;
  Space(std::vector<Prior> priors, std::vector<Order> orders);

  [[nodiscard]] bool ordered(const Values& values) const;
  /// Log density up to a constant; -inf outside a support or where an order is broken.
  [[nodiscard]] double log_prior(const Values& values) const;
  /// A draw from the prior. @throws ScenarioError("order") when the orders leave hardly any room
  [[nodiscard]] Values draw(Random& random) const;
  /// What tables show of a parameter: its number, or how many ids a subset has.
  [[nodiscard]] double shown(std::size_t path, const Values& values) const {
    return priors[path].kind == Prior::Kind::subset ? static_cast<double>(values[path].size()) : values[path][0];
  }
  /// Draw again, from the prior, whatever takes part in a broken order.
  void put_in_order(Values& values, Random& random) const;
};

}  // namespace tawara::smc_abc
