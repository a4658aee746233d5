#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "autograd/kernels/scalars.h"
#include "autograd/ops/factors.h"
#include "autograd/tensor/tensor.h"

/// What an operation looks like from outside: the table through which a tape calls it back.
///
/// An operation is written as a plain struct (rule.h says how); `apply` turns it into this table
/// and tells the thread's recorder, if there is one, what has been computed from what. Neither side
/// knows more of the other than this header.
namespace autograd::ops {

/// The values that the pullback of one input looks at: bit k for the value of input k.
struct Needs {
  static constexpr std::uint32_t output = 1U << 31U;  ///< the bit of y
  static constexpr int most_inputs = 31;              ///< of an operation that keeps any of them

  std::uint32_t values = 0;
  bool differentiable = true;  ///< false for labels, indices and the like
};

/// An input or the output of an operation as its pullback sees it: the shape always, the value only
/// if the pullback needs it.
struct Operand {
  const Tensor* value = nullptr;
  const Shape* shape = nullptr;
};

/// What a pullback is given besides the adjoint of y.
struct Operands {
  std::span<const Operand> inputs;
  Operand y;
};

/// Numbers of whatever scalar the callee expects, or i64, under a shape.
struct Array {
  void* data = nullptr;
  const Shape* shape = nullptr;
};

/// The shapes of all inputs of an operation.
class Shapes {
 public:
  explicit Shapes(std::span<const Operand> inputs) : inputs_(inputs) {}
  std::size_t size() const { return inputs_.size(); }
  const Shape& operator[](std::size_t k) const { return *inputs_[k].shape; }

 private:
  std::span<const Operand> inputs_;
};

/// The value of an operation on arrays of one scalar; index inputs and results stay i64.
using OnScalars = void (*)(const void* self, std::span<const Array> inputs, const Array& y);

/// n numbers of y from as many of each operand, all of them one after another in memory. y may
/// stand where an operand stands whose numbers are as wide as its own.
using OnRow = void (*)(const void* self, const void* const* x, void* y, Index n);

/// The most operands that such an operation has.
inline constexpr std::size_t most_row_operands = 4;

/// One number of y from each of `count` lines of x, of n numbers each, one line after another.
using OnLines = void (*)(const void* self, const void* x, void* y, Index count, Index n);

struct Operation {
  std::string_view name;

  /// y from its inputs, all of them given.
  Tensor (*value)(const void* self, std::span<const Tensor> inputs);

  /// The same on each of the other scalars (kernels/scalars.h), in their order: see on<S>. Null
  /// where the value is known for tensors alone.
  std::array<OnScalars, kernels::Scalars::size> scalars{};

  // How a program computes the value where it has room for it already; each is null where the
  // operation offers no such way.

  /// Number by number, where its last operand has this dtype.
  OnRow (*row)(Dtype x) = nullptr;

  /// As a whole, in the given dtype of numbers.
  void (*write)(const void* self, Dtype dtype, std::span<const Array> inputs,
                const Array& y) = nullptr;

  /// Not at all: from which number of x on y's are found, without a copy; −1 where they are not.
  Index (*shares)(const void* self, const Shape& x) = nullptr;

  /// Line by line, if all lines that y sums up lie one after another: their length, and the work.
  /// The length is 0 where they do not.
  Index (*line)(const void* self, const Shape& x) = nullptr;
  OnLines (*on_lines)(Dtype x) = nullptr;

  /// Whether y may be written slice by slice along its first axis: each from the same slices of the
  /// operands that are as long there, and from all of the others, with the same bits.
  bool (*by_slices)(const void* self, std::span<const Operand> inputs) = nullptr;

  /// What the pullback of an input looks at.
  Needs (*needs)(const void* self, std::size_t input, std::size_t inputs);

  /// The adjoint of an input from that of y: dx = (∂y/∂x)ᵀ dy. Where x was broadcast it may still
  /// have y's shape.
  Tensor (*pullback)(const void* self, std::size_t input, const Tensor& dy,
                     const Operands& operands);

  /// The same, of a matrix x, in two factors whose product it is: only where they hold no more
  /// numbers than it would. Null where it never comes in factors.
  std::optional<Factors> (*factors)(const void* self, std::size_t input, const Tensor& dy,
                                    const Operands& operands) = nullptr;

  /// The value made of operations that can be differentiated, of one that cannot: a pullback that
  /// was recorded whole.
  Tensor (*composed)(const void* self, std::span<const Tensor> inputs) = nullptr;

  /// The operation's settings, such as axes: a copy made in room of the given size and alignment.
  std::size_t size;
  std::size_t alignment;
  void (*copy)(const void* self, void* room);
  void (*destroy)(void* self) noexcept;  ///< null where there is nothing to do

  /// The settings in words, such as "axis 1"; empty without.
  std::string (*settings)(const void* self);

  /// Whether every number of y is made of the numbers at its own place alone, operands broadcast.
  bool elementwise = false;
};

/// The value of an operation on arrays of S; null where it is not known.
template <class S>
OnScalars on(const Operation& operation) {
  return operation.scalars[kernels::scalar_place<S>];
}

/// Somebody who wants to know of every operation of a thread: a tape.
class Recorder {
 public:
  virtual ~Recorder() = default;

  /// `y` was computed by `operation` with the settings `self`. Gives y its place on the tape.
  virtual void record(const Operation& operation, const void* self,
                      std::span<const Tensor* const> inputs, Tensor& y) = 0;

  /// Whether the pullback of an elementwise operation is recorded as one operation: as exact and as
  /// fast as an unrecorded one, where nobody needs its derivative from the record.
  bool keeps_pullbacks_whole() const { return whole_; }
  void keep_pullbacks_whole(bool whole) { whole_ = whole; }

 private:
  bool whole_ = false;
};

/// The calling thread's recorder; null where nothing is recorded.
Recorder* recorder() noexcept;

/// Sets it and returns the one before.
Recorder* set_recorder(Recorder* recorder) noexcept;

/// The names of all operations that the library knows, sorted, each once. Those of users are not
/// among them.
std::vector<std::string_view> catalogue();

namespace detail {
/// Puts an operation into the catalogue when the program starts.
struct Listed {
  explicit Listed(std::string_view name);
};
}  // namespace detail

}  // namespace autograd::ops
