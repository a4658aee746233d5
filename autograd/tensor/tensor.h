#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

#include "autograd/tensor/body.h"
#include "autograd/tensor/dtype.h"
#include "autograd/tensor/shape.h"

/// A Tensor is a value: a handle on immutable, dense, row-major numbers. Copying one copies a
/// pointer; nothing that anybody does to one copy is seen through another. There are no strided
/// views: a reshape and a leading slice share storage, everything else makes a new tensor.
///
///     Tensor x = tensor({1, 2, 3});            // f64, shape [3]
///     Tensor y = 2 * x + 1;                    // plain numbers take the dtype they meet
///     std::span<const double> numbers = y.values<double>();
///
/// A tensor that comes out of a recorded operation also carries its place on the tape. The place
/// belongs to the handle, not to the numbers, so that the same numbers can be used off the tape.
namespace autograd {

/// Where a tensor stands on the tape that recorded it: the recording's key (0: on no tape) and the
/// number of its node there.
struct Trace {
  std::uint32_t key = 0;
  std::uint32_t node = 0;
};

template <class T>
concept PlainNumber = std::is_arithmetic_v<T> && !std::same_as<T, bool>;

class Tensor {
 public:
  /// No tensor at all; only defined() may be asked of it.
  Tensor() noexcept = default;

  /// A plain number in a formula: a scalar that takes the dtype of the tensor it meets, f64 when
  /// it meets none.
  template <PlainNumber T>
  Tensor(T number) : Tensor(literal(static_cast<double>(number))) {}  // NOLINT: implicit by design

  Tensor(const Tensor& other) noexcept : body_(other.body_), trace_(other.trace_) {
    if (body_ != nullptr) body_->retain();
  }
  Tensor(Tensor&& other) noexcept
      : body_(std::exchange(other.body_, nullptr)), trace_(std::exchange(other.trace_, {})) {}
  Tensor& operator=(const Tensor& other) noexcept {
    Tensor copy(other);
    swap(copy);
    return *this;
  }
  Tensor& operator=(Tensor&& other) noexcept {
    Tensor taken(std::move(other));
    swap(taken);
    return *this;
  }
  ~Tensor() {
    if (body_ != nullptr) body_->release();
  }
  void swap(Tensor& other) noexcept {
    std::swap(body_, other.body_);
    std::swap(trace_, other.trace_);
  }

  bool defined() const noexcept { return body_ != nullptr; }
  const Shape& shape() const { return body().shape; }
  Dtype dtype() const { return body().dtype; }
  int rank() const { return shape().rank(); }
  Index size() const { return shape().size(); }

  /// Extent of an axis; negative axes count from the end.
  Index extent(Index axis) const;

  /// The numbers in row-major order. Throws when T is not the dtype.
  template <class T>
  std::span<const T> values() const {
    if (dtype() != dtype_of<T>) [[unlikely]]
      refuse(dtype_of<T>);
    return {static_cast<const T*>(data()), static_cast<std::size_t>(size())};
  }

  /// The only number of a tensor of one element, whatever its dtype and rank.
  double item() const;

  /// The number at the given indices (negative ones count from the end), whatever the dtype.
  double at(std::initializer_list<Index> indices) const;

  /// A new tensor whose numbers `fill(std::span<T>)` writes, every one of them.
  template <class T, class Fill>
  static Tensor build(const Shape& shape, Fill&& fill) {
    Tensor made = uninitialized(shape, dtype_of<T>);
    fill(std::span<T>(static_cast<T*>(made.mutable_data()), static_cast<std::size_t>(made.size())));
    return made;
  }

  /// A copy of the given numbers, as many as the shape has elements.
  template <class T>
  static Tensor of(std::span<const T> numbers, const Shape& shape) {
    require_count(shape, static_cast<Index>(numbers.size()));
    return build<T>(shape, [&](std::span<T> out) {
      for (std::size_t i = 0; i < numbers.size(); ++i) out[i] = numbers[i];
    });
  }

  // The rest is for those who write operations: none of it is recorded by a tape.

  /// The same numbers under another shape of the same size; storage is shared.
  Tensor reshaped(const Shape& shape) const;

  /// Rows [begin, end) along axis 0; storage is shared.
  Tensor rows(Index begin, Index end) const;

  /// The numbers converted to another dtype; f64 to f32 rounds to nearest, floating to i64
  /// truncates.
  Tensor converted(Dtype dtype) const;

  /// The same numbers at another place on the tape, or on none.
  Tensor traced(Trace trace) const {
    Tensor copy(*this);
    copy.trace_ = trace;
    return copy;
  }
  Trace trace() const noexcept { return trace_; }

  /// A shape and a dtype without numbers, which is what the tape keeps of a value that no pullback
  /// needs. values() of it throws.
  static Tensor hollow(const Shape& shape, Dtype dtype);
  bool is_hollow() const { return body().data == nullptr; }

  /// Whether this is a plain number that has not met a dtype yet.
  bool is_literal() const { return body().literal; }

  /// Whether both handles share the same storage from the same element on.
  bool same_storage(const Tensor& other) const;

  /// Has what this is a handle of brought into the cache, for somebody who will soon look at it.
  void fetch() const { __builtin_prefetch(body_); }

  /// Whether no other handle shares this storage, so that an engine may write into it.
  bool is_unique() const { return body().owner == nullptr && body().is_unique(); }

  static Tensor uninitialized(const Shape& shape, Dtype dtype);
  const void* data() const {
    if (is_hollow()) [[unlikely]]
      refuse_hollow();
    return body_->data;
  }

  /// For the code that fills a tensor before anyone else sees it.
  void* mutable_data() { return const_cast<void*>(data()); }

 private:
  explicit Tensor(detail::Body* body) noexcept : body_(body) {}
  static Tensor literal(double number);
  static void require_count(const Shape& shape, Index count);
  [[noreturn]] void refuse(Dtype asked) const;
  [[noreturn]] void refuse_hollow() const;
  [[noreturn]] static void refuse_undefined();
  const detail::Body& body() const {
    if (body_ == nullptr) [[unlikely]]
      refuse_undefined();
    return *body_;
  }

  detail::Body* body_ = nullptr;
  Trace trace_;
};

}  // namespace autograd
