#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "autograd/tape/trace_cache.h"
#include "autograd/tensor/tensor.h"

namespace autograd {

/// The one mutable thing: a name and a tensor that an optimizer replaces. Every active tape records
/// what is computed from it.
///
///     Parameter w("w", random.normal({10, 784}, 0, 0.01));
///     Tensor y = linear(x, w);          // where a tensor is expected, a parameter will do
///     w.set(w.value() - 0.1 * g[w]);
///
/// A Parameter is a handle: copies name the same parameter.
class Parameter {
 public:
  /// The value's place on a tape, if it has one, is forgotten.
  Parameter(std::string name, const Tensor& value);

  const std::string& name() const { return state_->name; }

  /// The tensor itself, on no tape.
  const Tensor& value() const { return state_->value; }
  const Shape& shape() const { return value().shape(); }
  Dtype dtype() const { return value().dtype(); }

  /// Replaces the tensor. Throws when the shape or the dtype is another.
  void set(const Tensor& value);

  /// The numbers of the value, for an optimizer to write over; null where somebody else, such as a
  /// tape, holds them too.
  void* own_numbers();

  /// The tensor as the active tapes of this thread see it.
  operator Tensor() const { return on_tape(); }  // NOLINT: implicit by design
  Tensor on_tape() const;

  /// The same for all copies of this parameter, different for every other one.
  std::uint64_t id() const { return state_->id; }

 private:
  struct State {
    std::uint64_t id;
    std::string name;
    Tensor value;
    detail::TraceCache trace;
  };

  std::shared_ptr<State> state_;
};

namespace detail {

/// While it is in scope, the parameters that its thread uses as tensors are listed, each once.
class ParametersUsed {
 public:
  ParametersUsed();
  ParametersUsed(const ParametersUsed&) = delete;
  ParametersUsed& operator=(const ParametersUsed&) = delete;
  ~ParametersUsed();

  const std::vector<Parameter>& list() const { return list_; }

 private:
  std::vector<Parameter> list_;
  std::vector<Parameter>* before_;
};

}  // namespace detail
}  // namespace autograd
