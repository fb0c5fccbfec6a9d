#include "tawara/geometry.hpp"

namespace tawara {
namespace {

template <class T>
std::span<const T> view(const Input& geometry, std::string_view name) {
  return geometry.has(name) ? geometry.array(name).span<T>() : std::span<const T>{};
}

}  // namespace

GeometryView GeometryView::of(const Input& g) {
  GeometryView v;
  v.nodes = view<double>(g, "nodes");
  v.tetrahedra = view<std::int32_t>(g, "tetrahedra");
  v.fibre = view<double>(g, "fibre");
  v.sheet = view<double>(g, "sheet");
  v.normal = view<double>(g, "normal");
  v.epi = view<std::int32_t>(g, "epi");
  v.lv_endo = view<std::int32_t>(g, "lv_endo");
  v.rv_endo = view<std::int32_t>(g, "rv_endo");
  v.base = view<std::int32_t>(g, "base");
  v.ab = view<double>(g, "ab");
  v.rt = view<double>(g, "rt");
  v.tm = view<double>(g, "tm");
  v.aprt = view<double>(g, "aprt");
  v.rvlv = view<double>(g, "rvlv");
  return v;
}

}  // namespace tawara
