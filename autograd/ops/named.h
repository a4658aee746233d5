#pragma once

#include <new>
#include <string>
#include <type_traits>

#include "autograd/ops/operation.h"

/// What the tables of all operations have in common: a name, and settings. Used by apply.h.
namespace autograd::ops::detail {

/// The operation of a node, which has no settings in memory where the operation is empty.
template <class Op>
const Op& settings_of(const void* self) {
  if constexpr (std::is_empty_v<Op>) {
    static constexpr Op only{};
    return only;
  } else {
    return *static_cast<const Op*>(self);
  }
}

/// What all operations have in common: a name, and settings.
template <class Op>
constexpr Operation named_table() {
  Operation t{};
  t.name = Op::name;
  t.size = std::is_empty_v<Op> ? 0 : sizeof(Op);
  t.alignment = alignof(Op);
  t.copy = [](const void* self, void* room) { ::new (room) Op(*static_cast<const Op*>(self)); };
  if constexpr (!std::is_trivially_destructible_v<Op>) {
    t.destroy = [](void* self) noexcept { static_cast<Op*>(self)->~Op(); };
  }
  t.settings = [](const void* self) -> std::string {
    if constexpr (requires(const Op& op) { op.settings(); }) {
      return settings_of<Op>(self).settings();
    } else {
      return {};
    }
  };
  return t;
}

}  // namespace autograd::ops::detail
