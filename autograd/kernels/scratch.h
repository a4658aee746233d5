#pragma once

#include <cstddef>
#include <span>
#include <type_traits>

#include "autograd/tensor/memory.h"

namespace autograd::kernels {

/// Room for `count` numbers from the tensors' pool, 64-byte aligned, not initialised.
template <class T>
class Scratch {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit Scratch(std::size_t count)
      : count_(count), data_(static_cast<T*>(memory::allocate(count * sizeof(T)))) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { memory::deallocate(data_, count_ * sizeof(T)); }

  T* data() const { return data_; }

 private:
  std::size_t count_;
  T* data_;
};

}  // namespace autograd::kernels
