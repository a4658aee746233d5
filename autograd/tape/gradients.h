#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "autograd/ops/factors.h"
#include "autograd/tape/parameter.h"
#include "autograd/tensor/memory.h"
#include "autograd/tensor/tensor.h"

namespace autograd {

/// The derivatives of one scalar by everything that a tape watched: a value like any other. Nothing
/// accumulates anywhere else, so there is nothing to set to zero before the next step.
///
/// The derivative by the weights of a layer is the product of two matrices, the adjoints of the
/// layer's outputs and its inputs. Where those are fewer numbers than the product, they are what is
/// kept: whoever asks for the derivative has it worked out then, once, and an optimizer may do
/// without. Gradients may be asked by several threads at a time.
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

  /// The derivative by a parameter as a product that nobody has asked for yet; null where it is
  /// none, or has been worked out.
  const Factors* factors(const Parameter& parameter) const;

  /// The gradients of the sum of two scalars, as when a batch is worked through in parts.
  friend Gradients operator+(const Gradients& a, const Gradients& b);
  Gradients& operator+=(const Gradients& other) { return *this = *this + other; }

  /// The gradients of `factor` times the scalar.
  friend Gradients operator*(double factor, const Gradients& g);

 private:
  friend class Tape;

  // A product that is worked out when somebody asks for it.
  class Later {
   public:
    explicit Later(Factors factors) : factors_(std::move(factors)) {}
    const Tensor& product();
    const Factors* factors() const { return known_ ? nullptr : &factors_; }

   private:
    Factors factors_;
    std::once_flag once_;
    Tensor product_;
    std::atomic<bool> known_{false};
  };

  struct Entry {
    std::uint64_t parameter = 0;  // its id; 0: a watched tensor
    Trace trace;                  // of the watched tensor
    Tensor adjoint;
    std::shared_ptr<Later> later = nullptr;  // in place of the adjoint

    const Tensor& value() const { return later ? later->product() : adjoint; }
  };

  const Entry* find(const Tensor& watched) const;
  const Entry* find(const Parameter& parameter) const;
  void add(const Entry& entry);
  // For the sweep: the adjoint of a watched node in factors, and the same back as a tensor,
  // undefined if it is not here.
  void take(std::uint64_t parameter, Trace trace, Factors factors);
  Tensor give_back(Trace trace);

  std::vector<Entry, memory::Allocator<Entry>> entries_;
  std::vector<Trace, memory::Allocator<Trace>> watched_;  // all that could be asked for
};

}  // namespace autograd
