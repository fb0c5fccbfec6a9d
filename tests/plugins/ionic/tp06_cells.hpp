#pragma once
#include "cells.hpp"
#include "tp06/tp06.hpp"

inline Cell tp06_cell(tawara::tp06::Layer layer = tawara::tp06::Layer::endo) {
  return {prepare_tp06(tawara::tp06::constants_for(layer), layer), default_arguments(tawara::tp06::Tp06::describe())};
}
