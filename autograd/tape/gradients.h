#pragma once

#include <cstdint>
#include <vector>

#include "autograd/tape/parameter.h"
#include "autograd/tensor/memory.h"
#include "autograd/tensor/tensor.h"

namespace autograd {

/// The derivatives of one scalar by everything that a tape watched: a value like any other. Nothing
/// accumulates anywhere else, so there is nothing to set to zero before the next step.
class Gradients {
 public:
  Gradients() = default;

  /// The derivative by a watched tensor, of its shape; zeros where the scalar does not depend on
  /// it. Throws for a tensor that the tape did not watch.
  Tensor operator[](const Tensor& watched) const;

  /// The derivative by a parameter, zeros where the scalar does not depend on it.
  Tensor operator[](const Parameter& parameter) const;

  /// Whether the scalar depends on it at all.
  bool contains(const Tensor& watched) const { return find(watched) != nullptr; }
  bool contains(const Parameter& parameter) const { return find(parameter) != nullptr; }

  /// The gradients of the sum of two scalars, as when a batch is worked through in parts.
  friend Gradients operator+(const Gradients& a, const Gradients& b);
  Gradients& operator+=(const Gradients& other) { return *this = *this + other; }

  /// The gradients of `factor` times the scalar.
  friend Gradients operator*(double factor, const Gradients& g);

 private:
  friend class Tape;
  struct Entry {
    std::uint64_t parameter = 0;  // its id; 0: a watched tensor
    Trace trace;                  // of the watched tensor
    Tensor adjoint;
  };

  const Tensor* find(const Tensor& watched) const;
  const Tensor* find(const Parameter& parameter) const;
  void add(const Entry& entry);

  std::vector<Entry, memory::Allocator<Entry>> entries_;
  std::vector<Trace, memory::Allocator<Trace>> watched_;  // all that could be asked for
};

}  // namespace autograd
