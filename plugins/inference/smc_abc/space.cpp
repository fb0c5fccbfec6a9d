#include "space.hpp"

#include <limits>
#include <utility>

#include "tawara/error.hpp"

namespace tawara::smc_abc {

Space::Space(std::vector<Prior> p, std::vector<Order> o) : priors(std::move(p)), orders(std::move(o)) {
  for (std::size_t i = 0; i < priors.size(); ++i) {
    const Prior::Kind kind = priors[i].kind;
    (kind == Prior::Kind::subset ? subsets : kind == Prior::Kind::choice ? choices : numbers).push_back(i);
  }
}

bool Space::ordered(const Values& values) const {
  for (const Order& o : orders)
    if (values[o.larger][0] < values[o.smaller][0]) return false;
  return true;
}

double Space::log_prior(const Values& values) const {
  if (!ordered(values)) return -std::numeric_limits<double>::infinity();
  double sum = 0;
  for (std::size_t i = 0; i < priors.size(); ++i) sum += priors[i].log_density(values[i]);
  return sum;
}

Values Space::draw(Random& random) const {
  Values values;
  for (const Prior& prior : priors) values.push_back(prior.draw(random));
  put_in_order(values, random);
  return values;
}

void Space::put_in_order(Values& values, Random& random) const {
  constexpr int patience = 100000;
  for (int i = 0; i < patience && !ordered(values); ++i)
    for (const Order& o : orders) {
      values[o.larger] = priors[o.larger].draw(random);
      values[o.smaller] = priors[o.smaller].draw(random);
    }
  if (ordered(values)) return;
  const Order& first = orders.front();
  throw ScenarioError("order", "the priors hardly ever satisfy the order, e.g. " + priors[first.larger].path +
                                   " >= " + priors[first.smaller].path + "; move their ranges");
}

}  // namespace tawara::smc_abc
