#pragma once
#include "heart.hpp"
#include "tawara/component.hpp"

namespace tawara::geometry {

/// The parameters every meshed heart has (edge, fibre angles) and the outputs of the geometry contract (sdk
/// geometry.hpp).
void describe_heart(Descriptor& descriptor);

[[nodiscard]] FibreAngles fibre_angles(const Settings& settings);

/// Hand all constant outputs to the kernel and tell the log what the mesh is like.
void publish(PrepareContext& context, const Heart& heart);

/// Progress and cancellation of a host, for algorithms that know neither.
[[nodiscard]] Checkpoint checkpoint(Host& host, Progress& progress);

}  // namespace tawara::geometry
