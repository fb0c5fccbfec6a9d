#include <vector>

// What a lanes file must not do: the container's code becomes a symbol that every caller of the library may be given.
__attribute__((noinline)) std::vector<int> grown(std::vector<int> list) {
  list.push_back(1);
  return list;
}
