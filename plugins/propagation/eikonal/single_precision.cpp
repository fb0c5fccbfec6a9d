#include "single_precision.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "front_kernel.hpp"

namespace tawara::propagation {

namespace {

void pack(const Square<double>& square, float* to) {
  to[0] = static_cast<float>(square.f);
  to[1] = static_cast<float>(square.s);
  to[2] = static_cast<float>(square.n);
}

class SinglePrecisionSolver : public ActivationSolver {
 public:
  SinglePrecisionSolver(bool improve, const Muscle& muscle) : improve_(improve) {
    const FrontMesh mesh = make_front_mesh(muscle);
    original_ = mesh.original;
    internal_ = mesh.internal;
    pack_links(two_ring_links(mesh));
    if (improve) pack_elements(mesh);
  }

  [[nodiscard]] std::unique_ptr<Scratch> scratch() const override {
    auto s = std::make_unique<Arrays>();
    const std::size_t n = original_.size(), elements = tetrahedra_.size() + faces_.size();
    s->times.resize(n);
    s->next.resize(n);
    s->previous.resize(n);
    s->head.resize(queue_slots);
    s->keys.resize(std::max(tetrahedra_.size(), faces_.size()));
    s->tetrahedron_order.resize(tetrahedra_.size());
    s->face_order.resize(faces_.size());
    s->arrival_nodes.resize(elements + 32);
    s->arrival_times.resize(elements + 32);
    return s;
  }

  void solve(const Speeds& speeds, std::span<const Source> sources, std::span<float> LAT,
             Scratch* scratch) const override {
    auto& s = static_cast<Arrays&>(*scratch);
    s.source_nodes.clear();
    s.source_times.clear();
    for (const Source& source : sources) {
      s.source_nodes.push_back(internal_[source.node]);
      s.source_times.push_back(static_cast<float>(source.onset));
    }
    const auto slownesses = slownesses_squared<float>(speeds);
    float slowest = 0;
    for (const auto& medium : slownesses) slowest = std::max(slowest, *std::max_element(medium.begin(), medium.end()));
    run_front({.n_nodes = original_.size(),
               .n_tetrahedra = tetrahedra_.size(),
               .n_faces = faces_.size(),
               .blocks = blocks_.data(),
               .block_medium = block_medium_.data(),
               .block_begin = block_begin_.data(),
               .tetrahedra = tetrahedra_.data(),
               .tetrahedron_nodes = tetrahedron_nodes_.data(),
               .faces = faces_.data(),
               .face_nodes = face_nodes_.data(),
               .slownesses = &slownesses,
               .source_nodes = s.source_nodes.data(),
               .source_times = s.source_times.data(),
               .n_sources = sources.size(),
               .longest_link = longest_link_ * std::sqrt(slowest),
               .improve = improve_,
               .times = s.times.data(),
               .next = s.next.data(),
               .previous = s.previous.data(),
               .head = s.head.data(),
               .keys = s.keys.data(),
               .tetrahedron_order = s.tetrahedron_order.data(),
               .face_order = s.face_order.data(),
               .arrival_nodes = s.arrival_nodes.data(),
               .arrival_times = s.arrival_times.data()});
    for (std::size_t i = 0; i < LAT.size(); ++i) LAT[original_[i]] = s.times[i];
  }

 private:
  struct Arrays : Scratch {
    std::vector<float> times, arrival_times, source_times;
    std::vector<std::int32_t> next, previous, head, tetrahedron_order, face_order, arrival_nodes, source_nodes;
    std::vector<std::uint16_t> keys;
  };

  void pack_links(const LinkGraph& graph) {
    const std::size_t n = original_.size();
    block_begin_.push_back(0);
    for (std::size_t i = 0; i < n; ++i) {
      std::size_t place = 16;  // of the open block; 16: none open
      for (const Link& link : graph.of(i)) {
        const auto medium = static_cast<std::uint8_t>(link.medium);
        if (place == 16 || block_medium_.back() != medium) {
          LinkBlock empty{};
          empty.to.fill(static_cast<std::int32_t>(i));
          blocks_.push_back(empty);
          block_medium_.push_back(medium);
          place = 0;
        }
        LinkBlock& block = blocks_.back();
        block.to[place] = link.to;
        block.f[place] = static_cast<float>(link.square.f);
        block.s[place] = static_cast<float>(link.square.s);
        block.n[place] = static_cast<float>(link.square.n);
        ++place;
        const double length = std::sqrt(link.square.f + link.square.s + link.square.n);
        longest_link_ = std::max(longest_link_, static_cast<float>(length));
      }
      block_begin_.push_back(static_cast<std::int32_t>(blocks_.size()));
    }
  }

  void pack_elements(const FrontMesh& mesh) {
    tetrahedra_.resize(mesh.tetrahedra.size());
    for (std::size_t t = 0; t < tetrahedra_.size(); ++t) {
      tetrahedra_[t] = {{}, mesh.tetrahedra[t].node, {}};
      for (int side = 0; side < 6; ++side) pack(mesh.tetrahedra[t].side[side], &tetrahedra_[t].square[3 * side]);
    }
    tetrahedron_nodes_ = corners_apart<4>(mesh.tetrahedra);
    face_nodes_ = corners_apart<3>(mesh.faces);
    faces_.resize(mesh.faces.size());
    for (std::size_t f = 0; f < faces_.size(); ++f) {
      faces_[f] = {{}, mesh.faces[f].node, static_cast<std::int32_t>(mesh.faces[f].medium), {}};
      for (int side = 0; side < 3; ++side) pack(mesh.faces[f].side[side], &faces_[f].square[3 * side]);
    }
  }

  /// nodes[c * padded(n) + e] is corner c of element e.
  template <std::size_t corners, class Element>
  static std::vector<std::int32_t> corners_apart(const std::vector<Element>& elements) {
    std::vector<std::int32_t> nodes(corners * padded(elements.size()), 0);
    for (std::size_t e = 0; e < elements.size(); ++e) {
      for (std::size_t c = 0; c < corners; ++c) nodes[c * padded(elements.size()) + e] = elements[e].node[c];
    }
    return nodes;
  }

  bool improve_;
  float longest_link_ = 0;  ///< mm
  std::vector<std::int32_t> original_, internal_, block_begin_;
  std::vector<LinkBlock> blocks_;
  std::vector<std::uint8_t> block_medium_;
  std::vector<TetrahedronRecord> tetrahedra_;
  std::vector<FaceRecord> faces_;
  std::vector<std::int32_t> tetrahedron_nodes_, face_nodes_;
};

}  // namespace

std::unique_ptr<const ActivationSolver> make_single_precision_solver(bool improve, const Muscle& muscle) {
  return std::make_unique<SinglePrecisionSolver>(improve, muscle);
}

}  // namespace tawara::propagation
