#include "autograd/tensor/tensor.h"

#include <new>
#include <string>

#include "autograd/tensor/error.h"
#include "autograd/tensor/memory.h"

namespace autograd {
namespace detail {

namespace {
constexpr std::size_t header = (sizeof(Body) + 63) / 64 * 64;
constexpr std::size_t few = header - sizeof(Body);

constexpr std::size_t block_size(std::size_t numbers) {
  return numbers <= few ? header : header + numbers;
}

std::size_t bytes_of(const Shape& shape, Dtype dtype) {
  return static_cast<std::size_t>(shape.size()) * size_of(dtype);
}

// A body without numbers, in a block that has room for so many bytes of them.
Body* make(const Shape& shape, Dtype dtype, std::size_t numbers) {
  Body* body = ::new (memory::allocate(block_size(numbers))) Body;
  body->dtype = dtype;
  body->shape = shape;
  if (numbers > 0) {
    body->data = reinterpret_cast<std::byte*>(body) + (numbers <= few ? sizeof(Body) : header);
  }
  return body;
}
}  // namespace

void Body::destroy() noexcept {
  Body* shared = owner;  // never itself a sharer, so this recursion is one deep
  const bool own = shared == nullptr && data != nullptr;
  const std::size_t block = block_size(own ? bytes_of(shape, dtype) : 0);
  this->~Body();
  memory::deallocate(this, block);
  if (shared != nullptr) shared->release();
}

}  // namespace detail

namespace {
// What an empty tensor points at, so that only a hollow one has no data.
alignas(64) std::byte nothing[64];
}  // namespace

void Tensor::refuse_undefined() {
  throw Error("tensor: used before it was given a value; assign it a tensor first");
}

Index Tensor::extent(Index axis) const { return shape()[normalize_axis("extent", axis, rank())]; }

double Tensor::item() const {
  if (size() != 1) {
    throw Error("item: expected a tensor of one element; got shape " + to_string(shape()));
  }
  return with_any(dtype(),
                  [&](auto zero) { return static_cast<double>(values<decltype(zero)>()[0]); });
}

double Tensor::at(std::initializer_list<Index> indices) const {
  if (static_cast<int>(indices.size()) != rank()) {
    throw Error("at: expected " + std::to_string(rank()) + " indices for shape " +
                to_string(shape()) + "; got " + std::to_string(indices.size()));
  }
  Index offset = 0;
  int axis = 0;
  for (const Index index : indices) {
    const Index extent = shape()[axis];
    if (index < -extent || index >= extent) {
      throw Error("at: index " + std::to_string(index) + " is out of range for axis " +
                  std::to_string(axis) + " of shape " + to_string(shape()));
    }
    offset = offset * extent + (index < 0 ? index + extent : index);
    ++axis;
  }
  return with_any(dtype(), [&](auto zero) {
    return static_cast<double>(values<decltype(zero)>()[static_cast<std::size_t>(offset)]);
  });
}

Tensor Tensor::uninitialized(const Shape& shape, Dtype dtype) {
  const std::size_t numbers = detail::bytes_of(shape, dtype);
  detail::Body* body = detail::make(shape, dtype, numbers);
  if (numbers == 0) body->data = nothing;
  return Tensor(body);
}

Tensor Tensor::hollow(const Shape& shape, Dtype dtype) {
  return Tensor(detail::make(shape, dtype, 0));
}

Tensor Tensor::literal(double number) {
  Tensor made = uninitialized({}, f64);
  *static_cast<double*>(made.body_->data) = number;
  made.body_->literal = true;
  return made;
}

Tensor Tensor::reshaped(const Shape& shape) const {
  if (shape.size() != size()) {
    throw Error("reshape: " + to_string(this->shape()) + " has " + std::to_string(size()) +
                " elements, " + to_string(shape) + " has " + std::to_string(shape.size()) +
                "; expected as many");
  }
  detail::Body* shared = detail::make(shape, dtype(), 0);
  shared->data = body_->data;
  shared->owner = body_->owner != nullptr ? body_->owner : body_;
  shared->owner->retain();
  return Tensor(shared);
}

Tensor Tensor::rows(Index begin, Index end) const {
  if (rank() == 0 || begin < 0 || begin > end || end > shape()[0]) {
    throw Error("rows: [" + std::to_string(begin) + ", " + std::to_string(end) +
                ") does not lie within axis 0 of shape " + to_string(shape()));
  }
  const Shape taken = shape().with(0, end - begin);
  detail::Body* shared = detail::make(taken, dtype(), 0);
  const Index row = shape()[0] == 0 ? 0 : size() / shape()[0];
  const auto offset = static_cast<std::size_t>(begin * row) * size_of(dtype());
  shared->data = body_->data == nullptr ? nullptr : static_cast<std::byte*>(body_->data) + offset;
  shared->owner = body_->owner != nullptr ? body_->owner : body_;
  shared->owner->retain();
  return Tensor(shared);
}

Tensor Tensor::converted(Dtype to) const {
  if (to == dtype() && !is_literal()) return traced({});
  return with_any(dtype(), [&](auto source) {
    return with_any(to, [&](auto target) {
      using S = decltype(source);
      using T = decltype(target);
      const std::span<const S> from = values<S>();
      return build<T>(shape(), [&](std::span<T> out) {
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<T>(from[i]);
      });
    });
  });
}

bool Tensor::same_storage(const Tensor& other) const { return data() == other.data(); }

void Tensor::refuse_hollow() const {
  throw Error("tensor: the values of shape " + to_string(shape()) +
              " were not kept, because no pullback needs them");
}

void Tensor::refuse(Dtype expected) const {
  std::string message = "values: the tensor is ";
  message += name(dtype());
  message += ", not ";
  message += name(expected);
  message += "; convert it with to(x, ";
  message += name(expected);
  throw Error(message + ")");
}

void Tensor::require_count(const Shape& shape, Index count) {
  if (shape.size() == count) return;
  throw Error("tensor: shape " + to_string(shape) + " needs " + std::to_string(shape.size()) +
              " numbers; got " + std::to_string(count));
}

}  // namespace autograd
