#pragma once

/// Equations are compiled several times into one plugin, once for each instruction set (sdk/cmake/TawaraPlugin.cmake,
/// tawara_model_lanes). The inline namespace keeps those copies apart: without it the linker would keep one of them,
/// perhaps one that this CPU cannot run. Whatever a lanes file includes and is not in the standard library stands in
/// it.
#ifndef TAWARA_ISA
#define TAWARA_ISA baseline
#endif
