#include "autograd/ops/apply.h"

#include <string>

#include "autograd/tensor/error.h"

namespace autograd::ops::detail {
namespace {

Dtype agreed_dtype(std::string_view operation, std::span<const Tensor* const> numbers) {
  const Tensor* first = nullptr;
  for (const Tensor* x : numbers) {
    if (x == nullptr || x->is_literal()) continue;
    if (first == nullptr) first = x;
    if (x->dtype() != first->dtype()) {
      const std::string to(name(is_floating(first->dtype()) ? first->dtype() : x->dtype()));
      throw Error(std::string(operation) + ": dtypes differ: " + std::string(name(first->dtype())) +
                  " and " + std::string(name(x->dtype())) + "; convert one of them with to(x, " +
                  to + ")");
    }
  }
  return first == nullptr ? f64 : first->dtype();
}

}  // namespace

Dtype common_dtype(std::string_view operation, std::initializer_list<const Tensor*> numbers) {
  const Dtype dtype = agreed_dtype(operation, {numbers.begin(), numbers.size()});
  if (!is_floating(dtype)) {
    throw Error(std::string(operation) + ": expected f32 or f64; got i64; convert with to(x, f64)");
  }
  return dtype;
}

Dtype common_any_dtype(std::string_view operation, std::initializer_list<const Tensor*> numbers) {
  return agreed_dtype(operation, {numbers.begin(), numbers.size()});
}

Dtype common_any_dtype_of(std::string_view operation, std::span<const Tensor* const> numbers) {
  return agreed_dtype(operation, numbers);
}

void require_indices(std::string_view operation, const Tensor& x) {
  if (x.dtype() == i64) return;
  throw Error(std::string(operation) + ": expected i64 labels or indices; got " +
              std::string(name(x.dtype())) + "; convert with to(x, i64)");
}

}  // namespace autograd::ops::detail
