#include "kernel/scenario/order.hpp"

#include <algorithm>
#include <functional>
#include <queue>

#include "kernel/scenario/draft.hpp"

namespace tawara::scenario {
namespace {

/// Starting from an instance that waits for ever, following what it waits for must come round: that is the cycle.
std::vector<std::size_t> cycle_through(const Scenario& scenario, std::size_t start, const std::vector<bool>& done) {
  std::vector<std::size_t> path = {start};
  while (true) {
    for (const std::size_t next : inputs_of(scenario.instances[path.back()])) {
      if (done[next]) continue;
      const auto seen = std::find(path.begin(), path.end(), next);
      if (seen != path.end()) return {seen, path.end()};
      path.push_back(next);
      break;
    }
  }
}

/// The order of the data, from source to user, begun with the instance that stands first in the file.
void complain(const Scenario& scenario, std::vector<std::size_t> cycle, Problems& problems) {
  std::reverse(cycle.begin(), cycle.end());
  std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
  std::string text = "cycle: ";
  for (const std::size_t i : cycle) text += with_line(scenario.instances[i]) + " -> ";
  const Instance& first = scenario.instances[cycle.front()];
  Location where = first.where;
  for (const Wire& wire : first.wires)
    if (std::find(wire.instances.begin(), wire.instances.end(), cycle.back()) != wire.instances.end())
      where = wire.where;
  problems.error(where, text + first.name,
                 {"no instance can be an input of itself; one of these slots must take something else"});
}

}  // namespace

std::vector<std::size_t> inputs_of(const Instance& instance) {
  std::vector<std::size_t> inputs;
  for (const Wire& wire : instance.wires) inputs.insert(inputs.end(), wire.instances.begin(), wire.instances.end());
  for (const FieldSource& field : instance.fields) inputs.push_back(field.instance);
  return inputs;
}

void find_order(Scenario& scenario, Problems& problems) {
  const std::size_t n = scenario.instances.size();
  std::vector<std::size_t> waits_for(n, 0);
  std::vector<std::vector<std::size_t>> users(n);
  for (std::size_t i = 0; i < n; ++i)
    for (const std::size_t input : inputs_of(scenario.instances[i])) {
      ++waits_for[i];
      users[input].push_back(i);
    }
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
  for (std::size_t i = 0; i < n; ++i)
    if (waits_for[i] == 0) ready.push(i);
  std::vector<bool> done(n, false);
  while (true) {
    while (!ready.empty()) {
      const std::size_t i = ready.top();
      ready.pop();
      done[i] = true;
      scenario.order.push_back(i);
      for (const std::size_t user : users[i])
        if (--waits_for[user] == 0) ready.push(user);
    }
    const auto stuck = std::find(done.begin(), done.end(), false);
    if (stuck == done.end()) return;
    const auto cycle = cycle_through(scenario, static_cast<std::size_t>(stuck - done.begin()), done);
    complain(scenario, cycle, problems);
    // Go on as if this cycle were cut, to find the others too.
    waits_for[cycle.front()] = 0;
    ready.push(cycle.front());
    for (auto& list : users) std::erase(list, cycle.front());
  }
}

std::vector<std::size_t> used_by_nobody(const Scenario& scenario) {
  std::vector<bool> used(scenario.instances.size(), false);
  for (const Instance& instance : scenario.instances)
    for (const std::size_t input : inputs_of(instance)) used[input] = true;
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < used.size(); ++i)
    if (!used[i]) result.push_back(i);
  return result;
}

std::vector<bool> upstream_of(const Scenario& scenario, const std::vector<std::size_t>& instances) {
  std::vector<bool> reached(scenario.instances.size(), false);
  std::vector<std::size_t> todo = instances;
  while (!todo.empty()) {
    const std::size_t i = todo.back();
    todo.pop_back();
    if (reached[i]) continue;
    reached[i] = true;
    for (const std::size_t input : inputs_of(scenario.instances[i])) todo.push_back(input);
  }
  return reached;
}

}  // namespace tawara::scenario
